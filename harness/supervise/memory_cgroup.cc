#include "harness/supervise/memory_cgroup.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <utility>

#include "harness/collect/cgroups.h"
#include "harness/process/process.h"
#include "harness/text_file.h"
#include "suites/property.h"

namespace sandproof {

namespace {

constexpr std::string_view kName = "sandproof-memory-";

bool Write(const std::string& path, std::string_view text) {
  std::ofstream file(path);
  file << text;
  file.close();
  return file.good();
}

bool Join(const std::string& directory) {
  return Write(directory + "/cgroup.procs", std::to_string(::getpid()));
}

std::optional<CgroupPlace> OwnPlace() {
  return Cgroups::Of(static_cast<int>(::getpid())).Own(Resource::kMemory);
}

}  // namespace

Result<MemoryCgroup> MemoryCgroup::Make(std::uint64_t most_bytes) {
  const std::optional<CgroupPlace> place = OwnPlace();
  if (!place) return Internal("no memory cgroup is seen here");
  const std::string handed_on = ReadTextFile(place->directory + "/cgroup.subtree_control");
  if (place->is_v2 && handed_on.find("memory") == std::string::npos) {
    return Internal(place->directory + "/cgroup.subtree_control does not name memory");
  }
  MemoryCgroup made;
  made.parent_ = place->directory;
  made.is_v2_ = place->is_v2;
  const std::string directory = fmt::format("{}/{}{}", place->directory, kName, ::getpid());
  if (::mkdir(directory.c_str(), 0755) != 0) return CallError("mkdir", directory, errno);
  made.directory_ = directory;
  const std::string limit = directory + (made.is_v2_ ? "/memory.max" : "/memory.limit_in_bytes");
  if (!Write(limit, std::to_string(most_bytes))) return Internal(limit + " cannot be written");
  // Where there is no swap there is no such file, and no need.
  static_cast<void>(
      Write(directory + (made.is_v2_ ? "/memory.swap.max" : "/memory.swappiness"), "0"));
  return made;
}

MemoryCgroup::MemoryCgroup(MemoryCgroup&& other) noexcept
    : parent_(std::move(other.parent_)),
      directory_(std::exchange(other.directory_, {})),
      is_v2_(other.is_v2_) {}

MemoryCgroup::~MemoryCgroup() {
  if (directory_.empty()) return;
  static_cast<void>(Leave());
  ::rmdir(directory_.c_str());
}

bool MemoryCgroup::Enter() const { return Join(directory_); }

bool MemoryCgroup::Leave() const { return Join(parent_); }

long MemoryCgroup::Kills() const {
  return OomKills(ReadTextFile(directory_ + (is_v2_ ? "/memory.events" : "/memory.oom_control")));
}

long OomKills(std::string_view text) {
  constexpr std::string_view kCounter = "oom_kill ";
  for (std::size_t at = text.find(kCounter); at != std::string_view::npos;
       at = text.find(kCounter, at + 1)) {
    if (at > 0 && text[at - 1] != '\n') continue;
    long count = 0;
    std::from_chars(text.data() + at + kCounter.size(), text.data() + text.size(), count);
    return count;
  }
  return 0;
}

void SweepMemoryCgroups() {
  const std::optional<CgroupPlace> place = OwnPlace();
  if (!place) return;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(place->directory, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(kName)) continue;
    const std::string owner = name.substr(kName.size());
    if (!std::filesystem::exists("/proc/" + owner, error)) ::rmdir(entry.path().c_str());
  }
}

}  // namespace sandproof
