#include "probes/agent/mounts.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

#include "probes/agent/targets.h"

namespace sandproof::probes {

namespace {

// The kernel's numbers and structures, under our own names: the headers of the build may be older.
constexpr long kSysMountSetattr = 442;

struct MountAttributes {
  std::uint64_t set = 0;
  std::uint64_t clear = 0;
  std::uint64_t propagation = 0;
  std::uint64_t userns_fd = 0;
};

int CallMountSetattr(int fd, const char* path, unsigned flags, MountAttributes attributes) {
  return ::syscall(kSysMountSetattr, fd, path, flags, &attributes, sizeof attributes) == 0 ? 0
                                                                                           : errno;
}

// Flags of statvfs(3) in the words of mount(2).
unsigned long MountFlags(unsigned long of_statvfs) {
  unsigned long flags = of_statvfs & (ST_NOSUID | ST_NODEV | ST_NOEXEC | ST_NOATIME |
                                      ST_NODIRATIME);  // the same bits in both
  constexpr unsigned long kStNoSymlinks = 8192;
  constexpr unsigned long kMsNoSymlinks = 256;
  if ((of_statvfs & kStNoSymlinks) != 0) flags |= kMsNoSymlinks;
  if ((of_statvfs & ST_RELATIME) != 0) flags |= MS_RELATIME;
  if ((of_statvfs & (ST_RELATIME | ST_NOATIME)) == 0) flags |= MS_STRICTATIME;
  return flags;
}

}  // namespace

std::vector<std::string> VisibleRoots() {
  std::vector<std::string> candidates = {"/", "."};
  for (const Mount& mount : Mounts().mounts) {
    // A look-up in an autofs would make it mount.
    if (mount.type != "autofs") candidates.push_back(mount.point);
  }
  if (candidates.size() == 2) {
    candidates.insert(candidates.end(), {"/usr", "/etc", "/lib", "/opt", "/var", "/run", "/tmp"});
  }
  std::vector<std::string> roots;
  for (const std::string& path : candidates) {
    struct stat status = {};
    if (::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) roots.push_back(path);
  }
  return roots;
}

bool IsMountPoint(const std::string& path) {
  struct statx status = {};
  if (::statx(AT_FDCWD, path.c_str(), AT_NO_AUTOMOUNT, STATX_TYPE, &status) != 0) return false;
  return (status.stx_attributes_mask & status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

int WriteErrno(const std::string& path) {
  struct stat status = {};
  // ENOENT would read as the answer of a directory that lets write.
  if (::stat(path.c_str(), &status) != 0) return errno == ENOENT ? ENXIO : errno;
  const bool is_directory = S_ISDIR(status.st_mode);
  const int outcome = is_directory ? ::unlink(AbsentIn(path).c_str())
                                   : ::removexattr(path.c_str(), "user.sandproof-absent");
  if (outcome == 0) return 0;
  const int error = errno;
  struct statvfs mount = {};
  const bool is_read_only = is_directory && error == EACCES &&
                            ::statvfs(path.c_str(), &mount) == 0 && (mount.f_flag & ST_RDONLY) != 0;
  return is_read_only ? EROFS : error;
}

bool LetsWrite(int write_errno) {
  return write_errno == ENOENT || write_errno == ENODATA || write_errno == EOPNOTSUPP;
}

bool MountLetsWrite(int write_errno) {
  return LetsWrite(write_errno) || write_errno == EACCES || write_errno == EPERM;
}

int RemountBind(const std::string& path, bool read_only) {
  struct statvfs status = {};
  if (::statvfs(path.c_str(), &status) != 0) return errno;
  const unsigned long read_only_flag = read_only ? static_cast<unsigned long>(MS_RDONLY) : 0;
  const unsigned long flags = MountFlags(status.f_flag) | read_only_flag;
  const int outcome =
      ::mount(nullptr, path.c_str(), nullptr, MS_REMOUNT | MS_BIND | flags, nullptr);
  return outcome == 0 ? 0 : errno;
}

std::optional<Observation> MakeReadOnlyMount(const std::string& path) {
  // MS_REC, because a tree with locked mounts in it can only be bound whole.
  if (!IsMountPoint(path) &&
      ::mount(path.c_str(), path.c_str(), nullptr, MS_BIND | MS_REC, nullptr) != 0) {
    return Denied("mount", path + ", MS_BIND", errno);
  }
  const int before = WriteErrno(path);
  if (before == EROFS) return std::nullopt;
  if (!MountLetsWrite(before)) return SetupFailed("unlink", path, before);
  if (const int error = RemountBind(path, true); error != 0) {
    return Denied("mount", path + ", MS_REMOUNT|MS_BIND|MS_RDONLY", error);
  }
  if (const int error = WriteErrno(path); error != EROFS) return SetupFailed("unlink", path, error);
  return std::nullopt;
}

int SetMountAttributes(int fd, const std::string& path, bool read_only) {
  const MountAttributes attributes = {.set = read_only ? kAttrReadOnly : 0,
                                      .clear = read_only ? 0 : kAttrReadOnly};
  return CallMountSetattr(fd, path.c_str(), path.empty() ? AT_EMPTY_PATH : 0, attributes);
}

int MakeAllPrivateBySetattr() {
  return CallMountSetattr(-1, "/", AT_RECURSIVE, {.propagation = MS_PRIVATE});
}

}  // namespace sandproof::probes
