#include "harness/collect/limit_plan.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <thread>

#include "harness/text_file.h"

namespace sandproof {

namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
constexpr std::uint64_t kGiB = std::uint64_t{1} << 30;
constexpr double kPeriodMs = 100;

// How one thing is taken.
struct Amount {
  std::optional<std::uint64_t> declared = std::nullopt;
  std::optional<CgroupLimit> read = std::nullopt;  // where nobody declares it
  std::uint64_t margin = 0;                        // above it, at least
  std::uint64_t room = 0;                          // that this host can spare
  std::uint64_t otherwise = 0;                     // where there is no limit to go by
  std::string_view unit = {};
};

std::uint64_t NumberAfter(std::string_view text, std::string_view name) {
  const std::size_t at = text.find(name);
  if (at == std::string_view::npos) return 0;
  const std::size_t digit = text.find_first_of("0123456789", at + name.size());
  std::uint64_t number = 0;
  if (digit != std::string_view::npos) {
    std::from_chars(text.data() + digit, text.data() + text.size(), number);
  }
  return number;
}

std::uint64_t NumberInFile(const std::string& file) { return NumberAfter(ReadTextFile(file), ""); }

LimitAsk PlanAmount(const Amount& amount) {
  LimitAsk ask{.declared = amount.declared.value_or(0)};
  std::optional<std::uint64_t> limit = amount.declared;
  std::string whose = "the limit that is declared";
  if (!limit && amount.read) {
    limit = amount.read->value;
    whose = "the limit in " + amount.read->file;
  }
  ask.most = limit ? *limit + std::max(amount.margin, *limit / 8) : amount.otherwise;
  if (limit && ask.most > amount.room) {
    ask.unasked = fmt::format(
        "{} is {} {}, and no more than {} can be taken here to hit it, which is what this host "
        "can spare",
        whose, *limit, amount.unit, amount.room);
  }
  ask.most = std::min(ask.most, amount.room);
  if (ask.unasked.empty() && ask.most < amount.margin) {
    ask.unasked = fmt::format("this host can spare no more than {} {}", amount.room, amount.unit);
  }
  ask.params = {{"most", std::to_string(ask.most)}};
  return ask;
}

LimitAsk PlanSpin(double cpus, unsigned processors) {
  LimitAsk ask;
  // How many pass the limit, if nothing limits them.
  const double needed = MostSpinMs(cpus, kSpinMs, kPeriodMs) / kSpinMs;
  if (needed >= processors) {
    ask.not_applicable = fmt::format(
        "the {} processors of this host are too few to tell {} of them from all", processors, cpus);
    return ask;
  }
  // More than that: on a machine that is busy each gets less, and together they still get enough.
  const unsigned threads = std::min(4 * processors, 32U);
  ask.params = {{"threads", std::to_string(threads)}, {"ms", std::to_string(kSpinMs)}};
  return ask;
}

Amount Memory(const LimitKnown& known, const HostRoom& room) {
  return {.declared = known.declared.memory,
          .read = known.memory,
          .margin = 32 * kMiB,
          .room = std::min(room.memory / 4, 2 * kGiB),
          .otherwise = 512 * kMiB,
          .unit = "bytes"};
}

Amount TmpfsAmount(const LimitKnown& known, const HostRoom& room) {
  return {.declared = known.declared.tmpfs ? known.declared.tmpfs : known.size,
          .margin = kMiB,
          .room = std::min(room.memory / 4, 2 * kGiB),
          .otherwise = 256 * kMiB,
          .unit = "bytes"};
}

Amount DiskAmount(const LimitKnown& known, const HostRoom& room) {
  return {.declared = known.declared.disk,
          .margin = kMiB,
          .room = std::min(room.disk / 8, 4 * kGiB),
          .otherwise = 256 * kMiB,
          .unit = "bytes"};
}

}  // namespace

HostRoom ReadHostRoom(const std::string& scratch) {
  HostRoom room;
  room.memory = NumberAfter(ReadTextFile("/proc/meminfo"), "MemAvailable:") * 1024;
  // "0.52 0.58 0.59 2/493 12345": runnable and all tasks.
  const std::string load = ReadTextFile("/proc/loadavg");
  room.tasks_there = NumberAfter(load, "/");
  const std::uint64_t most = std::min(NumberInFile("/proc/sys/kernel/pid_max"),
                                      NumberInFile("/proc/sys/kernel/threads-max"));
  room.tasks = most - std::min(most, room.tasks_there);
  rlimit limit = {};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) room.open_files = limit.rlim_max;
  struct statvfs status = {};
  if (::statvfs(scratch.c_str(), &status) == 0) {
    room.disk = std::uint64_t{status.f_bavail} * status.f_frsize;
  }
  room.processors = std::max(std::thread::hardware_concurrency(), 1U);
  return room;
}

double MostSpinMs(double cpus, double wall_ms, double period_ms) {
  constexpr double kSlack = 1.05;  // what each processor has in hand when the quota is used up
  return cpus * (wall_ms + period_ms) * kSlack;
}

LimitAsk PlanLimit(const Property& property, const LimitKnown& known, const HostRoom& room) {
  const LimitsSpec& declared = known.declared;
  if (property.probe == "limit/spin") return PlanSpin(declared.cpus.value_or(1), room.processors);
  if (property.probe == "limit/memory") return PlanAmount(Memory(known, room));
  if (property.probe == "limit/fill") {
    const bool is_tmpfs = property.subject == SubjectKind::kPrivatePath;
    return PlanAmount(is_tmpfs ? TmpfsAmount(known, room) : DiskAmount(known, room));
  }
  if (property.probe == "limit/processes") {
    return PlanAmount({.declared = declared.pids,
                       .read = known.pids,
                       .margin = 16,
                       .room = std::min<std::uint64_t>(room.tasks / 4, 4096),
                       .otherwise = 1024,
                       .unit = "processes"});
  }
  if (property.probe == "limit/address_space") {
    return PlanAmount({.declared = declared.address_space,
                       .margin = kMiB,
                       .room = std::uint64_t{1} << 45,
                       .otherwise = 64 * kGiB,
                       .unit = "bytes"});
  }
  // The agent itself has a few, some of them at high numbers.
  const std::uint64_t own = room.open_files - std::min<std::uint64_t>(room.open_files, 64);
  return PlanAmount({.declared = declared.open_files,
                     .margin = 16,
                     .room = std::min<std::uint64_t>(own, std::uint64_t{1} << 20),
                     .otherwise = std::min<std::uint64_t>(own, 65536),
                     .unit = "descriptors"});
}

}  // namespace sandproof
