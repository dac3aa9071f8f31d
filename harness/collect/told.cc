#include "harness/collect/told.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string_view>

#include "harness/text_file.h"
#include "probes/wire/mount_id.h"
#include "probes/wire/text.h"

namespace sandproof {

namespace {

namespace fs = std::filesystem;

// The fields of proc_pid_mountinfo(5) that are asked for, by position.
constexpr std::size_t kId = 0;
constexpr std::size_t kRoot = 3;
constexpr std::size_t kPoint = 4;

// Where a field of a line begins; the line's end where it has none.
std::size_t BeginOf(std::string_view line, std::size_t field) {
  std::size_t at = 0;
  for (; field > 0 && at != std::string_view::npos; --field) {
    at = line.find(' ', at);
    if (at != std::string_view::npos) ++at;
  }
  return std::min(at, line.size());
}

std::string_view Field(std::string_view line, std::size_t field) {
  line.remove_prefix(BeginOf(line, field));
  return line.substr(0, line.find(' '));
}

// As the kernel writes paths there.
std::string Escaped(std::string_view path) {
  std::string text;
  for (const char letter : path) {
    const bool is_plain = letter != ' ' && letter != '\t' && letter != '\n' && letter != '\\';
    text += is_plain ? std::string(1, letter)
                     : fmt::format("\\{:03o}", static_cast<unsigned char>(letter));
  }
  return text;
}

// What lies below `above` in `path`: "/x" of "/a/x" below "/a", "" of the same. nullopt: not below.
std::optional<std::string> Below(const std::string& above, const std::string& path) {
  if (above == "/") return path == "/" ? "" : path;
  if (!path.starts_with(above)) return std::nullopt;
  std::string rest = path.substr(above.size());
  if (!rest.empty() && rest.front() != '/') return std::nullopt;
  return rest;
}

// The line of the mount that a process's root lies in, with the root as its mount point; empty
// where this process does not see that mount.
std::string LineOfRoot(int pid) {
  const std::string link = fmt::format("/proc/{}/root", pid);
  std::error_code error;
  const std::string root = Escaped(fs::read_symlink(link, error).string());
  const unsigned long long mount = MountIdOf(link);
  if (error || mount == 0) return {};
  const std::string own = ReadTextFile("/proc/self/mountinfo");
  for (std::string_view text = own; !text.empty();) {
    const std::string_view line = Cut(text, '\n');
    if (Field(line, kId) != std::to_string(mount)) continue;
    const std::optional<std::string> rest = Below(std::string(Field(line, kPoint)), root);
    if (!rest) return {};
    const std::string_view whole = Field(line, kRoot);
    return fmt::format("{}{}{} / {}\n", line.substr(0, BeginOf(line, kRoot)),
                       whole == "/" && !rest->empty() ? "" : whole, *rest,
                       line.substr(BeginOf(line, kPoint + 1)));
  }
  return {};
}

bool HasMountPoint(std::string_view mountinfo, std::string_view point) {
  while (!mountinfo.empty()) {
    if (Field(Cut(mountinfo, '\n'), kPoint) == point) return true;
  }
  return false;
}

}  // namespace

std::string MountinfoToTell(int pid) {
  constexpr std::size_t kLargest = std::size_t{64} * 1024;
  const std::string text = ReadTextFile(fmt::format("/proc/{}/mountinfo", pid));
  const bool has_root = HasMountPoint(text, "/");
  if (has_root && HasMountPoint(text, "/proc")) return {};
  const std::string whole = has_root ? text : LineOfRoot(pid) + text;
  return whole.size() > kLargest ? "" : whole;
}

std::string DescriptorsOf(int pid) {
  std::string numbers;
  std::error_code error;
  fs::directory_iterator entry(fmt::format("/proc/{}/fd", pid), error);
  // Incremented by hand: the process may end meanwhile, which a range-based loop would throw.
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    numbers += (numbers.empty() ? "" : ",") + entry->path().filename().string();
  }
  return error ? "" : numbers;
}

void TellFromOutside(int pid, Request& request) {
  if (std::string text = MountinfoToTell(pid); !text.empty()) {
    request.params["mountinfo"] = std::move(text);
  }
  // Of no use to one that looked into its own /proc/self/fd; whether it could, it alone knows.
  if (std::string numbers = DescriptorsOf(pid); !numbers.empty()) {
    request.params["descriptors"] = std::move(numbers);
  }
}

}  // namespace sandproof
