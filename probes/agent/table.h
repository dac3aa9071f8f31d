// The probes that the agent holds. The table itself is made by CMake from the file names.
#pragma once

#include <span>
#include <string_view>

#include "probes/wire/observation.h"
#include "probes/wire/request.h"

namespace sandproof::probes {

struct Probe {
  std::string_view name;  // "fs/read_file"
  Observation (*run)(const Request& request);
  bool shares_mounts;   // it calls InSharedMounts
  bool searches_files;  // it calls RegularFilesAt or TryFilesAt
  bool waits;           // for an answer from elsewhere, or for the kernel
};

[[nodiscard]] std::span<const Probe> AllProbes();

// The probe with this name, or nullptr.
[[nodiscard]] const Probe* FindProbe(std::string_view name);

}  // namespace sandproof::probes
