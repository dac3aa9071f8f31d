// Attempts: mknod(2) of a disk's node on a tmpfs of its own, and read(2) of its first sector.
// Harmless: the disk is the run's own, read-only, and over memory; the node ends with the tmpfs.
// Tells apart: EPERM from mount or mknod, no CAP_SYS_ADMIN or CAP_MKNOD; EACCES from open, the
//   mount is nodev, as those of a user namespace are; EPERM from open, the device cgroup.
// Source: mknod(2) ERRORS, cgroups(7) devices, user_namespaces(7).
#include <fcntl.h>

#include <cerrno>

#include "probes/agent/block_node.h"
#include "probes/agent/own_mounts.h"

namespace sandproof::probes::fs {

Observation ReadBlockDevice(const Request& request) {
  return InSharedMounts(request, [&]() -> Observation {
    Observation denied;
    const std::optional<std::string> node = MakeBlockNode(request, denied);
    if (!node) return denied;
    const UniqueFd fd(::open(node->c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (!fd) return Denied("open", BlockDevice(request), errno);
    const std::string& nonce = request.Param("nonce");
    return ReachedIf(ReadAll(fd.get(), nonce.size()) == nonce, "read", BlockDevice(request));
  });
}

}  // namespace sandproof::probes::fs
