#include "probes/agent/lookup.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "probes/agent/probe.h"

namespace sandproof::probes {

int LookForDecoy(pid_t pid) {
  if (pid <= 1) return ESRCH;
  const pid_t session = ::getsid(pid);
  if (session < 0) return errno;
  const bool ours = pid == ::getpid() || pid == ::getsid(0);
  return session == pid && !ours ? 0 : ESRCH;
}

int LookForDecoyInProc(std::string_view pid, std::string_view token) {
  const std::string path = "/proc/" + std::string(pid) + "/cmdline";
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return errno;
  return !token.empty() && ReadAll(fd.get()).find(token) != std::string::npos ? 0 : ESRCH;
}

}  // namespace sandproof::probes
