// Attempts: a search of /proc/*/cmdline for the decoy's token.
// Harmless: reads arguments, which everybody may read; reports only whether the token was seen.
// Tells apart: ENOENT, the whole of /proc was read and the token was not there, or no /proc.
// Source: proc_pid_cmdline(5). A /proc of an outer PID namespace shows what kill(2) cannot name.
#include <dirent.h>

#include <cerrno>

#include "probes/agent/lookup.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::pid {

namespace {

constexpr int kMostProcesses = 65536;

bool IsNumber(std::string_view name) {
  return !name.empty() && name.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

Observation ProcScan(const Request& request) {
  const std::string& token = request.Param("token");
  if (token.empty()) return SetupFailed("opendir", "/proc", EINVAL);
  DIR* const directory = ::opendir("/proc");
  if (directory == nullptr) return Denied("opendir", "/proc", errno);
  int looked_at = 0;
  std::string found;
  while (const dirent* entry = ::readdir(directory)) {
    if (!IsNumber(entry->d_name)) continue;
    if (++looked_at > kMostProcesses) break;
    if (LookForDecoyInProc(entry->d_name, token) != 0) continue;
    found = entry->d_name;
    break;
  }
  ::closedir(directory);
  if (!found.empty()) return Reached("read", "/proc/" + found + "/cmdline");
  if (looked_at > kMostProcesses) return SetupFailed("readdir", "/proc", E2BIG);
  return Denied("readdir", "/proc", ENOENT);
}

}  // namespace sandproof::probes::pid
