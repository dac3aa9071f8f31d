// Attempts: open(2) and read(2) of the file that fs/leave_file left, under each of its names in
//   "paths", until one shows the nonce. With "remove", unlink(2) of what shows it.
// Harmless: reads only files of this run, and removes nothing else.
// Tells apart: the first refusal that is not ENOENT, else ENOENT: it is under none of the names.
// Source: open(2), mount_namespaces(7).
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "probes/agent/probe.h"
#include "probes/agent/targets.h"

namespace sandproof::probes::peer {

Observation ReadLeftFile(const Request& request) {
  int refusal = ENOENT;
  std::string refused = request.Param("paths");
  for (const std::string& path : PathsOf(request)) {
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!fd) {
      if (refusal != ENOENT || errno == ENOENT) continue;
      refusal = errno;
      refused = path;
      continue;
    }
    if (ReadAll(fd.get(), 256) != request.Param("nonce")) return NotProven("read", path);
    if (!request.Param("remove").empty()) ::unlink(path.c_str());
    return Reached("read", path);
  }
  return Denied("open", refused, refusal);
}

}  // namespace sandproof::probes::peer
