// The ways to change the mount table, and so to undo what it hides or protects.
#include <cerrno>
#include <csignal>

#include "suites/catalogue/catalogue.h"
#include "suites/catalogue/refusals.h"

namespace sandproof::catalogue {

namespace {

// What all attempts on the mount table have in common. ENOSYS and ENODEV count, because the control
// shows that the host's kernel has the call and the file system: a filter or another kernel
// answers.
Property Attempt(Property property) {
  AlsoDeniedBy(OrFiltered({ENOSPC}), property);
  property.denied_by_signal = {SIGSYS};
  property.remedy = {
      {"bwrap", "--cap-drop ALL; started by root also --unshare-user --disable-userns"},
      {"command", "drop CAP_SYS_ADMIN, or refuse the mount calls by seccomp"}};
  return property;
}

// An attempt to make a read-only path writable again.
Property Undo(Property property) {
  property.severity = Severity::kCritical;
  property.subject = SubjectKind::kReadOnlyPath;
  property.denied_by.push_back(EROFS);
  property.absent_by.push_back(EROFS);  // outside: the source is read-only by itself
  return Attempt(std::move(property));
}

// An attempt to mount a file system of a kind.
Property Fresh(Property property) {
  property.denied_by.push_back(ENODEV);
  property.absent_by.insert(property.absent_by.end(), {ENODEV, EBUSY});
  return Attempt(std::move(property));
}

}  // namespace

std::vector<Property> FsMount() {
  Property via_userns =
      Attempt({.id = "fs.mount_via_userns",
               .severity = Severity::kMedium,
               .claim = "A user namespace made inside gives no right to mount.",
               .why = "It opens the mount calls and their kernel code to a payload without "
                      "privilege.",
               .probe = "fs/mount_in_userns",
               .control = ControlAs::kPayload,
               .denied_by = {EINVAL, EUSERS},
               .absent_by = {EINVAL, ENOSPC, EUSERS},
               .expect = kBlockedUnlessAgent,
               .source = "user_namespaces(7)"});
  via_userns.remedy = {
      {"bwrap", "--unshare-user --disable-userns"},
      {"command",
       "set user.max_user_namespaces to 0 in the sandbox's user namespace, or refuse "
       "CLONE_NEWUSER by seccomp"}};
  return {
      Undo({.id = "fs.remount_rw_bind",
            .claim = "A read-only mount cannot be remounted read-write by mount(2).",
            .why = "Every read-only path becomes writable on the host.",
            .probe = "fs/remount_writable",
            .source = "mount(2) MS_REMOUNT, mount_namespaces(7)"}),
      Undo({.id = "fs.remount_rw_setattr",
            .claim = "A read-only mount cannot be made read-write by mount_setattr(2).",
            .why = "The same as a remount, by a call that filters forget.",
            .probe = "fs/remount_writable",
            .params = {{"how", "setattr"}},
            .source = "mount_setattr(2), CVE-2021-41133"}),
      Undo({.id = "fs.clone_tree_rw",
            .claim = "A read-only mount cannot be cloned by open_tree(2) and made read-write.",
            .why = "The copy leads to the same files, and no visible mount changes.",
            .probe = "fs/clone_tree_writable",
            .source = "open_tree(2), mount_setattr(2)"}),
      Undo({.id = "fs.rebind_rw",
            .claim = "A read-only path cannot be bound elsewhere and made read-write.",
            .why = "The new place leads to the same files.",
            .probe = "fs/rebind_writable",
            .nothing_inside = {ENODATA},
            .source = "mount(2) MS_BIND, mount_namespaces(7)"}),
      Attempt({.id = "fs.umount_reveals",
               .severity = Severity::kHigh,
               .claim = "A fresh mount cannot be taken off what it covers.",
               .why = "Secrets that are hidden by a mount over them come to light.",
               .probe = "fs/unmount",
               .subject = SubjectKind::kPrivatePath,
               .denied_by = {EINVAL},
               .absent_by = {ENOENT},
               .source = "umount(2), mount_namespaces(7)"}),
      Fresh({.id = "fs.overmount_allowed",
             .severity = Severity::kMedium,
             .claim = "Nothing can be mounted.",
             .why = "Files that other programs of the sandbox trust can be covered by others.",
             .probe = "fs/mount_filesystem",
             .params = {{"type", "tmpfs"}},
             .expect = kBlockedUnlessAgent,
             .source = "mount(2)"}),
      Fresh({.id = "fs.new_procfs_mountable",
             .severity = Severity::kHigh,
             .claim = "No fresh procfs can be mounted.",
             .why = "It shows what was masked, and settings that were made read-only open again.",
             .probe = "fs/mount_filesystem",
             .params = {{"type", "proc"}},
             .source = "proc(5), user_namespaces(7)"}),
      Fresh({.id = "fs.new_sysfs_mountable",
             .severity = Severity::kHigh,
             .claim = "No fresh sysfs can be mounted.",
             .why = "It leads to devices, power states and kernel settings of the host.",
             .probe = "fs/mount_filesystem",
             .params = {{"type", "sysfs"}},
             .source = "sysfs(5)"}),
      Fresh({.id = "fs.new_cgroupfs_mountable",
             .severity = Severity::kHigh,
             .claim = "No cgroup file system can be mounted.",
             .why = "Limits can be lifted, and processes of the host moved and frozen.",
             .probe = "fs/mount_filesystem",
             .params = {{"type", "cgroup2"}},
             .source = "cgroups(7), CVE-2022-0492"}),
      Fresh({.id = "fs.debugfs_mountable",
             .severity = Severity::kHigh,
             .claim = "debugfs cannot be mounted.",
             .why = "It gives raw access to drivers and memory.",
             .probe = "fs/mount_filesystem",
             .params = {{"type", "debugfs"}},
             .source = "Documentation/filesystems/debugfs.rst"}),
      Fresh({.id = "fs.tracefs_mountable",
             .severity = Severity::kHigh,
             .claim = "tracefs cannot be mounted.",
             .why = "It traces every process of the host.",
             .probe = "fs/mount_filesystem",
             .params = {{"type", "tracefs"}},
             .source = "Documentation/trace/ftrace.rst"}),
      Fresh({.id = "fs.bpffs_mountable",
             .severity = Severity::kHigh,
             .claim = "A bpf file system cannot be mounted.",
             .why = "Programs and maps can be pinned and reached.",
             .probe = "fs/mount_filesystem",
             .params = {{"type", "bpf"}},
             .source = "bpf(2)"}),
      Fresh({.id = "fs.securityfs_mountable",
             .severity = Severity::kHigh,
             .claim = "securityfs cannot be mounted.",
             .why = "It is where policies of security modules are loaded.",
             .probe = "fs/mount_filesystem",
             .params = {{"type", "securityfs"}},
             .source = "Documentation/security/"}),
      Fresh({.id = "fs.devpts_mountable",
             .severity = Severity::kMedium,
             .claim = "No devpts can be mounted.",
             .why = "Terminals can be made beyond those the launcher gave.",
             .probe = "fs/mount_filesystem",
             .params = {{"type", "devpts"}},
             .expect = kBlockedUnlessAgent,
             .source = "pts(4)"}),
      Fresh({.id = "fs.mqueue_mountable",
             .severity = Severity::kMedium,
             .claim = "No mqueue file system can be mounted.",
             .why = "It lists the message queues of the IPC namespace.",
             .probe = "fs/mount_filesystem",
             .params = {{"type", "mqueue"}},
             .expect = kBlockedUnlessAgent,
             .source = "mq_overview(7)"}),
      Fresh({.id = "fs.devtmpfs_mountable",
             .severity = Severity::kCritical,
             .claim = "devtmpfs cannot be mounted.",
             .why = "Every device of the host is in it, disks included.",
             .probe = "fs/mount_filesystem",
             .params = {{"type", "devtmpfs"}},
             .source = "Documentation/admin-guide/devices.rst"}),
      Fresh({.id = "fs.block_device_readable",
             .severity = Severity::kCritical,
             .claim = "No disk can be read by a node of one's own making.",
             .why =
                 "Whoever makes and opens the nodes of the host's disks reads every file on them, "
                 "whatever their modes, and needs none in /dev.",
             .probe = "fs/read_block_device",
             .canary = Canary::kDisk,
             .source = "mknod(2), cgroups(7) devices"}),
      Fresh({.id = "fs.block_device_mountable",
             .severity = Severity::kCritical,
             .claim = "No disk can be mounted by a node of one's own making.",
             .why = "It shows the host's files as they are, writable, and lets the kernel parse a "
                    "file system of the attacker's.",
             .probe = "fs/mount_block_device",
             .canary = Canary::kDisk,
             .source = "mount(2), cgroups(7) devices"}),
      std::move(via_userns),
  };
}

}  // namespace sandproof::catalogue
