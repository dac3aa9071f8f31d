// What more than one domain has as its remedy.
#pragma once

#include <string_view>
#include <vector>

#include "suites/property.h"

namespace sandproof::catalogue {

inline constexpr std::string_view kDropCaps =
    "add --cap-drop ALL, or start bwrap as an ordinary user";
inline constexpr std::string_view kUnshareNet =
    "add --unshare-net; give what must be reached a Unix socket in a bound directory";
inline constexpr std::string_view kFilterCall = "refuse the call by --seccomp FD";

// Against a client that knows the process behind a socket by SO_PEERPIDFD, be it on the host or in
// another sandbox.
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
