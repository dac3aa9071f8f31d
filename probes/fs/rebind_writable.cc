// Attempts: mount(2) with MS_BIND of a read-only path to another place, which is then remounted
//   without MS_RDONLY; then unlink(2) of an absent name there, as proof.
// Harmless: in a mount namespace of its own; nothing is written.
// Tells apart: EPERM, no CAP_SYS_ADMIN over the mounts, or the flag is locked; EROFS, the file
//   system itself is read-only; ENOENT or ENODATA at the end, writes are let in; ENODATA of the
//   bind, there is nothing that could be bound.
// Source: mount(2) MS_BIND, mount_namespaces(7) "Restrictions on mount namespaces".
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "probes/agent/mounts.h"
#include "probes/agent/own_mounts.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::fs {

namespace {

// A place that can be bound on: of the kind of what `source` is.
bool MakePlace(const std::string& place, bool is_directory) {
  if (is_directory) return ::mkdir(place.c_str(), 0700) == 0;
  const UniqueFd fd(::open(place.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600));
  return static_cast<bool>(fd);
}

// Whether the path still leads to what it led to.
bool IsStill(const std::string& path, const struct stat& before) {
  struct stat now = {};
  return ::stat(path.c_str(), &now) == 0 && now.st_dev == before.st_dev &&
         now.st_ino == before.st_ino;
}

Observation Rebind(const std::string& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0) return SetupFailed("stat", path, errno);
  if (std::optional<Observation> failure = MakeReadOnlyMount(path)) return *std::move(failure);
  // By a relative name, because the tmpfs below may cover the path.
  const bool is_directory = S_ISDIR(status.st_mode);
  const std::size_t slash = path.rfind('/');
  const std::string base = is_directory ? path : path.substr(0, slash + 1);
  std::string source = is_directory ? "." : path.substr(slash + 1);
  const int refusal = ::chdir(base.c_str()) == 0 ? 0 : errno;
  const std::optional<std::string> fresh = FreshDirectory();
  if (!fresh) return Denied("mount", "tmpfs", errno);
  // Who may not enter a directory may bind it all the same.
  if (refusal != 0 && !IsStill(path, status)) return SetupFailed("chdir", base, refusal);
  if (refusal != 0) source = path;
  const std::string place = *fresh + "/place";
  if (!MakePlace(place, is_directory)) return SetupFailed("mkdir", place, errno);
  if (::mount(source.c_str(), place.c_str(), nullptr, MS_BIND | MS_REC, nullptr) != 0) {
    // A launcher's --ro-bind-data: the kernel binds no file that has lost its name.
    const bool is_nameless = errno == ENOENT && status.st_nlink == 0;
    if (is_nameless) return Denied("mount", path + ": a file without a name", ENODATA);
    return Denied("mount", path + ", " + place + ", MS_BIND", errno);
  }
  if (const int error = RemountBind(place, false); error != 0) {
    return Denied("mount", place + ", without MS_RDONLY", error);
  }
  const int outcome = WriteErrno(place);
  return MountLetsWrite(outcome) ? Reached("mount", path + ", " + place)
                                 : Denied("unlink", place, outcome);
}

}  // namespace

Observation RebindWritable(const Request& request) {
  return InSharedMounts(request, [&] { return Rebind(request.Param("path")); });
}

}  // namespace sandproof::probes::fs
