// What holds back a client that knows the process behind a socket by SO_PEERPIDFD, be it on the
// host or in another sandbox.
#pragma once

#include <vector>

#include "suites/property.h"

namespace sandproof::catalogue {

[[nodiscard]] inline std::vector<Remedy> AgainstTakingDescriptors() {
  return {{"bwrap",
           "give each sandbox a uid of its own and --unshare-user, or refuse pidfd_getfd by "
           "--seccomp"},
          {"command", "run client and service as different uids"}};
}

[[nodiscard]] inline std::vector<Remedy> AgainstEnteringMounts() {
  return {{"bwrap", "--cap-drop ALL, or --unshare-user (CAP_SYS_ADMIN)"},
          {"command", "drop CAP_SYS_ADMIN"}};
}

}  // namespace sandproof::catalogue
