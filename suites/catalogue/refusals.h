// The errnos by which what a property is about is refused, whatever else refuses it.
#pragma once

#include <cerrno>
#include <initializer_list>
#include <vector>

#include "suites/property.h"

namespace sandproof::catalogue {

// `denied_by` of a system call that a filter may refuse. Which errno it says is its author's
// choice: seccomp(2) profiles of container runtimes say EPERM or ENOSYS, systemd's
// SystemCallErrorNumber and launchers' own filters EACCES too. The controls have shown that the
// kernel knows the call.
[[nodiscard]] inline std::vector<int> OrFiltered(std::initializer_list<int> denied_by = {}) {
  std::vector<int> all = {EPERM, EACCES, ENOSYS};
  all.insert(all.end(), denied_by);
  return all;
}

// The same of what begins with socket(2): systemd's RestrictAddressFamilies says EAFNOSUPPORT,
// firejail's --protocol EOPNOTSUPP, an emulated kernel EPROTONOSUPPORT.
[[nodiscard]] inline std::vector<int> OrNoSocket(std::initializer_list<int> denied_by = {}) {
  std::vector<int> all = OrFiltered(denied_by);
  all.insert(all.end(), {EAFNOSUPPORT, EPROTONOSUPPORT, EOPNOTSUPP});
  return all;
}

// For the properties of a group: what they are all refused by, behind what each of them is.
inline void AlsoDeniedBy(const std::vector<int>& errors, Property& property) {
  property.denied_by.insert(property.denied_by.end(), errors.begin(), errors.end());
}

}  // namespace sandproof::catalogue
