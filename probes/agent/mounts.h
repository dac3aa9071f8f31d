// The mount table as the payload sees it, and what an attempt on it needs: a way to see whether a
// mount refuses writes, and to make it so.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "probes/agent/probe.h"

namespace sandproof::probes {

inline constexpr std::uint64_t kAttrReadOnly = 1;  // MOUNT_ATTR_RDONLY of <linux/mount.h>

struct Mount {
  unsigned long long id = 0;  // as statx(2) says it
  std::string device = {};    // "8:1"
  std::string root = {};      // the path in the file system that is mounted here
  std::string point = {};
  std::string type = {};
  unsigned long long peers = 0;   // the peer group that it shares its mounts with; 0: with nobody
  unsigned long long master = 0;  // the peer group that it receives mounts from; 0: none
  bool read_only = false;         // the mount, or the file system
  bool nosuid = false;
  bool nodev = false;
  bool noexec = false;
};

struct MountTable {
  std::vector<Mount> mounts = {};
  bool complete = false;  // neither cut off nor guessed
  int error = 0;          // errno where nothing could be read
  bool was_told = false;  // by the harness, which looked from outside
};

// From /proc/self/mountinfo, else from listmount(2) and statmount(2) (6.8), which need no /proc.
// Where a filter refuses those, from what the harness was told by the host's /proc; so is the mount
// of a root that is no mount point, without which the table is not complete.
[[nodiscard]] MountTable Mounts();

// The text of our mountinfo, as somebody outside read it. Goes before any worker.
void KnowMountinfo(std::string text);

// Directories that exist and on which a look-up may start: every mount point, or without a table
// the usual ones; "/" and "." among them.
[[nodiscard]] std::vector<std::string> VisibleRoots();

[[nodiscard]] bool IsMountPoint(const std::string& path);

// errno of a change that cannot succeed: unlink(2) of an absent name in a directory, removexattr(2)
// of an absent attribute of a file. EROFS: the mount refuses; ENXIO: nothing is there.
[[nodiscard]] int WriteErrno(const std::string& path);
[[nodiscard]] bool LetsWrite(int write_errno);
// The mount does, whatever file modes say: EROFS comes before them.
[[nodiscard]] bool MountLetsWrite(int write_errno);

// mount(2) with MS_REMOUNT|MS_BIND that only adds or takes away MS_RDONLY: flags that a more
// privileged namespace locked must be repeated. Returns 0 or the errno.
[[nodiscard]] int RemountBind(const std::string& path, bool read_only);

// Makes `path` a mount point that refuses writes, if it is not one already.
// Errors: the observation to hand back.
[[nodiscard]] std::optional<Observation> MakeReadOnlyMount(const std::string& path);

// mount_setattr(2), by number: libc learnt it late. Returns 0 or the errno.
[[nodiscard]] int SetMountAttributes(int fd, const std::string& path, bool read_only);
// The same call: every mount below "/" becomes private.
[[nodiscard]] int MakeAllPrivateBySetattr();

}  // namespace sandproof::probes
