// Attempts: faccessat(2) W_OK of the files that pid 1 has mapped, by /proc/1/map_files; and of
//   those of the process that started the payload.
// Harmless: asks for permission only, and only of the first few.
// Tells apart: EROFS, their mounts are read-only; EPERM, no CAP_CHECKPOINT_RESTORE or CAP_SYS_ADMIN
//   in the initial user namespace, without which the links lead nowhere; EACCES, modes or the
//   ptrace access check; ENOENT, no procfs; ESRCH, the payload is pid 1 itself, or process
//   1 of this /proc is not the one that started us.
// Source: proc_pid_map_files(5).
// Why: outside, pid 1 is not of this run; the guard, which starts the launcher, is what shows there
//   that the probe works. What we have mapped ourselves is another question: fs.ro.via_map_files.
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

#include "probes/agent/monitor.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::pid {

namespace {

Observation TryFilesOf(pid_t pid) {
  constexpr int kMost = 16;
  const std::string directory = "/proc/" + std::to_string(pid) + "/map_files/";
  DIR* const stream = ::opendir(directory.c_str());
  if (stream == nullptr) return Denied("opendir", directory, errno);
  Observation last = Denied("readdir", directory, ENOENT);
  for (int left = kMost; left > 0; --left) {
    const dirent* const entry = ::readdir(stream);
    if (entry == nullptr) break;
    if (entry->d_name[0] == '.') continue;
    const bool is_writable = ::faccessat(::dirfd(stream), entry->d_name, W_OK, AT_EACCESS) == 0;
    last = is_writable ? Reached("faccessat", directory + entry->d_name + ", W_OK")
                       : Denied("faccessat", directory + entry->d_name + ", W_OK", errno);
    // Without the capability every link answers so.
    if (is_writable || last.error == EPERM) break;
  }
  ::closedir(stream);
  return last;
}

// The numbers in /proc are those of our own PID namespace.
bool IsOwnProc() {
  std::array<char, 32> target = {};
  return ::readlink("/proc/self", target.data(), target.size() - 1) > 0 &&
         target.data() == std::to_string(::getpid());
}

}  // namespace

Observation InitMapFiles(const Request& /*request*/) {
  if (::getpid() == 1) return Denied("getpid", "1", ESRCH);
  if (!IsOwnProc()) return Denied("readlink", "/proc/self: not ours", ESRCH);
  Observation init = TryFilesOf(1);
  const pid_t monitor = Monitor();
  if (init.outcome == Outcome::kReached || monitor <= 1) return init;
  Observation starter = TryFilesOf(monitor);
  return starter.outcome == Outcome::kReached ? starter : init;
}

}  // namespace sandproof::probes::pid
