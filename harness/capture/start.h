// One start of a sandbox, as its stand-in told of it.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>

#include "probes/wire/start_record.h"

namespace sandproof {

struct CapturedStart {
  StartRecord record = {};
  std::map<int, std::string> content = {};  // what the launcher reads from descriptors
  std::string source = {};                  // "entrypoint.sh:83"; empty where it cannot be known
  std::size_t command = 0;                  // where the payload begins, in argv
  std::string trouble = {};                 // why its arguments cannot be read; else empty
  std::chrono::steady_clock::time_point began = {};
  std::optional<std::chrono::steady_clock::time_point> ended = std::nullopt;
};

}  // namespace sandproof
