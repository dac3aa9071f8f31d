// Attempts: open(2) of the canary file through a symbolic link, made for that in one of "dirs" that
//   lets write.
// Harmless: the link's name is random and new, it points to a file of this run, and it is removed
//   however the rest went.
// Tells apart: ENOENT, the link ends within the sandbox's root; EACCES, refused by DAC or an LSM;
//   EROFS, there is no directory to make a link in.
// Source: path_resolution(7), symlink(7).
// Why: rules that go by the name of a path see only the name of the link.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "probes/agent/probe.h"
#include "probes/agent/targets.h"
#include "probes/wire/list.h"

namespace sandproof::probes::fs {

Observation SymlinkEscape(const Request& request) {
  const std::string& target = request.Param("path");
  for (const std::string& directory : SplitList(request.Param("dirs"))) {
    const std::string link = AbsentIn(directory);
    if (::symlink(target.c_str(), link.c_str()) != 0) continue;
    const UniqueFd fd(::open(link.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    const int error = errno;
    ::unlink(link.c_str());
    if (!fd) return Denied("open", link + " to " + target, error);
    return ReachedIf(ReadAll(fd.get(), 256) == request.Param("nonce"), "open",
                     link + " to " + target);
  }
  return Denied("symlink", request.Param("dirs"), EROFS);
}

}  // namespace sandproof::probes::fs
