// Attempts: chroot(2) to a directory below the root while the root is held open, fchdir(2) back to
//   it, and ".." as often as there are directories: then the canary file by a relative name.
// Harmless: in a child of its own, whose root ends with it; reads only, and only a file of this
//   run.
// Tells apart: ENOENT, ".." ended at the root of the mount namespace, which does not hold the file;
//   EPERM, no CAP_SYS_CHROOT, or a filter.
// Source: chroot(2) "This call does not change the current working directory".
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "probes/agent/probe.h"

namespace sandproof::probes::fs {

namespace {

// Any directory below the root; empty when there is none.
std::string SomeDirectory() {
  DIR* const stream = ::opendir("/");
  // What may not be listed may still be entered.
  for (const char* usual : {"/usr", "/etc", "/proc", "/dev"}) {
    if (stream == nullptr && ::access(usual, X_OK) == 0) return usual;
  }
  if (stream == nullptr) return {};
  std::string found;
  while (const dirent* entry = ::readdir(stream)) {
    const std::string path = std::string("/") + entry->d_name;
    struct stat status = {};
    const bool is_one =
        entry->d_name[0] != '.' && ::lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
    if (!is_one) continue;
    found = path;
    break;
  }
  ::closedir(stream);
  return found;
}

Observation Escape(const Request& request) {
  constexpr int kDeepest = 32;
  const std::string inner = SomeDirectory();
  if (inner.empty()) return SetupFailed("chroot", "no directory", ENOENT);
  const UniqueFd root(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root) return Denied("open", "/", errno);
  if (::chroot(inner.c_str()) != 0) return Denied("chroot", inner, errno);
  if (::fchdir(root.get()) != 0) return Denied("fchdir", "/", errno);
  for (int i = 0; i < kDeepest; ++i) {
    if (::chdir("..") != 0) return Denied("chdir", "..", errno);
  }
  const std::string path = request.Param("path").substr(1);
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd) return Denied("open", "../.." + request.Param("path"), errno);
  return ReachedIf(ReadAll(fd.get(), 256) == request.Param("nonce"), "open",
                   "../.." + request.Param("path"));
}

}  // namespace

Observation ChrootEscape(const Request& request) {
  if (request.Param("path").empty()) return SetupFailed("chroot", "no path", EINVAL);
  // To the present root: changes nothing, and spares the child where the answer is no.
  if (::chroot("/") != 0) return Denied("chroot", "/", errno);
  return InQuickChild(request, [&] { return Escape(request); });
}

}  // namespace sandproof::probes::fs
