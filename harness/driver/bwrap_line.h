// A launch line, cut at bwrap.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "harness/driver/bwrap_args.h"
#include "harness/result.h"
#include "harness/spec/spec.h"

namespace sandproof {

// Refers to the words of the line, which must outlive it.
struct BwrapLine {
  std::span<const std::string> prefix = {};
  std::string program = {};                 // bwrap, as the line spells it
  std::span<const std::string> words = {};  // what follows it
  std::size_t payload = 0;                  // the place of {payload} in words
};

// Whether a word names the program bwrap.
[[nodiscard]] bool IsBwrap(std::string_view word);

// The line cut at its first bwrap; nullopt where none stands before {payload}.
[[nodiscard]] std::optional<BwrapLine> FindBwrap(std::span<const std::string> launch);

// The same. Errors: kConfiguration where there is none.
[[nodiscard]] Result<BwrapLine> CutBwrapLine(const SandboxSpec& spec);

// Its options. Errors: kConfiguration for what bwrap would refuse, and for a bwrap inside a bwrap.
[[nodiscard]] Result<BwrapArguments> ParseBwrapLine(const BwrapLine& line,
                                                    const std::optional<BwrapFiles>& files);

}  // namespace sandproof
