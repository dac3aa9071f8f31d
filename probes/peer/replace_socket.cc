// Attempts: to put a socket of our own in the place of a listener of this run, by bind(2) beside it
//   and renameat2(2) RENAME_EXCHANGE; where the mount is read-only, after a remount of it. Whoever
//   connects to the path then is served by us, which is the proof.
// Harmless: the exchanged socket is one planted for this and nothing else; the exchange is undone
//   and ours removed; the remount is in a mount namespace of its own and on this mount only.
// Tells apart: EROFS, the directory is read-only and stays so; EACCES, EPERM, its modes, a sticky
//   bit or a security module; ENOENT, the directory is not there.
// Source: renameat2(2), unix(7), mount(2) MS_REMOUNT.
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "probes/agent/connect.h"
#include "probes/agent/mounts.h"
#include "probes/agent/own_mounts.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::peer {

namespace {

Address At(const std::string& path) {
  Request named;
  named.params["path"] = path;
  return UnixAddress(named);
}

bool Exchange(const std::string& one, const std::string& other) {
  return ::syscall(SYS_renameat2, AT_FDCWD, one.c_str(), AT_FDCWD, other.c_str(),
                   RENAME_EXCHANGE) == 0;
}

// Whether whoever connects to `path` comes to `listener`.
bool IsServedBy(int listener, const std::string& path) {
  const Address address = At(path);
  const UniqueFd client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!client || ::connect(client.get(), address.Get(), address.length) != 0) return false;
  const UniqueFd accepted(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
  return static_cast<bool>(accepted);
}

Observation Replace(const std::string& path, const std::string& own) {
  const Address address = At(own);
  if (address.length == 0) return SetupFailed("bind", own, ENAMETOOLONG);
  const UniqueFd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!listener) return SetupFailed("socket", "AF_UNIX", errno);
  if (::bind(listener.get(), address.Get(), address.length) != 0) {
    return Denied("bind", own, errno);
  }
  const int error = ::listen(listener.get(), 4) != 0 || !Exchange(own, path) ? errno : 0;
  bool is_served = false;
  if (error == 0) {
    is_served = IsServedBy(listener.get(), path);
    static_cast<void>(Exchange(own, path));
  }
  ::unlink(own.c_str());
  if (error != 0) return Denied("renameat2", own + ", " + path, error);
  return ReachedIf(is_served, "renameat2", own + ", " + path);
}

}  // namespace

Observation ReplaceSocket(const Request& request) {
  const std::string& path = request.Param("path");
  const std::string& own = request.Param("own");
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos || own.empty()) return SetupFailed("bind", own, EINVAL);
  Observation first = Replace(path, own);
  if (first.outcome != Outcome::kDenied || first.error != EROFS) return first;
  const std::string directory = path.substr(0, slash);
  Observation second = InOwnMounts(request, [&]() -> Observation {
    if (const int error = RemountBind(directory, false)) {
      return Denied("mount", directory + ", without MS_RDONLY", error);
    }
    return Replace(path, own);
  });
  // A directory that is no mount point cannot be remounted: what refused it is the first.
  return second.outcome == Outcome::kReached || second.outcome == Outcome::kKilled ? second : first;
}

}  // namespace sandproof::probes::peer
