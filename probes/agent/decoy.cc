#include "probes/agent/decoy.h"

#include <linux/keyctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cinttypes>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "probes/agent/identity.h"
#include "probes/agent/probe.h"

namespace sandproof::probes {

namespace {

volatile sig_atomic_t g_sigurg_count = 0;

void CountSigurg(int /*signal*/) { g_sigurg_count = g_sigurg_count + 1; }

struct Options {
  Identity identity = {};
  std::string nonce = {};
  std::string key = {};
};

Options Parse(std::span<char*> args) {
  Options options;
  for (const char* raw : args) {
    const std::string_view arg = raw;
    const std::string value(arg.substr(std::min(arg.size(), arg.find('=') + 1)));
    if (arg.starts_with("--nonce=")) options.nonce = value;
    if (arg.starts_with("--key=")) options.key = value;
    ParseIdentityOption(arg, options.identity);
  }
  return options;
}

// A key that everybody may find and read, so that only what this run tests can hide it. The kernel
// forgets it after five minutes even if nobody unlinks it. 0: none was planted.
long PlantKey(const Options& options) {
  constexpr unsigned long kEverybody = 0x3f3f3f3f;
  constexpr unsigned long kSeconds = 300;
  const long serial = ::syscall(SYS_add_key, "user", options.key.c_str(), options.nonce.data(),
                                options.nonce.size(), KEY_SPEC_USER_KEYRING);
  if (serial <= 0) return 0;
  // Only who possesses a key may say who else may read it, and the session keyring of whoever is
  // started by a service manager leads to no user keyring (keyrings(7), Possession): for this
  // moment the process keyring does.
  ::syscall(SYS_keyctl, KEYCTL_LINK, KEY_SPEC_USER_KEYRING, KEY_SPEC_PROCESS_KEYRING);
  const bool is_shared = ::syscall(SYS_keyctl, KEYCTL_SETPERM, serial, kEverybody) == 0 &&
                         ::syscall(SYS_keyctl, KEYCTL_SET_TIMEOUT, serial, kSeconds) == 0;
  ::syscall(SYS_keyctl, KEYCTL_UNLINK, KEY_SPEC_USER_KEYRING, KEY_SPEC_PROCESS_KEYRING);
  if (is_shared) return serial;
  ::syscall(SYS_keyctl, KEYCTL_UNLINK, serial, KEY_SPEC_USER_KEYRING);
  return 0;
}

int NonceFile(const std::string& nonce) {
  const int fd = ::memfd_create("sandproof-decoy", MFD_CLOEXEC);
  if (fd >= 0) static_cast<void>(::pwrite(fd, nonce.data(), nonce.size(), 0));
  return fd;
}

void Serve(const std::string& memory, const std::string& nonce) {
  char request[64];
  for (;;) {
    const ssize_t got = ::read(STDIN_FILENO, request, sizeof request);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return;
    ::dprintf(STDOUT_FILENO, "count %d %d\n", static_cast<int>(g_sigurg_count),
              memory == nonce ? 0 : 1);
  }
}

}  // namespace

int RunDecoy(std::span<char*> args) {
  const Options options = Parse(args);
  ::setsid();
  if (!Assume(options.identity)) return 1;
  // A change of uid makes a process undumpable, and Yama lets only ancestors trace: either would
  // hide the decoy for a reason that is not the sandbox's.
  ::prctl(PR_SET_DUMPABLE, 1);
  ::prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
  struct sigaction action = {};
  action.sa_handler = CountSigurg;
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGURG, &action, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  const std::string memory = options.nonce;
  const int file = NonceFile(options.nonce);
  const long serial = options.key.empty() ? 0 : PlantKey(options);
  ::dprintf(STDOUT_FILENO, "ready %d %" PRIxPTR " %d %ld\n", static_cast<int>(::getpid()),
            reinterpret_cast<std::uintptr_t>(memory.data()), file, serial);
  Serve(memory, options.nonce);
  if (serial > 0) ::syscall(SYS_keyctl, KEYCTL_UNLINK, serial, KEY_SPEC_USER_KEYRING);
  return 0;
}

}  // namespace sandproof::probes
