// Attempts: getcwd(2), past the library.
// Harmless: reads.
// Tells apart: fact "unreachable", the answer where it begins with "(unreachable)": the working
//   directory lies outside the root.
// Source: getcwd(3) NOTES, chroot(2), CVE-2024-21626.
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>

#include "probes/agent/probe.h"

namespace sandproof::probes::fs {

Observation WorkingDirectory(const Request& /*request*/) {
  std::array<char, PATH_MAX> path = {};
  if (::syscall(SYS_getcwd, path.data(), path.size()) < 0 && errno != ENOENT) {
    return SetupFailed("getcwd", "", errno);
  }
  const std::string text = path.data();
  Facts facts = {{"unreachable", {}}};
  if (text.starts_with("(unreachable)")) facts["unreachable"].push_back(text.substr(0, 64));
  return Read("getcwd", "", std::move(facts));
}

}  // namespace sandproof::probes::fs
