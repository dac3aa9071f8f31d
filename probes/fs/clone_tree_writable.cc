// Attempts: open_tree(2) with OPEN_TREE_CLONE of a read-only path and mount_setattr(2) of the
//   detached copy to be writable; then unlinkat(2) of an absent name in it, as proof.
// Harmless: the copy is attached nowhere and gone with the worker; nothing is written.
// Tells apart: EPERM, no CAP_SYS_ADMIN over the mounts, or the flag is locked; ENOSYS, a filter or
//   the kernel; EROFS, the file system itself is read-only; ENOENT, writes are let in, unless a
//   security module refuses a rename of an entry to itself.
// Source: open_tree(2), mount_setattr(2), CVE-2021-41133.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "probes/agent/mounts.h"
#include "probes/agent/own_mounts.h"
#include "probes/agent/probe.h"
#include "probes/agent/targets.h"

namespace sandproof::probes::fs {

namespace {

constexpr long kSysOpenTree = 428;
constexpr unsigned kClone = 1;

// As WriteErrno, through the descriptor. A file has no name in it: there the mount's flag answers.
int WriteErrnoIn(int tree) {
  struct stat status = {};
  struct statvfs flags = {};
  if (::fstat(tree, &status) != 0 || ::fstatvfs(tree, &flags) != 0) return errno;
  const bool is_read_only = (flags.f_flag & ST_RDONLY) != 0;
  if (!S_ISDIR(status.st_mode)) return is_read_only ? EROFS : ENOENT;
  if (::unlinkat(tree, AbsentIn(".").c_str(), 0) == 0) return 0;
  return errno == EACCES && is_read_only ? EROFS : errno;
}

Observation MakeWritable(int tree, const std::string& path) {
  if (WriteErrnoIn(tree) != EROFS) {
    const int error = SetMountAttributes(tree, "", true);
    if (error != 0) return Denied("mount_setattr", path + ", MOUNT_ATTR_RDONLY", error);
  }
  if (WriteErrnoIn(tree) != EROFS) return SetupFailed("unlinkat", path, EPROTO);
  if (const int error = SetMountAttributes(tree, "", false); error != 0) {
    return Denied("mount_setattr", path + ", without MOUNT_ATTR_RDONLY", error);
  }
  const int outcome = WriteErrnoIn(tree);
  if (const int refusal = RefusedByModule(path, tree); outcome == ENOENT && refusal != 0) {
    return Denied("renameat", path + ": an entry to itself", refusal);
  }
  return MountLetsWrite(outcome) ? Reached("mount_setattr", path)
                                 : Denied("unlinkat", path, outcome);
}

Observation Clone(const std::string& path) {
  UniqueFd tree(static_cast<int>(
      ::syscall(kSysOpenTree, AT_FDCWD, path.c_str(), kClone | O_CLOEXEC | AT_RECURSIVE)));
  if (!tree) return Denied("open_tree", path + ", OPEN_TREE_CLONE", errno);
  Observation outcome = MakeWritable(tree.get(), path);
  LeaveToTheEnd(std::move(tree));
  return outcome;
}

}  // namespace

Observation CloneTreeWritable(const Request& request) {
  return InSharedMounts(request, [&] { return Clone(request.Param("path")); });
}

}  // namespace sandproof::probes::fs
