// Attempts: connect(2) to a listener of this run, getsockopt(2) SO_PEERPIDFD, and by the descriptor
//   of the listener's process, with "how" = fd, pidfd_getfd(2) of one file of its; with "how" =
//   mounts, setns(2) into its mount namespace; with "how" = ids, ioctl(2)
//   PIDFD_GET_MNT_NAMESPACE; with "how" = pidfd, no more.
// Harmless: the process is the harness itself, or the one that was planted in another sandbox.
//   Nothing is sent; the file is of this run, read once, and closed. The namespace is entered in a
//   child of its own, which only looks at the number of the mount that is its root then.
// Tells apart: EPERM, the ptrace access check, no CAP_SYS_ADMIN over the namespace, or a filter;
//   ENOPROTOOPT, the kernel is older than 6.5; ENOTTY and EINVAL, than 6.11, which has that ioctl;
//   ENOENT, EACCES, ECONNREFUSED, no way to the socket.
// Source: unix(7) SO_PEERPIDFD, pidfd_getfd(2), setns(2), statx(2) STATX_MNT_ID.
// Why: the descriptor names a process whatever PID namespaces lie between.
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "probes/agent/connect.h"
#include "probes/agent/probe.h"
#include "probes/wire/mount_id.h"

namespace sandproof::probes::ipc {

namespace {

// By number: the headers of the build may be older.
constexpr int kSoPeerPidfd = 77;
constexpr unsigned long kPidfdGetMntNamespace = 0xff03;  // _IO(0xff, 3), <linux/pidfd.h>

Observation TakeFile(const Request& request, int pidfd) {
  const std::string& nonce = request.Param("peer_nonce");
  const std::string operand = "the peer, " + request.Param("peer_fd");
  char bytes[64];
  if (nonce.empty() || nonce.size() > sizeof bytes)
    return SetupFailed("pidfd_getfd", operand, EINVAL);
  const UniqueFd taken(
      static_cast<int>(::syscall(SYS_pidfd_getfd, pidfd, request.Number("peer_fd"), 0)));
  if (!taken) return Denied("pidfd_getfd", operand, errno);
  const ssize_t got = ::pread(taken.get(), bytes, nonce.size(), 0);
  return ReachedIf(got > 0 && nonce == std::string_view(bytes, static_cast<std::size_t>(got)),
                   "pidfd_getfd", operand);
}

Observation OpenNamespace(int pidfd) {
  const UniqueFd fd(::ioctl(pidfd, kPidfdGetMntNamespace, 0));
  if (!fd) return Denied("ioctl", "the peer, PIDFD_GET_MNT_NAMESPACE", errno);
  return Reached("ioctl", "the peer, PIDFD_GET_MNT_NAMESPACE");
}

// The root is then what the peer says its own is; or another, where the peer's is not that of its
// namespace (chroot).
Observation EnterMounts(const Request& request, int pidfd) {
  const std::string& peer_root = request.Param("peer_root");
  const unsigned long long before = MountIdOf("/");
  if (peer_root.empty() || before == 0) return SetupFailed("statx", "/, STATX_MNT_ID", EINVAL);
  if (::setns(pidfd, CLONE_NEWNS) != 0) return Denied("setns", "the peer, CLONE_NEWNS", errno);
  const unsigned long long after = MountIdOf("/");
  return ReachedIf(after != before || std::to_string(after) == peer_root, "setns",
                   "the peer, CLONE_NEWNS");
}

}  // namespace

Observation Peer(const Request& request) {
  const Address address = UnixAddress(request);
  if (address.length == 0) return SetupFailed("connect", "no peer", EINVAL);
  const UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return Denied("socket", "AF_UNIX", errno);
  if (::connect(socket.get(), address.Get(), address.length) != 0) {
    return Denied("connect", address.text, errno);
  }
  int number = -1;
  socklen_t length = sizeof number;
  if (::getsockopt(socket.get(), SOL_SOCKET, kSoPeerPidfd, &number, &length) != 0) {
    return Denied("getsockopt", address.text + ", SO_PEERPIDFD", errno);
  }
  const UniqueFd pidfd(number);
  if (request.Param("how") == "pidfd") {
    return ReachedIf(static_cast<bool>(pidfd), "getsockopt", address.text + ", SO_PEERPIDFD");
  }
  if (request.Param("how") == "ids") return OpenNamespace(pidfd.get());
  if (request.Param("how") == "fd") return TakeFile(request, pidfd.get());
  return InQuickChild(request, [&] { return EnterMounts(request, pidfd.get()); });
}

}  // namespace sandproof::probes::ipc
