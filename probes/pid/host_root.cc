// Attempts: open(2) of the canary file through /proc/PID/root and /proc/PID/cwd of the decoy.
// Harmless: reads one file of this run.
// Tells apart: ENOENT, no such process in this procfs, or no procfs; ESRCH, a namesake; EACCES, the
//   ptrace access check on the magic link.
// Source: proc_pid_root(5), CVE-2019-5736 and CVE-2024-21626 (magic links lead out).
#include <fcntl.h>

#include <cerrno>

#include "probes/agent/lookup.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::pid {

Observation HostRoot(const Request& request) {
  const std::string& decoy = request.Param("pid");
  const std::string& secret = request.Param("secret_path");
  const std::string& own_nonce = request.Param("secret_nonce");
  const std::string& nonce = own_nonce.empty() ? request.Param("nonce") : own_nonce;
  if (decoy.empty() || secret.empty()) return SetupFailed("open", "/proc/PID/root", EINVAL);
  if (const int error = LookForDecoyInProc(decoy, request.Param("token"))) {
    return Denied("open", "/proc/" + decoy + "/cmdline", error);
  }
  const std::string path = "/proc/" + decoy + "/root" + secret;
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd) return Denied("open", path, errno);
  return ReachedIf(!nonce.empty() && ReadAll(fd.get(), 256) == nonce, "read", path);
}

}  // namespace sandproof::probes::pid
