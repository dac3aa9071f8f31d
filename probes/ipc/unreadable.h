// An object of System V or POSIX IPC that is there and cannot be had.
#pragma once

#include <sys/types.h>

#include <cerrno>
#include <string>
#include <string_view>

#include "probes/agent/probe.h"

namespace sandproof::probes::ipc {

// Why an object that is there cannot be read: EACCES says that its modes hide it, and so shows it.
[[nodiscard]] inline Observation Unreadable(std::string_view call, const std::string& name,
                                            int error) {
  if (error != EACCES) return Denied(call, name, error);
  return Reached(call, name + ", which only its modes hide");
}

// Why the object was not got. `get_absent` tries the same of one that nobody made: where that is no
// ENOENT, EACCES is a filter's word and says nothing of the object.
template <typename GetAbsent>
[[nodiscard]] Observation NotGot(std::string_view call, const std::string& name, int error,
                                 GetAbsent get_absent) {
  if (error == EACCES && get_absent() < 0 && errno == EACCES) return Denied(call, name, error);
  return Unreadable(call, name, error);
}

// A key of System V IPC that nobody made an object of.
[[nodiscard]] inline key_t OtherKey(key_t key) { return key ^ 0x2a5a5a5a; }

}  // namespace sandproof::probes::ipc
