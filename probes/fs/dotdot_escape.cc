// Attempts: openat(2) of the canary file through "../.." from every visible directory: the root,
//   the working directory, each mount point, and those in "dirs".
// Harmless: reads only, and only a file of this run.
// Tells apart: ENOENT, ".." ends at the root; EACCES, refused by DAC or an LSM.
// Source: path_resolution(7), chroot(2), mount_namespaces(7).
#include <fcntl.h>

#include <cerrno>

#include "probes/agent/mounts.h"
#include "probes/agent/probe.h"
#include "probes/wire/list.h"

namespace sandproof::probes::fs {

Observation DotdotEscape(const Request& request) {
  constexpr int kDeepest = 32;
  std::string climb;
  for (int i = 0; i < kDeepest; ++i) climb += "../";
  const std::string target = climb + request.Param("path").substr(1);
  std::vector<std::string> roots = VisibleRoots();
  for (const std::string& directory : SplitList(request.Param("dirs"))) {
    roots.push_back(directory);
  }
  int error = ENOENT;
  for (const std::string& root : roots) {
    const UniqueFd base(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!base) continue;
    const UniqueFd fd(
        ::openat(base.get(), target.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!fd) {
      error = errno == ENOENT ? error : errno;
    } else if (ReadAll(fd.get(), 256) == request.Param("nonce")) {
      return Reached("openat", root + ", ../.." + request.Param("path"));
    }
  }
  return Denied("openat", "../.." + request.Param("path"), error);
}

}  // namespace sandproof::probes::fs
