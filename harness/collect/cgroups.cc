#include "harness/collect/cgroups.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <sstream>

#include "harness/text_file.h"

namespace sandproof {

namespace {

// Version 1 has no word for "no limit" of memory: it is the greatest multiple of a page.
constexpr std::uint64_t kUnlimited = std::uint64_t{1} << 60;

std::vector<std::string> Split(std::string_view text, char at) {
  std::vector<std::string> parts;
  std::istringstream stream{std::string(text)};
  for (std::string part; std::getline(stream, part, at);) parts.push_back(part);
  return parts;
}

bool Has(const std::vector<std::string>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

struct CgroupMount {
  std::string root = {};
  std::string point = {};
  bool is_v2 = false;
  std::vector<std::string> options = {};  // of version 1: its controllers among them
};

// Fields of a line: "36 35 98:0 /root /point options … - type source super-options".
std::vector<CgroupMount> MountsIn(std::string_view mountinfo) {
  std::vector<CgroupMount> mounts;
  for (const std::string& line : Split(mountinfo, '\n')) {
    const std::vector<std::string> fields = Split(line, ' ');
    const auto dash = std::ranges::find(fields, "-");
    if (fields.size() < 7 || fields.end() - dash < 4) continue;
    const std::string& type = dash[1];
    if (type != "cgroup" && type != "cgroup2") continue;
    mounts.push_back({.root = fields[3],
                      .point = fields[4],
                      .is_v2 = type == "cgroup2",
                      .options = Split(dash[3], ',')});
  }
  return mounts;
}

// The path of a line "4:memory:/path" or "0::/path".
std::optional<std::string> PathOf(std::string_view cgroup, std::string_view controller) {
  for (const std::string& line : Split(cgroup, '\n')) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string names = line.substr(first + 1, second - first - 1);
    const bool is_it = controller.empty() ? names.empty() && line.starts_with("0:")
                                          : Has(Split(names, ','), controller);
    if (is_it) return line.substr(second + 1);
  }
  return std::nullopt;
}

// From the process's own directory up to where the hierarchy is mounted; empty where its path
// leads out of that.
std::vector<std::string> DirectoriesOf(const CgroupMount& mount, std::string path) {
  if (mount.root != "/") {
    if (!path.starts_with(mount.root)) return {};
    path.erase(0, mount.root.size());
  }
  if (path == "/") path.clear();
  if (path.find("/..") != std::string::npos) return {};
  std::vector<std::string> directories;
  for (;;) {
    directories.push_back(mount.point + path);
    if (path.empty()) return directories;
    path.erase(path.rfind('/'));
  }
}

std::string_view ControllerOf(Resource resource) {
  switch (resource) {
    case Resource::kPids:
      return "pids";
    case Resource::kMemory:
      return "memory";
    case Resource::kCpu:
      return "cpu";
  }
  return "";
}

std::optional<std::uint64_t> NumberIn(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  return number;
}

std::optional<CgroupLimit> Quota(const std::string& file, const std::string& quota,
                                 const std::string& period) {
  const auto time = NumberIn(quota);
  const auto length = NumberIn(period);
  if (!time || !length || *length == 0) return std::nullopt;
  return CgroupLimit{.value = *time * 1000 / *length, .file = file, .period_us = *length};
}

std::optional<CgroupLimit> LimitAt(Resource resource, bool is_v2, const std::string& root,
                                   const std::string& directory) {
  const auto read = [&](std::string_view name) {
    return ReadTextFile(root + directory + '/' + std::string(name));
  };
  if (resource == Resource::kCpu) {
    if (!is_v2) {
      return Quota(directory + "/cpu.cfs_quota_us", read("cpu.cfs_quota_us"),
                   read("cpu.cfs_period_us"));
    }
    const std::vector<std::string> words = Split(read("cpu.max"), ' ');
    if (words.size() != 2) return std::nullopt;
    return Quota(directory + "/cpu.max", words[0], words[1]);
  }
  const std::string_view memory = is_v2 ? "memory.max" : "memory.limit_in_bytes";
  const std::string_view name = resource == Resource::kPids ? "pids.max" : memory;
  const auto value = NumberIn(read(name));
  if (!value || *value >= kUnlimited) return std::nullopt;
  return CgroupLimit{.value = *value, .file = directory + '/' + std::string(name)};
}

struct Counter {
  std::string_view file = {};
  std::string_view name = {};
};

std::vector<Counter> CountersOf(Resource resource, bool is_v2) {
  switch (resource) {
    case Resource::kPids:
      return {{"pids.events", "max"}};
    case Resource::kMemory:
      if (is_v2) return {{"memory.events", "oom_kill"}};
      return {{"memory.oom_control", "oom_kill"}};
    case Resource::kCpu:
      return {{"cpu.stat", "nr_throttled"}};
  }
  return {};
}

}  // namespace

Cgroups Cgroups::Of(int pid) {
  return Cgroups(ReadTextFile(fmt::format("/proc/{}/cgroup", pid)),
                 ReadTextFile("/proc/self/mountinfo"));
}

Cgroups::Cgroups(std::string_view cgroup, std::string_view mountinfo, std::string root)
    : root_(std::move(root)) {
  for (const CgroupMount& mount : MountsIn(mountinfo)) {
    const std::string controllers =
        mount.is_v2 ? ReadTextFile(root_ + mount.point + "/cgroup.controllers") : "";
    const std::vector<std::string> words =
        Split(controllers.substr(0, controllers.find('\n')), ' ');
    for (const Resource resource : {Resource::kPids, Resource::kMemory, Resource::kCpu}) {
      Way& way = ways_[static_cast<std::size_t>(resource)];
      const std::string_view controller = ControllerOf(resource);
      if (way.is_known || !Has(mount.is_v2 ? words : mount.options, controller)) continue;
      const auto path = PathOf(cgroup, mount.is_v2 ? "" : controller);
      if (!path) continue;
      way = {.is_v2 = mount.is_v2, .directories = DirectoriesOf(mount, *path)};
      way.is_known = !way.directories.empty();
    }
  }
}

bool Cgroups::Knows(Resource resource) const { return WayOf(resource).is_known; }

std::optional<CgroupPlace> Cgroups::Own(Resource resource) const {
  const Way& way = WayOf(resource);
  if (!way.is_known) return std::nullopt;
  return CgroupPlace{.directory = root_ + way.directories.front(), .is_v2 = way.is_v2};
}

std::optional<CgroupLimit> Cgroups::Lowest(Resource resource) const {
  const Way& way = WayOf(resource);
  std::optional<CgroupLimit> lowest;
  for (const std::string& directory : way.directories) {
    std::optional<CgroupLimit> limit = LimitAt(resource, way.is_v2, root_, directory);
    if (limit && (!lowest || limit->value < lowest->value)) lowest = *std::move(limit);
  }
  return lowest;
}

CgroupCounters Cgroups::Counters(Resource resource) const {
  const Way& way = WayOf(resource);
  CgroupCounters counters;
  for (const std::string& directory : way.directories) {
    for (const Counter& counter : CountersOf(resource, way.is_v2)) {
      const std::string file = directory + '/' + std::string(counter.file);
      for (const std::string& line : Split(ReadTextFile(root_ + file), '\n')) {
        const std::vector<std::string> words = Split(line, ' ');
        if (words.size() != 2 || words[0] != counter.name) continue;
        counters[file] = static_cast<long>(NumberIn(words[1]).value_or(0));
      }
    }
  }
  return counters;
}

std::string Grown(const CgroupCounters& before, const CgroupCounters& after) {
  for (const auto& [file, count] : after) {
    const auto old = before.find(file);
    if (old != before.end() && count > old->second) return file;
  }
  return {};
}

}  // namespace sandproof
