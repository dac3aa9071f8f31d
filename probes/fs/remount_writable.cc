// Attempts: to make a read-only mount writable, by mount(2) with MS_REMOUNT|MS_BIND or, with "how"
//   = setattr, by mount_setattr(2); then unlink(2) of an absent name, as proof.
// Harmless: in a mount namespace of its own, on this mount and not on its superblock; nothing is
//   written. A path that is no read-only mount is first made one there.
// Tells apart: EPERM, no CAP_SYS_ADMIN over the mounts, or the flag is locked; EROFS, the file
//   system itself is read-only; ENOENT or ENODATA at the end, writes are let in.
// Source: mount(2) MS_REMOUNT, mount_setattr(2), user_namespaces(7), mount_namespaces(7).
#include <cerrno>

#include "probes/agent/mounts.h"
#include "probes/agent/own_mounts.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::fs {

Observation RemountWritable(const Request& request) {
  const std::string& path = request.Param("path");
  const bool by_setattr = request.Param("how") == "setattr";
  return InSharedMounts(request, [&]() -> Observation {
    if (std::optional<Observation> failure = MakeReadOnlyMount(path)) return *std::move(failure);
    const std::string_view call = by_setattr ? "mount_setattr" : "mount";
    constexpr int kNoDirectory = -1;  // the path is absolute
    const int error =
        by_setattr ? SetMountAttributes(kNoDirectory, path, false) : RemountBind(path, false);
    if (error != 0) return Denied(call, path + ", without MS_RDONLY", error);
    const int outcome = WriteErrno(path);
    static_cast<void>(RemountBind(path, true));  // as the next attempt expects it
    return MountLetsWrite(outcome) ? Reached(call, path) : Denied("unlink", path, outcome);
  });
}

}  // namespace sandproof::probes::fs
