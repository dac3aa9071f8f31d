// Attempts: open(2) and read(2) of /proc/PID/environ of the decoy.
// Harmless: reads the decoy's environment, which holds nothing but what this run put there.
// Tells apart: ENOENT, no such process in this procfs, or no procfs; ESRCH, a namesake; EACCES or
//   EPERM, the ptrace access check.
// Source: proc_pid_environ(5).
#include <fcntl.h>

#include <cerrno>

#include "probes/agent/lookup.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::pid {

Observation HostEnviron(const Request& request) {
  const std::string& decoy = request.Param("pid");
  const std::string& nonce = request.Param("nonce");
  if (decoy.empty() || nonce.empty()) return SetupFailed("open", "/proc/PID/environ", EINVAL);
  if (const int error = LookForDecoyInProc(decoy, request.Param("token"))) {
    return Denied("open", "/proc/" + decoy + "/cmdline", error);
  }
  const std::string path = "/proc/" + decoy + "/environ";
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return Denied("open", path, errno);
  errno = 0;  // the file may open and its read(2) be refused
  const std::string text = ReadAll(fd.get());
  if (text.empty() && errno != 0) return Denied("read", path, errno);
  return ReachedIf(text.find(nonce) != std::string::npos, "read", path);
}

}  // namespace sandproof::probes::pid
