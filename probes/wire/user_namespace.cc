#include "probes/wire/user_namespace.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <string>

#include "probes/wire/unique_fd.h"
#include "probes/wire/write_text.h"

namespace sandproof {

namespace {

// capabilities(7). A map that is half written could not be taken back.
bool MayMapOthers() {
  __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};
  if (::syscall(SYS_capget, &header, data) != 0) return false;
  constexpr unsigned kNeeded = (1U << CAP_SETUID) | (1U << CAP_SETGID);
  return (data[0].effective & kNeeded) == kNeeded;
}

// Our own map of "uid" or "gid" as one for a namespace below: each id that we know, as itself.
std::string Identities(const std::string& kind) {
  std::ifstream file("/proc/self/" + kind + "_map");
  std::string map;
  for (unsigned long inner = 0, outer = 0, count = 0; file >> inner >> outer >> count;) {
    const std::string first = std::to_string(inner);
    map += first + ' ' + first + ' ' + std::to_string(count) + '\n';
  }
  return map;
}

// Only whoever stays outside has the capabilities there that such a map takes.
pid_t MapFromOutside(const UniqueFd& wait, UniqueFd& go, pid_t whom) {
  const std::string uids = Identities("uid");
  const std::string gids = Identities("gid");
  const pid_t child = ::fork();
  if (child != 0) return child;
  go.reset();
  const std::string directory = "/proc/" + std::to_string(whom);
  char entered = 0;
  const bool is_done = ::read(wait.get(), &entered, 1) == 1 &&
                       WriteText(directory + "/uid_map", uids) &&
                       WriteText(directory + "/gid_map", gids);
  ::_exit(is_done ? 0 : 1);
}

bool IsMapped() {
  std::ifstream file("/proc/self/uid_map");
  unsigned long inner = 0;
  return static_cast<bool>(file >> inner);
}

Mapped MapSelf(const std::string& uid, const std::string& gid) {
  // A gid map without privilege is taken only once setgroups(2) has been given up.
  const bool is_mapped = WriteText("/proc/self/setgroups", "deny") &&
                         WriteText("/proc/self/uid_map", uid) &&
                         WriteText("/proc/self/gid_map", gid);
  return is_mapped ? Mapped::kSelf : Mapped::kNobody;
}

bool EndsWell(pid_t child) {
  int status = 1;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status == 0;
}

}  // namespace

Mapped EnterUserNamespace(uid_t uid, gid_t gid, int more) {
  const uid_t outer_uid = ::geteuid();
  const gid_t outer_gid = ::getegid();
  const std::string own_uid = std::to_string(uid) + ' ' + std::to_string(outer_uid) + " 1\n";
  const std::string own_gid = std::to_string(gid) + ' ' + std::to_string(outer_gid) + " 1\n";
  if (outer_uid != 0 || uid != outer_uid || gid != outer_gid || !MayMapOthers()) {
    if (::unshare(CLONE_NEWUSER | more) != 0) return Mapped::kNobody;
    return MapSelf(own_uid, own_gid);
  }
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return Mapped::kNobody;
  UniqueFd wait(ends[0]);
  UniqueFd go(ends[1]);
  const pid_t outside = MapFromOutside(wait, go, ::getpid());
  wait.reset();
  if (outside < 0) return Mapped::kNobody;
  const bool is_entered = ::unshare(CLONE_NEWUSER | more) == 0;
  const int error = errno;
  if (is_entered) static_cast<void>(::write(go.get(), "", 1));
  go.reset();
  if (EndsWell(outside)) return Mapped::kEverybody;
  errno = error;
  if (!is_entered || IsMapped()) return Mapped::kNobody;
  return MapSelf(own_uid, own_gid);
}

}  // namespace sandproof
