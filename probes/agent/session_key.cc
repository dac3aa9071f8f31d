#include "probes/agent/session_key.h"

#include <linux/keyctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <string>

namespace sandproof::probes {

// keyctl(2): permissions are a mask of four bytes.
void PlantSessionKey(std::string_view option) {
  constexpr unsigned long kEverybody = 0x3f3f3f3f;
  const std::size_t colon = option.find(':');
  if (colon == std::string_view::npos) return;
  const std::string description(option.substr(0, colon));
  const std::string_view nonce = option.substr(colon + 1);
  ::syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, nullptr);
  const long serial = ::syscall(SYS_add_key, "user", description.c_str(), nonce.data(),
                                nonce.size(), KEY_SPEC_SESSION_KEYRING);
  if (serial > 0) ::syscall(SYS_keyctl, KEYCTL_SETPERM, serial, kEverybody);
}

}  // namespace sandproof::probes
