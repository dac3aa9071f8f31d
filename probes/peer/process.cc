// Attempts: getsid(2) of the process that was planted in another sandbox, and a search of
//   /proc/*/comm for its name.
// Harmless: reads a number and names, which everybody may read; reports only whether it was there.
// Tells apart: ESRCH, not in this PID namespace, and in no /proc that is mounted here.
// Source: pid_namespaces(7), getsid(2), proc_pid_comm(5).
#include <dirent.h>

#include <cerrno>

#include "probes/agent/lookup.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::peer {

namespace {

constexpr int kMostProcesses = 65536;

std::string NameOf(const std::string& pid) {
  std::string name = ReadFileAt("/proc/" + pid + "/comm", 64);
  if (name.ends_with('\n')) name.pop_back();
  return name;
}

// The number under which a /proc shows it; empty where none does.
std::string FindByName(const std::string& token) {
  DIR* const directory = ::opendir("/proc");
  if (directory == nullptr) return {};
  std::string found;
  int looked_at = 0;
  while (const dirent* entry = ::readdir(directory)) {
    const std::string name = entry->d_name;
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    if (++looked_at > kMostProcesses) break;
    if (NameOf(name) != token) continue;
    found = name;
    break;
  }
  ::closedir(directory);
  return found;
}

}  // namespace

Observation Process(const Request& request) {
  const std::string& number = request.Param("pid");
  const std::string& token = request.Param("token");
  const auto pid = static_cast<pid_t>(request.Number("pid"));
  if (pid <= 1 || token.empty()) return SetupFailed("getsid", number, EINVAL);
  const int error = LookForDecoy(pid);
  const std::string name = error == 0 ? NameOf(number) : "";
  // Without a /proc the number and its being a session leader must do.
  if (error == 0 && (name.empty() || name == token)) return Reached("getsid", number);
  if (const std::string found = FindByName(token); !found.empty()) {
    return Reached("read", "/proc/" + found + "/comm");
  }
  return Denied("getsid", number, error == 0 ? ESRCH : error);
}

}  // namespace sandproof::probes::peer
