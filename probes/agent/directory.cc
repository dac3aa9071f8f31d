#include "probes/agent/directory.h"

#include <dirent.h>
#include <fcntl.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "probes/wire/unique_fd.h"

namespace sandproof::probes {

namespace {

constexpr std::size_t kRoughSize = 40;  // of an entry with a name of 20 characters
constexpr std::size_t kLeast = 512;     // an entry with the longest name fits

}  // namespace

std::vector<DirectoryEntry> EntriesOf(const std::string& directory, std::size_t limit) {
  const UniqueFd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC));
  std::vector<DirectoryEntry> entries;
  if (!fd) return entries;
  alignas(dirent64) std::array<char, 8192> buffer;
  while (entries.size() < limit) {
    // With room for the two that are left out.
    const std::size_t wanted = (limit - entries.size() + 2) * kRoughSize;
    const ssize_t got =
        ::getdents64(fd.get(), buffer.data(), std::clamp(wanted, kLeast, buffer.size()));
    if (got <= 0) break;
    for (ssize_t at = 0; at < got && entries.size() < limit;) {
      const auto* const entry = reinterpret_cast<const dirent64*>(buffer.data() + at);
      at += entry->d_reclen;
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") entries.push_back({std::string(name), entry->d_type});
    }
  }
  return entries;
}

std::vector<std::string> DirectoriesOfRoot() {
  constexpr std::size_t kMost = 100;
  std::vector<std::string> directories;
  for (const auto& [name, type] : EntriesOf("/", kMost)) {
    if (type == DT_DIR) directories.push_back("/" + name);
  }
  return directories;
}

}  // namespace sandproof::probes
