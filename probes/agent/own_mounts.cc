#include "probes/agent/own_mounts.h"

#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "probes/agent/directory.h"
#include "probes/agent/mounts.h"

namespace sandproof::probes {

namespace {

// Directories that a sandbox may have, the ones least missed first.
constexpr std::string_view kCovers[] = {"/tmp", "/run", "/mnt", "/dev", "/etc", "/usr"};

// What the attempts of one worker share.
struct SharedMounts {
  bool is_wanted = false;
  bool is_entered = false;
  std::optional<Observation> refusal = std::nullopt;
  std::string cover_place = {};
  std::optional<std::string> cover = std::nullopt;  // once it is mounted
  int directories = 0;
};

SharedMounts& Shared() {
  static SharedMounts shared;
  return shared;
}

bool IsDirectory(const std::string& path) {
  struct stat status = {};
  return ::lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

// An attempt about `path` would no longer find it under a cover at `place`.
bool IsHiddenBy(std::string_view place, const std::string& path) {
  char resolved[PATH_MAX];
  const std::string real = ::realpath(path.c_str(), resolved) == nullptr ? path : resolved;
  for (const std::string& name : {path, real}) {
    if (name == place || name.starts_with(std::string(place) + '/')) return true;
  }
  return false;
}

// nullopt: this process now is alone with its mounts.
std::optional<Observation> LeaveMounts() {
  if (::unshare(CLONE_NEWNS) != 0) return Denied("unshare", "CLONE_NEWNS", errno);
  Shared().is_entered = true;
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0) return std::nullopt;
  const int error = errno;
  if (MakeAllPrivateBySetattr() == 0) return std::nullopt;
  // EINVAL: the root is that of a chroot and no mount point, which refuses nothing.
  if (error == EINVAL) return SetupFailed("mount", "/, MS_REC|MS_PRIVATE", error);
  return Denied("mount", "/, MS_REC|MS_PRIVATE", error);
}

std::optional<std::string> Cover(const std::string& place) {
  if (::mount("sandproof", place.c_str(), "tmpfs", 0, "size=64k,mode=0700") != 0) {
    return std::nullopt;
  }
  // A filter that only says so mounted nothing.
  if (IsMountPoint(place)) return place;
  errno = EPROTO;
  return std::nullopt;
}

}  // namespace

Observation InOwnMounts(const Request& request, const std::function<Observation()>& attempt) {
  // The child shares our memory, and what it says of itself is gone with it, even if it is killed.
  const SharedMounts ours = std::exchange(Shared(), {});
  Observation outcome = InQuickChild(request, [&]() -> Observation {
    std::optional<Observation> refusal = LeaveMounts();
    return refusal ? *std::move(refusal) : attempt();
  });
  Shared() = ours;
  return outcome;
}

Observation InSharedMounts(const Request& request, const std::function<Observation()>& attempt) {
  SharedMounts& shared = Shared();
  if (!shared.is_wanted) return InOwnMounts(request, attempt);
  if (!shared.is_entered && !shared.refusal) shared.refusal = LeaveMounts();
  return shared.refusal ? *shared.refusal : attempt();
}

void ShareMounts(const std::vector<std::string>& paths) {
  SharedMounts& shared = Shared();
  for (const std::string_view place : kCovers) {
    const bool is_in_the_way = std::ranges::any_of(
        paths, [&](const std::string& path) { return IsHiddenBy(place, path); });
    if (is_in_the_way || !IsDirectory(std::string(place))) continue;
    shared.cover_place = place;
    shared.is_wanted = true;
    return;
  }
}

void LeaveToTheEnd(UniqueFd detached) {
  rlimit limit = {};
  const bool are_many = ::getrlimit(RLIMIT_NOFILE, &limit) == 0 &&
                        static_cast<rlim_t>(detached.get()) < limit.rlim_cur / 2;
  if (are_many) static_cast<void>(detached.release());
}

bool IsInSharedMounts() { return Shared().is_wanted && Shared().is_entered; }

std::optional<std::string> CoverWithTmpfs() {
  SharedMounts& shared = Shared();
  if (shared.is_wanted) {
    if (!shared.cover) shared.cover = Cover(shared.cover_place);
    return shared.cover;
  }
  for (const std::string_view place : kCovers) {
    if (IsDirectory(std::string(place))) return Cover(std::string(place));
  }
  errno = ENOENT;
  return std::nullopt;
}

std::optional<std::string> CoverAnyWithTmpfs() {
  std::optional<std::string> cover = CoverWithTmpfs();
  if (cover || errno != ENOENT) return cover;
  const std::vector<std::string> places = DirectoriesOfRoot();
  if (!places.empty()) return Cover(places.front());
  errno = ENOENT;
  return std::nullopt;
}

std::optional<std::string> FreshDirectory() {
  const std::optional<std::string> cover = CoverWithTmpfs();
  if (!cover) return std::nullopt;
  // A forked child may have taken the next number already.
  constexpr int kMost = 1000;
  for (int& number = Shared().directories; number < kMost; ++number) {
    const std::string fresh = *cover + "/fresh" + std::to_string(number);
    if (::mkdir(fresh.c_str(), 0700) == 0) return fresh;
    if (errno != EEXIST) return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace sandproof::probes
