// What the layout of the mounts leaves open, though each mount by itself is as it should be.
#include <cerrno>

#include "suites/catalogue/catalogue.h"

namespace sandproof::catalogue {

namespace {

// A way to change what lies in a read-only path, other than to write to it there.
Property WayAround(Property property) {
  property.probe = "fs/ways_around";
  property.control = ControlAs::kNothing;
  property.fact->comparison = Comparison::kEmpty;
  property.expect = kAlwaysRequired;
  return property;
}

}  // namespace

std::vector<Property> FsLayout() {
  return {
      WayAround({.id = "fs.alias_rw_mount",
                 .severity = Severity::kHigh,
                 .claim = "What lies in a read-only path lies in no mount that lets write.",
                 .why = "The same files can be written through their other name.",
                 .fact = FactRule{.fact = "writable_aliases"},
                 .remedy = {{"bwrap",
                             "bind nothing read-write that holds, or lies in, the source of a "
                             "--ro-bind"},
                            {"command", "mount no directory twice with different rights"}},
                 .source = "mount_namespaces(7), proc_pid_mountinfo(5)"}),
      WayAround({.id = "fs.alias_hardlink",
                 .severity = Severity::kMedium,
                 .claim = "No file of a read-only path has a second name in one that lets write.",
                 .why = "The file is written through its other name.",
                 .fact = FactRule{.fact = "hard_links"},
                 .remedy = {{"bwrap",
                             "keep code and data in different file systems, or copy the "
                             "file instead of linking it"},
                            {"command", "copy the file instead of linking it"}},
                 .source = "link(2)"}),
      WayAround({.id = "fs.submount_writable",
                 .severity = Severity::kHigh,
                 .claim = "No mount below a read-only path lets write, but for those declared.",
                 .why = "A read-only mount says nothing of the mounts below it.",
                 .fact = FactRule{.fact = "writable_submounts"},
                 .remedy = {{"bwrap",
                             "--ro-bind makes them read-only too; declare the path under "
                             "\"paths\" if it is to be written"},
                            {"command", "mount_setattr(2) with AT_RECURSIVE"}},
                 .source = "mount_setattr(2), mount(8) \"The bind mounts\""}),
      WayAround(
          {.id = "fs.ro_parent_renamable",
           .severity = Severity::kHigh,
           .claim = "No directory above a read-only path can be renamed.",
           .why = "Another directory is put in its place, with files of the payload's choice: the "
                  "name that was to be protected now leads to them, on the host too.",
           .fact = FactRule{.fact = "renamable_parents"},
           .remedy = {{"bwrap",
                       "bind the directory above read-only as well, or over itself "
                       "(--bind DIR DIR), which makes it a mount point"},
                      {"command", "make each directory above it a mount point, or read-only"}},
           .source = "rename(2) EBUSY, mount_namespaces(7)"}),
      {.id = "fs.propagation_out",
       .severity = Severity::kCritical,
       .claim = "No mount made inside appears outside.",
       .why = "A payload that may mount covers files of the host with its own.",
       .probe = "fs/mount_peers",
       .fact = FactRule{.fact = "sends", .comparison = Comparison::kSharesNothing},
       .expect = kAlwaysRequired,
       .remedy = {{"bwrap", "it makes every mount a slave; another launcher made this one"},
                  {"command", "mount(2) MS_REC|MS_SLAVE or MS_PRIVATE on / in the new namespace"}},
       .source = "mount_namespaces(7) \"Shared subtrees\""},
      {.id = "fs.propagation_in",
       .severity = Severity::kMedium,
       .claim = "No mount that the host makes later appears inside.",
       .why = "It comes writable, with set-id programs and devices, even below a read-only path: "
              "the launcher's flags are those of the mounts that were there at the start.",
       .probe = "fs/mount_peers",
       .fact = FactRule{.fact = "receives", .comparison = Comparison::kSharesNothing},
       .expect = kNeverAsserted,
       .remedy = {{"bwrap", "make the source private before: mount --make-rprivate SOURCE"},
                  {"command", "mount(2) MS_REC|MS_PRIVATE on / in the new namespace"}},
       .source = "mount_namespaces(7) \"Shared subtrees\", bubblewrap bind-mount.c"},
      {.id = "fs.rw_plant_suid",
       .severity = Severity::kHigh,
       .claim = "No set-user-ID program of the host's root can be made in a path that lets write.",
       .why = "Whoever finds it outside, where the mount heeds it, becomes root.",
       .probe = "fs/plant",
       .control = ControlAs::kNothing,
       .fact = FactRule{.fact = "set_id", .comparison = Comparison::kEmpty},
       .expect = kAlwaysRequired,
       .remedy = {{"bwrap",
                   "start it as another uid than root, or bind from a file system that is "
                   "mounted nosuid"},
                  {"command", "run the payload as another uid than root"}},
       .source = "chmod(2) S_ISUID, mount(8) nosuid"},
      {.id = "fs.rw_plant_filecaps",
       .severity = Severity::kHigh,
       .claim = "No program with capabilities can be made in a path that lets write.",
       .why = "Whoever runs it outside, where the mount heeds it, has them.",
       .probe = "fs/plant",
       .control = ControlAs::kNothing,
       .fact = FactRule{.fact = "capabilities", .comparison = Comparison::kEmpty},
       .expect = kAlwaysRequired,
       .remedy = {{"bwrap", "--cap-drop ALL (CAP_SETFCAP)"},
                  {"command", "drop CAP_SETFCAP, or run the payload as another uid than root"}},
       .source = "capabilities(7) \"File capabilities\""},
      {.id = "fs.writable_and_executable",
       .severity = Severity::kLow,
       .claim = "What can be written cannot be run.",
       .why = "A payload that is made to write a file runs it next.",
       .probe = "fs/writable_code",
       .control = ControlAs::kNothing,
       .fact = FactRule{.fact = "writable_code", .comparison = Comparison::kEmpty},
       .expect = kNeverAsserted,
       .remedy = {{"command", "mount what is writable with noexec; bwrap has no option for it"}},
       .source = "mount(8) noexec"},
      {.id = "fs.set_id_programs",
       .severity = Severity::kMedium,
       .claim = "No set-user-ID or set-group-ID program raises privilege inside.",
       .why = "Each is a program of root's that obeys the payload.",
       .probe = "fs/set_id_programs",
       .control = ControlAs::kNothing,
       .fact = FactRule{.fact = "set_id", .comparison = Comparison::kEmpty},
       .expect = kAlwaysRequired,
       .remedy = {{"bwrap", "it sets no_new_privs and nosuid by itself"},
                  {"command", "set no_new_privs, or mount with nosuid"}},
       .source = "execve(2), prctl(2) PR_SET_NO_NEW_PRIVS"},
      {.id = "fs.mount_unexpected",
       .severity = Severity::kMedium,
       .claim = "Only what the launcher's arguments name is mounted.",
       .why = "What nobody declared, nobody reviewed.",
       .probe = "fs/mount_points",
       .control = ControlAs::kNothing,
       .fact = FactRule{.fact = "unexpected", .comparison = Comparison::kEmpty},
       .expect = kRequiredIfStrict,
       .remedy = {{"bwrap",
                   "find out who mounts it: a wrapper before the payload, or after bwrap"}},
       .source = "proc_pid_mountinfo(5)"},
      {.id = "fs.mount_table_leak",
       .severity = Severity::kInfo,
       .claim = "The mount table tells no directory of the host's.",
       .why = "Paths outside name the user, the project and what else may be there.",
       .probe = "fs/mount_sources",
       .control = ControlAs::kNothing,
       .fact = FactRule{.fact = "host_paths", .comparison = Comparison::kEmpty},
       .expect = kNeverAsserted,
       .remedy = {{"bwrap",
                   "each bind shows its source: give no --proc, and a filter that refuses "
                   "statmount(2) and listmount(2)"},
                  {"command", "mount no /proc, and refuse statmount(2) and listmount(2)"}},
       .source = "proc_pid_mountinfo(5), statmount(2), bubblewrap issue 631"},
      {.id = "fs.bind_source_via_symlink",
       .severity = Severity::kMedium,
       .claim = "No source of a bind is a symbolic link.",
       .why = "Whoever may change the link decides what the next start binds.",
       .probe = "fs/same_object",
       .control = ControlAs::kNothing,
       .fact = FactRule{.fact = "same", .comparison = Comparison::kEmpty},
       .expect = kNeverAsserted,
       .remedy = {{"bwrap", "bind the target itself, and --symlink the name to it"}},
       .source = "bwrap(1): sources are resolved on the host"},
      {.id = "fs.tmpfs_unbounded",
       .severity = Severity::kMedium,
       .claim = "Every tmpfs that the payload may write has a limit of its own.",
       .why = "Without one it may hold half of the machine's memory, which then others lack.",
       .probe = "fs/tmpfs_sizes",
       .fact = FactRule{.fact = "unbounded", .comparison = Comparison::kEmpty},
       .expect = kRequiredIfStrict,
       .remedy = {{"bwrap", "--size BYTES before --tmpfs PATH; --remount-ro for / and /dev"},
                  {"command", "mount the tmpfs with size=BYTES"}},
       .source = "tmpfs(5) size"},
  };
}

}  // namespace sandproof::catalogue
