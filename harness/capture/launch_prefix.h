// What goes before a captured program so that it is started as it was: ids, environment, limits,
// descriptors, signals.
#pragma once

#include <string>
#include <vector>

#include "probes/wire/start_record.h"

namespace sandproof {

// How whoever captures was started, against which a start is compared: what is the same needs no
// words in a launch line.
struct Baseline {
  std::string status = {};  // /proc/PID/status
  std::string limits = {};
  std::map<std::string, std::string> namespaces = {};  // the launcher's
  std::vector<std::string> env = {};                   // the launcher's, with the marker
  std::string marker = {};                             // "NAME=VALUE", planted in it
  std::vector<int> marked_fds = {};                    // numbers of descriptors planted in it
  std::vector<StartDescriptor> fds = {};               // what it was given besides, as we were
  bool is_root = false;

  // Whether a descriptor is no doing of the launcher's.
  [[nodiscard]] bool IsOurs(const StartDescriptor& fd) const;
};

struct LaunchPrefix {
  std::vector<std::string> words = {};
  std::vector<std::string> notes = {};  // what was found, and what no words can say
};

// The prefix for one start; `kept` are the descriptors that the configuration gives it.
[[nodiscard]] LaunchPrefix PrefixFor(const StartRecord& record, const Baseline& baseline,
                                     const std::vector<int>& kept);

// Names of the variables that the launcher made and whose values look secret.
[[nodiscard]] std::vector<std::string> SecretNames(const StartRecord& record,
                                                   const Baseline& baseline);

}  // namespace sandproof
