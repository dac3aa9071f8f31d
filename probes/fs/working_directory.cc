// Attempts: getcwd(2), past the library.
// Harmless: reads.
// Tells apart: fact "unreachable", the answer where it begins with "(unreachable)": the working
//   directory lies outside the root. Fact "elsewhere", the answer where it is not "wanted".
// Source: getcwd(3) NOTES, chroot(2), CVE-2024-21626.
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>

#include "probes/agent/probe.h"

namespace sandproof::probes::fs {

Observation WorkingDirectory(const Request& request) {
  std::array<char, PATH_MAX> path = {};
  if (::syscall(SYS_getcwd, path.data(), path.size()) < 0 && errno != ENOENT) {
    return SetupFailed("getcwd", "", errno);
  }
  const std::string text = path.data();
  Facts facts = {{"unreachable", {}}};
  if (text.starts_with("(unreachable)")) facts["unreachable"].push_back(text.substr(0, 64));
  std::vector<std::string>& elsewhere = facts["elsewhere"];
  struct stat here = {};
  struct stat there = {};
  const std::string& wanted = request.Param("wanted");
  // A link may lead to where we are.
  const bool is_there =
      text == wanted || (::stat(wanted.c_str(), &there) == 0 && ::stat(".", &here) == 0 &&
                         here.st_ino == there.st_ino && here.st_dev == there.st_dev);
  if (!wanted.empty() && !is_there) elsewhere.push_back(text + " instead of " + wanted);
  return Read("getcwd", "", std::move(facts));
}

}  // namespace sandproof::probes::fs
