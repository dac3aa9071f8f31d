// Attempts: to run unconfined: reads the label that AppArmor or SELinux gave to this process.
// Harmless: reads.
// Tells apart: EACCES, a profile or a type confines it; EOPNOTSUPP, no module gives labels, or
// /proc
//   does not show them.
// Source: proc_pid_attr(5), apparmor(7).
#include <cerrno>

#include "probes/agent/probe.h"

namespace sandproof::probes::lsm {

namespace {

// "unconfined" of AppArmor, "user_u:role_r:unconfined_t:s0" of SELinux, "kernel" without a policy.
bool IsUnconfined(const std::string& label) {
  return label.starts_with("unconfined") || label.find(":unconfined_t") != std::string::npos ||
         label.find(":kernel_t") != std::string::npos || label.starts_with("kernel");
}

}  // namespace

Observation Label(const Request& /*request*/) {
  for (const char* path : {"/proc/self/attr/apparmor/current", "/proc/self/attr/current"}) {
    std::string label = ReadFileAt(path, 256);
    while (!label.empty() && (label.back() == '\n' || label.back() == '\0')) label.pop_back();
    if (label.empty()) continue;
    if (IsUnconfined(label)) return Reached("read", path);
    return Denied("read", std::string(path) + ": " + label, EACCES);
  }
  return Denied("read", "/proc/self/attr/current", EOPNOTSUPP);
}

}  // namespace sandproof::probes::lsm
