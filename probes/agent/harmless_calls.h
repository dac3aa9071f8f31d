// System calls with arguments that cannot act even with every capability: an absent path, a bad
// magic number, an invalid flag or descriptor, the present value.
#pragma once

#include <span>
#include <string_view>

namespace sandproof::probes {

struct HarmlessCall {
  std::string_view name;
  std::string_view operands;
  long (*call)();              // what the call returned, -1 with errno
  int capability = -1;         // without which the kernel itself refuses; -1: any of none
  bool is_descriptor = false;  // what it returned is to be closed
};

// In an order that lets them run one after another in one process: what changes the process comes
// last, and what stops it last of all.
[[nodiscard]] std::span<const HarmlessCall> HarmlessCalls();

}  // namespace sandproof::probes
