// Attempts: a search of the environment that pid 1, and we ourselves, were started with, for the
//   variable that the harness gave to the launcher.
// Harmless: reads, and reports only whether the nonce was seen.
// Tells apart: ENOENT, read and not there, or no procfs; EACCES, the ptrace access check.
// Source: proc_pid_environ(5): it shows the initial block, which unsetenv(3) does not change.
//   bubblewrap issue 725.
// Why: our own block is searched too, because outside pid 1 is not of this run, and because a
//   variable that was handed down is as readable as one that pid 1 kept.
#include <fcntl.h>

#include <cerrno>

#include "probes/agent/probe.h"

namespace sandproof::probes::pid {

Observation InitEnviron(const Request& request) {
  const std::string& nonce = request.Param("nonce");
  if (nonce.empty()) return SetupFailed("open", "/proc/1/environ", EINVAL);
  int error = 0;
  for (const char* path : {"/proc/1/environ", "/proc/self/environ"}) {
    const UniqueFd fd(::open(path, O_RDONLY | O_CLOEXEC));
    if (!fd && error == 0) error = errno;
    if (fd && ReadAll(fd.get(), 1 << 20).find(nonce) != std::string::npos) {
      return Reached("read", path);
    }
  }
  return Denied("read", "/proc/1/environ", error != 0 ? error : ENOENT);
}

}  // namespace sandproof::probes::pid
