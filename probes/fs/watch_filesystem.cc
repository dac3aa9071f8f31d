// Attempts: fanotify_mark(2) with FAN_MARK_REMOVE|FAN_MARK_FILESYSTEM at one of "paths", of a mark
//   that was never set.
// Harmless: there is nothing to remove, and no event is ever asked for.
// Tells apart: EPERM, no CAP_SYS_ADMIN over the file system; ENOENT, let in, there is no such mark;
//   EOPNOTSUPP, ENODEV and EXDEV, none of them can be watched by anybody; ENOSYS, the kernel, or a
//   filter if the control got through.
// Source: fanotify_init(2), fanotify_mark(2) ERRORS; do_fanotify_mark() in
//   fs/notify/fanotify/fanotify_user.c.
// Why: fanotify_init(2) alone tells little, since 5.13 everybody may watch single files.
#include <fcntl.h>
#include <sys/fanotify.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <utility>

#include "probes/agent/probe.h"
#include "probes/agent/targets.h"

namespace sandproof::probes::fs {

namespace {

// With descriptors in the events, else with file identifiers only, which everybody may ask for.
UniqueFd Group() {
  constexpr unsigned kReportFid = 0x200;
  const long group = ::syscall(SYS_fanotify_init, FAN_CLASS_NOTIF | FAN_CLOEXEC, O_RDONLY);
  if (group >= 0) return UniqueFd(static_cast<int>(group));
  return UniqueFd(static_cast<int>(
      ::syscall(SYS_fanotify_init, FAN_CLASS_NOTIF | FAN_CLOEXEC | kReportFid, O_RDONLY)));
}

bool IsUnsupported(const Observation& outcome) {
  return outcome.error == EOPNOTSUPP || outcome.error == ENODEV || outcome.error == EXDEV;
}

}  // namespace

Observation WatchFilesystem(const Request& request) {
  const UniqueFd group = Group();
  if (!group) return Denied("fanotify_init", "FAN_CLASS_NOTIF", errno);
  std::optional<Observation> told;
  for (const std::string& path : PathsOf(request)) {
    struct stat status = {};
    if (::stat(path.c_str(), &status) != 0) continue;  // ENOENT is to mean the mark
    const long outcome =
        ::syscall(SYS_fanotify_mark, group.get(), FAN_MARK_REMOVE | FAN_MARK_FILESYSTEM, FAN_OPEN,
                  AT_FDCWD, path.c_str());
    const std::string operand = path + ", FAN_MARK_FILESYSTEM";
    Observation now =
        outcome == 0 ? Reached("fanotify_mark", operand) : Denied("fanotify_mark", operand, errno);
    if (outcome == 0 || now.error == ENOENT) return now;
    // A file system that refuses says more than one that cannot be watched.
    if (!told || !IsUnsupported(now)) told = std::move(now);
  }
  return told ? *std::move(told) : SetupFailed("fanotify_mark", "no path", ENOTDIR);
}

}  // namespace sandproof::probes::fs
