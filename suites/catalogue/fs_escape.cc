// The ways out of the root directory that path names and roots leave.
#include <cerrno>
#include <csignal>

#include "suites/catalogue/catalogue.h"
#include "suites/catalogue/refusals.h"

namespace sandproof::catalogue {

std::vector<Property> FsEscape() {
  return {
      {.id = "fs.cwd_outside_root",
       .severity = Severity::kCritical,
       .claim = "The working directory lies within the root.",
       .why = "From a directory outside, \"..\" leads through the whole host file system.",
       .probe = "fs/working_directory",
       .control = ControlAs::kNothing,
       .fact = FactRule{.fact = "unreachable", .comparison = Comparison::kEmpty},
       .expect = kAlwaysRequired,
       .remedy = {{"command", "chdir(2) into the new root before chroot(2) or pivot_root(2)"}},
       .source = "getcwd(3), chroot(2), CVE-2024-21626, CVE-2016-9962"},
      {.id = "fs.symlink_escape",
       .severity = Severity::kHigh,
       .claim = "A symbolic link made inside does not lead to a host file.",
       .why = "Rules that look at the name of a path see only the name of the link.",
       .probe = "fs/symlink_escape",
       .canary = Canary::kSecretFile,
       .control = ControlAs::kPayload,
       .denied_by = OrFiltered({ENOENT, ENOTDIR}),
       .denied_by_signal = {SIGSYS},
       .absent_by = {EROFS},
       .nothing_inside = {EROFS},
       .expect = kBlockedUnlessAgent,
       .remedy = {{"bwrap", "bind only what the payload needs instead of --ro-bind / /"},
                  {"command", "give the payload a mount namespace with its own root"}},
       .source = "symlink(7), path_resolution(7)"},
      {.id = "fs.chroot_escape",
       .severity = Severity::kCritical,
       .claim = "A second chroot(2) does not lead out of the root.",
       .why = "A root made by chroot(2) alone is left by whoever may call it again.",
       .probe = "fs/chroot_escape",
       .canary = Canary::kSecretFile,
       .denied_by = OrFiltered({ENOENT, ENOTDIR}),
       .denied_by_signal = {SIGSYS},
       .expect = kBlockedUnlessAgent,
       .remedy = {{"bwrap", "--cap-drop ALL, and bind no parent of a secret"},
                  {"command", "pivot_root(2) instead of chroot(2), and drop CAP_SYS_CHROOT"}},
       .source = "chroot(2)"},
      {.id = "fs.fanotify_filesystem_mark",
       .severity = Severity::kCritical,
       .claim = "A file system cannot be watched as a whole.",
       .why = "Events hand over open descriptors of files that are bound nowhere inside.",
       .probe = "fs/watch_filesystem",
       .denied_by = OrFiltered(),
       .denied_by_signal = {SIGSYS},
       .reached_by = {ENOENT},
       .absent_by = {EOPNOTSUPP, ENODEV, EXDEV},
       .nothing_inside = {EOPNOTSUPP, ENODEV, EXDEV},
       .remedy = {{"bwrap", "--cap-drop ALL (CAP_SYS_ADMIN)"},
                  {"command", "drop CAP_SYS_ADMIN, or refuse fanotify_init by seccomp"}},
       .source = "fanotify_mark(2), fanotify(7)"},
  };
}

}  // namespace sandproof::catalogue
