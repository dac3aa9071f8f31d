// Attempts: mount(2) of a new instance of the file system "type" on a fresh directory.
// Harmless: in a mount namespace of its own; nothing in the new mount is opened. No MS_RDONLY: on
//   a file system with one superblock it would act on the host's. cgroup2 is mounted from a cgroup
//   namespace of its own, because from the initial one the mount options (nsdelegate) of the host
//   would be set anew; and only where it is mounted already, which mounting makes visible for
//   good.
// Tells apart: EPERM, no CAP_SYS_ADMIN over what the file system belongs to, or something in the
//   visible instance is covered; ENODEV, the kernel has no such file system.
// Source: mount(2) ERRORS, cgroups(7), mount_too_revealing() in fs/namespace.c,
//   apply_cgroup_root_flags() in kernel/cgroup/cgroup.c.
#include <sched.h>
#include <sys/mount.h>

#include <cerrno>

#include "probes/agent/mounts.h"
#include "probes/agent/own_mounts.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::fs {

namespace {

// The unified hierarchy is in use: a line "0::/path".
bool HasCgroup2() {
  const std::string cgroups = ReadFileAt("/proc/self/cgroup");
  return cgroups.starts_with("0::") || cgroups.find("\n0::") != std::string::npos;
}

Observation MountType(const std::string& type) {
  const std::optional<std::string> place = FreshDirectory();
  if (!place) return Denied("mount", "tmpfs", errno);
  if (::mount("sandproof", place->c_str(), type.c_str(), MS_NOSUID | MS_NODEV | MS_NOEXEC,
              nullptr) != 0) {
    return Denied("mount", type, errno);
  }
  return ReachedIf(IsMountPoint(*place), "mount", type);
}

Observation MountCgroup2(const Request& request) {
  const bool in_use = HasCgroup2();
  // A whole child: this may run in a quick one, and there is one stack for those.
  return InChild(request, [&]() -> Observation {
    if (::unshare(CLONE_NEWCGROUP) != 0) return Denied("unshare", "CLONE_NEWCGROUP", errno);
    if (!in_use) return Denied("mount", "cgroup2: not in use", ENODEV);
    return MountType("cgroup2");
  });
}

}  // namespace

Observation MountFilesystem(const Request& request) {
  const std::string& type = request.Param("type");
  return InSharedMounts(
      request, [&] { return type == "cgroup2" ? MountCgroup2(request) : MountType(type); });
}

}  // namespace sandproof::probes::fs
