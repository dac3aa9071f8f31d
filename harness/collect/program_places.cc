#include "harness/collect/program_places.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <string_view>

#include "harness/collect/questions.h"
#include "probes/wire/unique_fd.h"

namespace sandproof {

namespace {

// Where nothing is declared: what hosts have, and rarely mount nosuid.
constexpr auto kOwn = std::to_array<std::string_view>({"/var/tmp", "/var/lib", "/srv", "/opt"});
// The system's own, which nothing is written to even for a second.
constexpr auto kSystem =
    std::to_array<std::string_view>({"/bin", "/boot", "/dev", "/etc", "/lib", "/lib32", "/lib64",
                                     "/proc", "/sbin", "/sys", "/usr"});

bool IsWithin(std::string_view path, std::string_view directory) {
  return path.starts_with(directory) &&
         (path.size() == directory.size() || path[directory.size()] == '/');
}

bool IsOfSystem(const std::string& path) {
  return path == "/" || std::ranges::any_of(kSystem, [&](std::string_view directory) {
           return IsWithin(path, directory);
         });
}

// Whether a set-uid program can be made there, and would be one.
bool Heeds(const std::string& path) {
  struct stat status = {};
  struct statvfs mount = {};
  constexpr unsigned long kDeaf = ST_NOSUID | ST_NOEXEC | ST_RDONLY;
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode) &&
         ::access(path.c_str(), W_OK | X_OK) == 0 && ::statvfs(path.c_str(), &mount) == 0 &&
         (mount.f_flag & kDeaf) == 0;
}

std::string HostName(const Promises& promises, const std::string& inside) {
  return promises.paths.empty() ? inside : HostPath(promises, inside);
}

void AddDeclared(const SandboxSpec& spec, const Promises& promises, PathAccess access,
                 std::vector<std::string>& directories) {
  for (const auto& [path, wanted] : spec.paths) {
    if (wanted == access) directories.push_back(HostName(promises, path));
  }
  for (const PathPromise& promise : promises.paths) {
    if (promise.access == access) directories.push_back(promise.source);
  }
}

bool IsSameObject(int one, const std::string& path) {
  struct stat theirs = {};
  struct stat ours = {};
  return ::fstat(one, &theirs) == 0 && ::lstat(path.c_str(), &ours) == 0 &&
         theirs.st_dev == ours.st_dev && theirs.st_ino == ours.st_ino;
}

enum class Seen : std::uint8_t { kNot, kSeen, kUnknown };

// Whether `name` below `root`, with links followed as whoever has that root would, is `path` here.
Seen Look(int root, const std::string& name, const std::string& path) {
  open_how how = {.flags = O_PATH | O_CLOEXEC, .mode = 0, .resolve = RESOLVE_IN_ROOT};
  const UniqueFd fd(static_cast<int>(::syscall(SYS_openat2, root, name.c_str(), &how, sizeof how)));
  if (!fd) return errno == ENOENT || errno == ENOTDIR ? Seen::kNot : Seen::kUnknown;
  return IsSameObject(fd.get(), path) ? Seen::kSeen : Seen::kNot;
}

}  // namespace

std::optional<std::string> ProgramDirectory(const SandboxSpec& spec, const Promises& promises) {
  std::vector<std::string> candidates;
  AddDeclared(spec, promises, PathAccess::kReadWrite, candidates);
  AddDeclared(spec, promises, PathAccess::kReadOnly, candidates);
  std::erase_if(candidates, IsOfSystem);
  candidates.insert(candidates.end(), kOwn.begin(), kOwn.end());
  const auto found = std::ranges::find_if(candidates, [&](const std::string& candidate) {
    return Heeds(candidate) && !NamesInside(promises, candidate).empty();
  });
  return found == candidates.end() ? std::nullopt : std::optional(*found);
}

std::vector<std::string> NamesInside(const Promises& promises, const std::string& directory) {
  if (promises.paths.empty()) return {directory};
  std::vector<std::string> names;
  for (const PathPromise& promise : promises.paths) {
    const std::string source = promise.source == "/" ? "" : promise.source;
    if (promise.source.empty() || !IsWithin(directory, source)) continue;
    const std::string top = promise.path == "/" ? "" : promise.path;
    const std::string name = top + directory.substr(source.size());
    // Another mount may cover it.
    const bool is_shown = HostPath(promises, name) == directory;
    if (is_shown && std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  return names;
}

bool HidesPrograms(int pid, const Promises& promises, const World& world) {
  const std::string root = fmt::format("/proc/{}/root", pid);
  const UniqueFd top(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  const auto program = world.params().find(Canary::kSetIdProgram);
  if (!top || program == world.params().end()) return false;
  const std::string file = '/' + program->second.at("name");
  for (const std::string& directory : world.program_directories()) {
    for (const std::string& name : NamesInside(promises, directory)) {
      if (const Seen seen = Look(top.get(), name + file, directory + file); seen != Seen::kNot) {
        return false;
      }
    }
  }
  return true;
}

}  // namespace sandproof
