// Attempts: lstat(2) of programs that are often set-user-ID or set-group-ID.
// Harmless: reads metadata; nothing is run.
// Tells apart: fact "set_id", those that would raise privilege if they were run: there, with the
//   bit, on a mount without nosuid, and not under no_new_privs.
// Source: execve(2) "set-user-ID", prctl(2) PR_SET_NO_NEW_PRIVS, mount(8) nosuid.
// Why: to walk all directories of programs costs milliseconds; these names are what Debian, Fedora,
//   Alpine and Arch install so.
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <string_view>

#include "probes/agent/probe.h"

namespace sandproof::probes::fs {

namespace {

constexpr std::string_view kDirectories[] = {"/usr/bin/", "/usr/sbin/"};
constexpr std::string_view kNames[] = {"su",          "sudo",
                                       "mount",       "umount",
                                       "passwd",      "chsh",
                                       "chfn",        "newgrp",
                                       "gpasswd",     "chage",
                                       "expiry",      "pkexec",
                                       "fusermount",  "fusermount3",
                                       "newuidmap",   "newgidmap",
                                       "at",          "crontab",
                                       "doas",        "ksu",
                                       "ping",        "mount.cifs",
                                       "mount.nfs",   "pppd",
                                       "unix_chkpwd", "pam_timestamp_check",
                                       "bwrap",       "firejail",
                                       "ntfs-3g",     "sg",
                                       "wall",        "write",
                                       "ssh-agent",   "traceroute"};
constexpr std::string_view kElsewhere[] = {
    "/bin/su",
    "/bin/mount",
    "/bin/umount",
    "/bin/bbsuid",
    "/usr/lib/openssh/ssh-keysign",
    "/usr/lib/dbus-1.0/dbus-daemon-launch-helper",
    "/usr/lib/polkit-1/polkit-agent-helper-1",
    "/usr/lib/snapd/snap-confine",
    "/usr/local/bin/sudo",
};

bool RaisesPrivilege(const std::string& path) {
  struct stat status = {};
  struct statvfs mount = {};
  if (::lstat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return false;
  const bool is_set_group_id = (status.st_mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP);
  if ((status.st_mode & S_ISUID) == 0 && !is_set_group_id) return false;
  return ::statvfs(path.c_str(), &mount) == 0 && (mount.f_flag & ST_NOSUID) == 0;
}

}  // namespace

Observation SetIdPrograms(const Request& /*request*/) {
  Facts facts = {{"set_id", {}}};
  std::vector<std::string>& found = facts["set_id"];
  const auto look_at = [&](std::string path) {
    if (RaisesPrivilege(path)) found.push_back(std::move(path));
  };
  if (::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1) {
    for (const std::string_view directory : kDirectories) {
      for (const std::string_view name : kNames) look_at(std::string(directory).append(name));
    }
    for (const std::string_view path : kElsewhere) look_at(std::string(path));
  }
  return Read("lstat", "programs", std::move(facts));
}

}  // namespace sandproof::probes::fs
