#include "harness/collect/limit_facts.h"

#include <fmt/format.h>

#include <charconv>

#include "harness/collect/cgroups.h"
#include "harness/text_file.h"

namespace sandproof {

namespace {

// What is wrong with a limit: nothing, or there is none, or it is above what is declared.
std::vector<std::string> Faults(const std::optional<CgroupLimit>& limit,
                                std::optional<std::uint64_t> declared) {
  if (!limit) return {"no limit up to the root cgroup"};
  if (!declared || limit->value <= *declared) return {};
  return {fmt::format("{} in {}, declared {}", limit->value, limit->file, *declared)};
}

void AddCgroupLimit(const Cgroups& cgroups, Resource resource, const std::string& name,
                    std::optional<std::uint64_t> declared, Facts& facts) {
  if (!cgroups.Knows(resource)) return;
  const std::optional<CgroupLimit> limit = cgroups.Lowest(resource);
  facts[name + "_unlimited"] = Faults(limit, declared);
  if (limit) facts[name + "_limit"] = {fmt::format("{} in {}", limit->value, limit->file)};
}

// RLIMIT_NPROC holds for whoever is not the host's root, and everybody has one: it counts where it
// is what is declared, or lower than whoever started the launcher has it.
std::optional<std::uint64_t> ProcessLimit(int pid, int guard_pid,
                                          std::optional<std::uint64_t> declared,
                                          const Facts& facts) {
  const auto uid = facts.find("uid");
  if (uid == facts.end() || uid->second.front() == "0") return std::nullopt;
  const auto of = [](int process) {
    return HardLimitIn(ReadTextFile(fmt::format("/proc/{}/limits", process)), "Max processes");
  };
  const auto own = of(pid);
  if (!own) return std::nullopt;
  const auto outer = of(guard_pid);
  const bool counts = declared ? *own <= *declared : !outer || *own < *outer;
  return counts ? own : std::nullopt;
}

}  // namespace

LimitsSpec LimitsOf(const SandboxSpec& spec, const Promises& promises) {
  LimitsSpec limits = spec.limits;
  const LimitsSpec& said = promises.limits;
  for (auto LimitsSpec::*one : {&LimitsSpec::pids, &LimitsSpec::memory, &LimitsSpec::address_space,
                                &LimitsSpec::open_files}) {
    if (!(limits.*one)) limits.*one = said.*one;
  }
  if (!limits.cpus) limits.cpus = said.cpus;
  return limits;
}

std::optional<std::uint64_t> HardLimitIn(std::string_view limits, std::string_view name) {
  const std::size_t line = limits.find(name);
  if (line == std::string_view::npos) return std::nullopt;
  std::string_view rest = limits.substr(line + name.size());
  rest = rest.substr(0, rest.find('\n'));
  // Soft limit, hard limit, units; columns are filled with spaces.
  std::size_t at = rest.find_first_not_of(' ');
  at = at == std::string_view::npos ? at : rest.find(' ', at);
  at = at == std::string_view::npos ? at : rest.find_first_not_of(' ', at);
  if (at == std::string_view::npos) return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(rest.data() + at, rest.data() + rest.size(), value);
  return error == std::errc() ? std::optional(value) : std::nullopt;
}

void AddLimitFacts(int pid, int guard_pid, const LimitsSpec& declared, Facts& facts) {
  const Cgroups cgroups = Cgroups::Of(pid);
  AddCgroupLimit(cgroups, Resource::kMemory, "memory", declared.memory, facts);
  std::optional<std::uint64_t> share;
  if (declared.cpus) share = static_cast<std::uint64_t>(*declared.cpus * 1000);
  AddCgroupLimit(cgroups, Resource::kCpu, "cpu", share, facts);
  AddCgroupLimit(cgroups, Resource::kPids, "pids", declared.pids, facts);
  if (const auto limit = ProcessLimit(pid, guard_pid, declared.pids, facts)) {
    facts["pids_unlimited"] = {};
    facts["pids_limit"].push_back(fmt::format("{} in RLIMIT_NPROC", *limit));
  }
}

}  // namespace sandproof
