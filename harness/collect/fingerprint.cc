#include "harness/collect/fingerprint.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <ctime>
#include <fstream>

#include "harness/collect/host_facts.h"

namespace sandproof {

namespace {

std::string CapabilityLine() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("CapEff:")) return line.substr(line.find_last_of("\t ") + 1);
  }
  return "unknown";
}

}  // namespace

std::string ReadLineOf(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

Fingerprint TakeFingerprint() {
  utsname name = {};
  ::uname(&name);
  Fingerprint fingerprint;
  fingerprint.tool_version = SANDPROOF_VERSION;
  fingerprint.kernel = name.release;
  fingerprint.architecture = name.machine;
  fingerprint.lsms = ReadLineOf("/sys/kernel/security/lsm");
  if (fingerprint.lsms.empty()) fingerprint.lsms = "unknown";
  fingerprint.identity =
      fmt::format("uid={} gid={} CapEff={}", ::geteuid(), ::getegid(), CapabilityLine());
  // Settings that change a verdict: whoever compares two reports needs them.
  for (const std::string setting :
       {"dev/tty/legacy_tiocsti", "kernel/yama/ptrace_scope", "kernel/unprivileged_userns_clone",
        "kernel/apparmor_restrict_unprivileged_userns", "kernel/io_uring_disabled",
        "kernel/perf_event_paranoid", "kernel/dmesg_restrict", "kernel/kptr_restrict",
        "kernel/unprivileged_bpf_disabled", "vm/unprivileged_userfaultfd",
        "user/max_user_namespaces"}) {
    const std::string value = ReadLineOf("/proc/sys/" + setting);
    if (value.empty()) continue;
    std::string dotted = setting;
    for (char& c : dotted) c = c == '/' ? '.' : c;
    fingerprint.settings[dotted] = value;
  }
  return fingerprint;
}

std::string Hostname() {
  utsname name = {};
  ::uname(&name);
  return name.nodename;
}

std::string UtcNow() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
}

}  // namespace sandproof
