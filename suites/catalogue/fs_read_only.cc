// The ways to write to a path that is called read-only, in forms that change nothing on the host.
//
// mkdir, mknod, symlink and bind of a socket have no such form: on a new name they make it, and on
// one that exists the answer is the same on both kinds of mount (measured: mkdir EEXIST, bind
// EADDRINUSE). They share filename_create() in fs/namei.c with link(2), which has one. chown to -1,
// FS_IOC_SETFLAGS with the present flags and truncate to the present size change the ctime
// (measured), and so does chmod of a file; what stands for them here is refused by the limit, the
// flag or the kind of file, once the mount has been asked (measured on ext4 and tmpfs, Linux 6.18).
// utimensat shares mnt_want_write() with removexattr.
//
// The control runs as the payload, so that EACCES outside, by file modes, is never a denial.
#include <cerrno>
#include <csignal>

#include "suites/catalogue/catalogue.h"
#include "suites/catalogue/refusals.h"

namespace sandproof::catalogue {

namespace {

// One way of writing; what the ways have in common is filled in here.
Property Way(Property property, ControlAs control = ControlAs::kPayload) {
  property.subject = SubjectKind::kReadOnlyPath;
  property.control = control;
  AlsoDeniedBy(OrFiltered({EROFS}), property);
  property.denied_by_signal = {SIGSYS};
  // EROFS outside: the source is read-only by itself. ENOTDIR, EISDIR: a way for directories asked
  // of a file, or one for files asked of a directory without any. ETXTBSY: a running program.
  property.absent_by.insert(property.absent_by.end(), {EROFS, ENOTDIR, EISDIR, ETXTBSY});
  // A directory of the launcher's own making may hold no file, or be none.
  property.nothing_inside.insert(property.nothing_inside.end(), {EISDIR, ENOTDIR});
  property.remedy = {
      {"bwrap", "--ro-bind instead of --bind, and no later --bind over it"},
      {"command", "mount the path read-only (a bind with MS_REMOUNT|MS_BIND|MS_RDONLY)"}};
  return property;
}

}  // namespace

std::vector<Property> FsReadOnly() {
  return {
      Way({.id = "fs.ro.open_write",
           .severity = Severity::kHigh,
           .claim = "A file in a read-only path does not open for writing.",
           .why = "Code and configuration that others run or trust can be changed.",
           .probe = "fs/open_for_writing",
           .params = {{"how", "write"}},
           .source = "open(2) EROFS"}),
      Way({.id = "fs.ro.open_append",
           .severity = Severity::kHigh,
           .claim = "A file in a read-only path does not open for appending.",
           .why = "Lines can be added to scripts, configuration and logs.",
           .probe = "fs/open_for_writing",
           .params = {{"how", "append"}},
           .source = "open(2) O_APPEND"}),
      Way({.id = "fs.ro.open_creat_existing",
           .severity = Severity::kHigh,
           .claim = "A file in a read-only path does not open with O_RDWR|O_CREAT.",
           .why = "The usual way in which libraries open what they write to.",
           .probe = "fs/open_for_writing",
           .params = {{"how", "create"}},
           .source = "open(2) O_CREAT"}),
      Way({.id = "fs.ro.reopen_procfd",
           .severity = Severity::kHigh,
           .claim = "A descriptor open for reading cannot be reopened for writing by "
                    "/proc/self/fd.",
           .why = "A magic link does not pass through the path that was made read-only.",
           .probe = "fs/open_for_writing",
           .params = {{"how", "reopen"}},
           .denied_by = {ENOENT},
           .source = "proc_pid_fd(5)"}),
      Way({.id = "fs.ro.via_proc_root",
           .severity = Severity::kHigh,
           .claim = "A file in a read-only path does not open for writing by /proc/self/root.",
           .why = "Another name for the same file must not lead around the mount.",
           .probe = "fs/open_for_writing",
           .params = {{"how", "proc_root"}},
           .denied_by = {ENOENT},
           .source = "proc_pid_root(5)"}),
      Way({.id = "fs.ro.via_magic_link",
           .severity = Severity::kHigh,
           .claim = "A file in a read-only path does not open for writing by the root of another "
                    "process.",
           .why = "/proc/1/root may lead through the mounts of the launcher instead of ours.",
           .probe = "fs/open_for_writing",
           .params = {{"how", "magic_link"}},
           .denied_by = {ENOENT},
           .source = "proc_pid_root(5)"}),
      Way({.id = "fs.ro.via_dotdot",
           .severity = Severity::kHigh,
           .claim = "A file in a read-only path does not open for writing by a name with \"..\".",
           .why = "Rules that look at names instead of mounts are led around so.",
           .probe = "fs/open_for_writing",
           .params = {{"how", "dotdot"}},
           .source = "path_resolution(7)"}),
      Way({.id = "fs.ro.via_map_files",
           .severity = Severity::kHigh,
           .claim = "A mapped file of a read-only path is not writable by /proc/self/map_files.",
           .why = "The links are followed by capability, not by path.",
           .probe = "fs/map_file_writable",
           .denied_by = {ENOENT},
           .absent_by = {ENODEV},
           .source = "proc_pid_map_files(5)"},
          ControlAs::kLauncher),
      Way({.id = "fs.ro.truncate",
           .severity = Severity::kHigh,
           .claim = "A file in a read-only path cannot be truncated.",
           .why = "It needs no descriptor, and empties configuration, keys and logs.",
           .probe = "fs/truncate",
           .reached_by = {EFBIG},
           .source = "truncate(2) EROFS, setrlimit(2) RLIMIT_FSIZE"}),
      Way({.id = "fs.ro.chmod",
           .severity = Severity::kHigh,
           .claim = "Modes in a read-only path cannot be changed.",
           .why = "A mode that lets everybody write outlives the sandbox.",
           .probe = "fs/chmod_link",
           .reached_by = {EOPNOTSUPP},
           .absent_by = {ENODATA},
           // Modes of a link are asked of, which fchmodat2(2) alone can change: Linux 6.6.
           .nothing_inside = {ENODATA, ENOSYS},
           .source = "chmod(2) EROFS, EOPNOTSUPP; chmod_common() in fs/open.c"}),
      Way({.id = "fs.ro.setflags",
           .severity = Severity::kMedium,
           .claim =
               "Flags of files in a read-only path (immutable, append-only) cannot be changed.",
           .why = "A file that is made immutable can be updated no more.",
           .probe = "fs/set_file_flags",
           .reached_by = {EINVAL},
           .absent_by = {ENOTTY, EOPNOTSUPP},
           .source = "ioctl_fs(2), fileattr_set_prepare() in fs/file_attr.c"}),
      Way({.id = "fs.ro.tmpfile",
           .severity = Severity::kHigh,
           .claim = "No file can be created in a read-only path.",
           .why = "New files can be planted where programs are loaded from.",
           .probe = "fs/make_unnamed_file",
           .absent_by = {EOPNOTSUPP},
           .source = "open(2) O_TMPFILE"}),
      Way({.id = "fs.ro.unlink_absent",
           .severity = Severity::kHigh,
           .claim = "Files in a read-only path cannot be removed.",
           .why = "What is removed is replaced or missed, and removal needs no right to the file.",
           .probe = "fs/change_absent_entry",
           .params = {{"how", "unlink"}},
           .reached_by = {ENOENT},
           .source = "unlink(2) EROFS"}),
      Way({.id = "fs.ro.rmdir_absent",
           .severity = Severity::kMedium,
           .claim = "Directories in a read-only path cannot be removed.",
           .why = "What is removed can be replaced.",
           .probe = "fs/change_absent_entry",
           .params = {{"how", "rmdir"}},
           .reached_by = {ENOENT},
           .source = "rmdir(2) EROFS"}),
      Way({.id = "fs.ro.rename_absent",
           .severity = Severity::kMedium,
           .claim = "Entries of a read-only path cannot be renamed.",
           .why = "A file swapped for another takes its place in one step.",
           .probe = "fs/change_absent_entry",
           .params = {{"how", "rename"}},
           .reached_by = {ENOENT},
           .source = "rename(2) EROFS"}),
      Way({.id = "fs.ro.rename_same",
           .severity = Severity::kMedium,
           .claim = "An existing file in a read-only path cannot be renamed.",
           .why = "A file swapped for another takes its place in one step.",
           .probe = "fs/rename_same",
           .source = "rename(2) EROFS"}),
      Way({.id = "fs.ro.link",
           .severity = Severity::kMedium,
           .claim = "No name (link, directory, node, socket) can be made in a read-only path.",
           .why = "New names can be planted where programs look.",
           .probe = "fs/link_from_elsewhere",
           .reached_by = {EXDEV},
           .absent_by = {ENOENT},  // procfs and its like take no new names
           .source = "link(2) EROFS, EXDEV; filename_create() in fs/namei.c"}),
      Way({.id = "fs.ro.setxattr",
           .severity = Severity::kMedium,
           .claim = "Extended attributes in a read-only path cannot be changed.",
           .why = "Attributes carry capabilities, labels and marks of trust.",
           .probe = "fs/remove_absent_xattr",
           .reached_by = {ENODATA, EOPNOTSUPP},
           .source = "removexattr(2), xattr(7)"}),
      Way({.id = "fs.ro.fsetxattr_rdonly_fd",
           .severity = Severity::kMedium,
           .claim = "Metadata of a read-only path cannot be changed through a descriptor open for "
                    "reading.",
           .why = "fchmod, fchown and fsetxattr need no descriptor open for writing.",
           .probe = "fs/remove_absent_xattr",
           .params = {{"how", "descriptor"}},
           .reached_by = {ENODATA, EOPNOTSUPP},
           .source = "fremovexattr(2), mnt_want_write_file() in fs/namespace.c"}),
  };
}

}  // namespace sandproof::catalogue
