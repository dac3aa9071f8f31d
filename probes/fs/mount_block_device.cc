// Attempts: mount(2) of a disk by a node of its own making, and read(2) of a file on it.
// Harmless: the disk is the run's own, and mounted read-only, in a mount namespace of its own. Only
//   a file system that the kernel has loaded is named.
// Tells apart: EPERM from mount, no CAP_SYS_ADMIN in the initial user namespace, or the device
//   cgroup; EACCES, the node lies on a nodev mount; ENODEV, no such file system is loaded.
// Source: mount(2) ERRORS, user_namespaces(7), cgroups(7) devices.
#include <sys/mount.h>
#include <sys/stat.h>

#include <cerrno>

#include "probes/agent/block_node.h"
#include "probes/agent/own_mounts.h"

namespace sandproof::probes::fs {

Observation MountBlockDevice(const Request& request) {
  const std::string& type = request.Param("type");
  const std::string operand = BlockDevice(request) + ", " + type;
  if (type.empty()) return Denied("mount", operand + "none is loaded that reads it", ENODEV);
  return InSharedMounts(request, [&]() -> Observation {
    Observation denied;
    const std::optional<std::string> node = MakeBlockNode(request, denied);
    if (!node) return denied;
    // Beside it: another tmpfs would cover the node.
    const std::string place = *node + "-content";
    if (::mkdir(place.c_str(), 0700) != 0) return SetupFailed("mkdir", place, errno);
    if (::mount(node->c_str(), place.c_str(), type.c_str(),
                MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) != 0) {
      return Denied("mount", operand, errno);
    }
    const std::string& nonce = request.Param("nonce");
    const std::string held = ReadFileAt(place + '/' + request.Param("file"), nonce.size());
    return ReachedIf(held == nonce, "mount", operand);
  });
}

}  // namespace sandproof::probes::fs
