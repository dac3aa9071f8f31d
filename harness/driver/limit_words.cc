#include "harness/driver/limit_words.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <string_view>

#include "probes/wire/text.h"

namespace sandproof {
namespace {

using Words = std::span<const std::string>;

struct Option {
  std::string_view program = {};
  std::string_view name = {};                                 // "--nproc=", "TasksMax="
  std::string_view short_name = {};                           // "-u"
  std::optional<std::uint64_t> LimitsSpec::*limit = nullptr;  // nullptr: processors
  std::string_view ids[2] = {};
};

constexpr auto kOptions = std::to_array<Option>({
    {"prlimit",
     "--nproc=",
     "-u",
     &LimitsSpec::pids,
     {"cgroup.pids_limit_enforced", "cgroup.pids_limited"}},
    {"prlimit", "--nofile=", "-n", &LimitsSpec::open_files, {"rlimit.nofile_enforced"}},
    {"prlimit", "--as=", "-v", &LimitsSpec::address_space, {"rlimit.as_enforced"}},
    {"systemd-run",
     "TasksMax=",
     "",
     &LimitsSpec::pids,
     {"cgroup.pids_limit_enforced", "cgroup.pids_limited"}},
    {"systemd-run",
     "MemoryMax=",
     "",
     &LimitsSpec::memory,
     {"cgroup.memory_limit_enforced", "cgroup.memory_limited"}},
    {"systemd-run", "CPUQuota=", "", nullptr, {"cgroup.cpu_limit_enforced", "cgroup.cpu_limited"}},
});

// One of them, as the line has it.
struct Found {
  const Option* option = nullptr;
  std::string text = {};
  std::string_view value = {};
};

// "64", "32:64", "0.5G" and "infinity": the hard limit; nullopt where it is none or not read.
std::optional<std::uint64_t> ValueOf(std::string_view value) {
  return ParseSize(value.substr(value.find(':') + 1));
}

// "50%" of a processor.
std::optional<double> ShareOf(std::string_view value) {
  double percent = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), percent);
  const bool is_right = error == std::errc() && percent > 0 && std::string_view(end) == "%";
  return is_right ? std::optional(percent / 100) : std::nullopt;
}

// systemd-run's properties follow -p, --property, or "=" behind it.
std::string_view PropertyIn(Words words, std::size_t at) {
  const std::string_view word = words[at];
  if (word.starts_with("--property=")) return word.substr(11);
  if (word.starts_with("-p") && word.size() > 2) return word.substr(2);
  const bool is_behind = at > 0 && (words[at - 1] == "-p" || words[at - 1] == "--property");
  return is_behind ? word : std::string_view();
}

std::optional<Found> Find(Words words, std::size_t at, std::string_view program) {
  const std::string_view word =
      program == "systemd-run" ? PropertyIn(words, at) : std::string_view(words[at]);
  for (const Option& option : kOptions) {
    if (option.program != program) continue;
    const std::string text = std::string(program) + ' ' + std::string(word);
    if (word.starts_with(option.name)) return Found{&option, text, word.substr(option.name.size())};
    const bool is_short = !option.short_name.empty() && word.starts_with(option.short_name) &&
                          word.size() > option.short_name.size() && !word.starts_with("--");
    if (!is_short) continue;
    std::string_view value = word.substr(option.short_name.size());
    if (value.starts_with('=')) value.remove_prefix(1);
    return Found{&option, text, value};
  }
  return std::nullopt;
}

std::vector<Found> FindAll(Words words) {
  std::vector<Found> all;
  std::string_view program;
  for (std::size_t at = 0; at < words.size(); ++at) {
    for (const std::string_view known : {"prlimit", "systemd-run"}) {
      if (BaseName(words[at]) == known) program = known;
    }
    // Behind prlimit's options comes its command, whose options are its own.
    const bool is_command =
        program == "prlimit" && !words[at].starts_with('-') && BaseName(words[at]) != program;
    if (is_command) program = {};
    if (std::optional<Found> found = Find(words, at, program)) all.push_back(*std::move(found));
  }
  return all;
}

bool Take(const Found& found, LimitsSpec& limits) {
  if (found.option->limit == nullptr) {
    const auto share = ShareOf(found.value);
    if (share) limits.cpus = share;
    return share.has_value();
  }
  const auto value = ValueOf(found.value);
  if (value) limits.*found.option->limit = value;
  return value.has_value();
}

}  // namespace

LimitsSpec LimitsIn(Words words) {
  LimitsSpec limits;
  for (const Found& found : FindAll(words)) static_cast<void>(Take(found, limits));
  return limits;
}

std::vector<FlagPromise> LimitPromisesOf(Words words) {
  std::vector<FlagPromise> promises;
  LimitsSpec ignored;
  for (const Found& found : FindAll(words)) {
    if (!Take(found, ignored)) continue;
    FlagPromise promise{.text = found.text};
    for (const std::string_view id : found.option->ids) {
      if (!id.empty()) promise.ids.emplace_back(id);
    }
    promises.push_back(std::move(promise));
  }
  return promises;
}

}  // namespace sandproof
