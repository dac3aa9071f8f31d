#include "harness/collect/namespaces.h"

#include <fmt/format.h>
#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <string>

#include "harness/process/forked_helper.h"

namespace sandproof {

namespace {

constexpr std::array<const char*, 8> kKinds = {"pid", "net",  "ipc",    "uts",
                                               "mnt", "user", "cgroup", "time"};

// 0 where it was not seen.
using Inodes = std::array<std::uint64_t, kKinds.size()>;

std::string PathOf(int pid, const char* kind) { return fmt::format("/proc/{}/ns/{}", pid, kind); }

// The error is that of the last which could not be seen; 0 where all were.
int Look(int pid, Inodes& inodes) {
  int error = 0;
  for (std::size_t i = 0; i < kKinds.size(); ++i) {
    struct stat status = {};
    if (::stat(PathOf(pid, kKinds[i]).c_str(), &status) == 0) {
      inodes[i] = status.st_ino;
    } else if (errno != ENOENT) {  // a kernel may lack a kind
      error = errno;
    }
  }
  return error;
}

bool BecomeWhoRuns(int pid) {
  struct stat status = {};
  // Of its owner, unless it is not dumpable; then nobody but a tracer may see them.
  if (::stat(fmt::format("/proc/{}", pid).c_str(), &status) != 0) return false;
  return ::setgroups(0, nullptr) == 0 &&
         ::setresgid(status.st_gid, status.st_gid, status.st_gid) == 0 &&
         ::setresuid(status.st_uid, status.st_uid, status.st_uid) == 0;
}

bool LookAsItself(int pid, Inodes& inodes) {
  const auto helper = ForkedHelper::Begin([pid](int socket) {
    Inodes seen = {};
    if (!BecomeWhoRuns(pid) || Look(pid, seen) != 0) return;
    static_cast<void>(::send(socket, seen.data(), sizeof seen, MSG_NOSIGNAL));
  });
  return helper && ::recv(helper->socket(), inodes.data(), sizeof inodes, 0) ==
                       static_cast<ssize_t>(sizeof inodes);
}

}  // namespace

Facts NamespacesOf(int pid) {
  Inodes inodes = {};
  Facts facts;
  const int error = Look(pid, inodes);
  if (error == EACCES && (::geteuid() != 0 || !LookAsItself(pid, inodes))) {
    facts["unread"] = {PathOf(pid, "*") + ": EACCES, which takes CAP_SYS_PTRACE"};
  }
  for (std::size_t i = 0; i < kKinds.size(); ++i) {
    if (inodes[i] != 0) facts[std::string(kKinds[i]) + "_ns"] = {std::to_string(inodes[i])};
  }
  return facts;
}

}  // namespace sandproof
