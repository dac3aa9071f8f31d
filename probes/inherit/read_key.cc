// Attempts: keyctl(2) KEYCTL_READ of the canary key, found by KEYCTL_SEARCH in the session or user
//   keyring, or named by its serial number.
// Harmless: reads one key of this run; links nothing.
// Tells apart: ENOKEY, not in that keyring; EACCES, permission bits; EPERM and ENOSYS, a filter.
// Source: keyctl(2), keyrings(7), user_namespaces(7): keyrings are searched per namespace, but a
//   serial number is global.
#include <linux/keyctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "probes/agent/probe.h"

namespace sandproof::probes::inherit {

Observation ReadKey(const Request& request) {
  const std::string& description = request.Param("description");
  const std::string& nonce = request.Param("nonce");
  const std::string& ring = request.Param("ring");
  if (nonce.empty()) return SetupFailed("keyctl", description, EINVAL);
  long serial = request.Number("serial");
  if (!ring.empty()) {
    const long where = ring == "user" ? KEY_SPEC_USER_KEYRING : KEY_SPEC_SESSION_KEYRING;
    serial = ::syscall(SYS_keyctl, KEYCTL_SEARCH, where, "user", description.c_str(), 0);
    if (serial < 0) return Denied("keyctl", "KEYCTL_SEARCH, " + ring + ", " + description, errno);
  }
  const std::string operand = "KEYCTL_READ, " + std::to_string(serial);
  if (serial <= 0) return SetupFailed("keyctl", operand, EINVAL);
  char bytes[64];
  const long got = ::syscall(SYS_keyctl, KEYCTL_READ, serial, bytes, sizeof bytes);
  if (got < 0) return Denied("keyctl", operand, errno);
  const bool same = static_cast<std::size_t>(got) == nonce.size() &&
                    nonce == std::string_view(bytes, nonce.size());
  return ReachedIf(same, "keyctl", operand);
}

}  // namespace sandproof::probes::inherit
