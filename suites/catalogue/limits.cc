// Limits: their values, read without touching them, and that they hold, shown by hitting them.
#include <cerrno>
#include <csignal>

#include "suites/catalogue/catalogue.h"

namespace sandproof::catalogue {

namespace {

// What is asserted where nothing is declared: that there is some limit below what may be taken.
constexpr Expectations kOfHostSharers = {Expectation::kBlocked, Expectation::kAny,
                                         Expectation::kBlocked};

constexpr std::string_view kScope =
    "start it by systemd-run --scope -p TasksMax=… -p MemoryMax=… -p CPUQuota=…%: bwrap makes no "
    "cgroups";
constexpr std::string_view kCgroup =
    "start it in a cgroup of its own with pids.max, memory.max, "
    "cpu.max";

std::vector<Property> Values() {
  return {
      {.id = "cgroup.memory_limited",
       .severity = Severity::kMedium,
       .claim = "A cgroup limits the payload's memory, as is declared.",
       .why = "Without a limit one service takes the memory of all others.",
       .probe = "host/process",
       .control = ControlAs::kNothing,
       .fact = FactRule{.fact = "memory_unlimited", .comparison = Comparison::kEmpty},
       .expect = kNeverAsserted,
       .grade = Grade::kObserved,
       .remedy = {{"bwrap", kScope}, {"command", kCgroup}},
       .source = "cgroup-v2.rst \"memory.max\", cgroup-v1/memory.rst"},
      {.id = "cgroup.pids_limited",
       .severity = Severity::kMedium,
       .claim = "A cgroup or RLIMIT_NPROC limits the payload's processes, as is declared.",
       .why = "Without a limit one service fills the process table of all others.",
       .probe = "host/process",
       .control = ControlAs::kNothing,
       .fact = FactRule{.fact = "pids_unlimited", .comparison = Comparison::kEmpty},
       .expect = kNeverAsserted,
       .grade = Grade::kObserved,
       .remedy = {{"bwrap", kScope}, {"command", kCgroup}},
       .source = "cgroup-v2.rst \"pids.max\", getrlimit(2)"},
      {.id = "cgroup.cpu_limited",
       .severity = Severity::kLow,
       .claim = "A cgroup limits the payload's processors' time, as is declared.",
       .why = "Without a quota one service slows down all others.",
       .probe = "host/process",
       .control = ControlAs::kNothing,
       .fact = FactRule{.fact = "cpu_unlimited", .comparison = Comparison::kEmpty},
       .expect = kNeverAsserted,
       .grade = Grade::kObserved,
       .remedy = {{"bwrap", kScope}, {"command", kCgroup}},
       .source = "cgroup-v2.rst \"cpu.max\", sched-bwc.rst"},
  };
}

std::vector<Property> OfCgroups() {
  return {
      {.id = "cgroup.pids_limit_enforced",
       .severity = Severity::kMedium,
       .claim = "Processes beyond the limit cannot be made.",
       .why = "A fork bomb takes the process table of everybody on the host.",
       .probe = "limit/processes",
       .denied_by = {EAGAIN, EPERM},
       .exhausts = true,
       .expect = kOfHostSharers,
       .remedy = {{"bwrap",
                   "start it by prlimit --nproc=N (of no use for root), or by systemd-run "
                   "--scope -p TasksMax=N"},
                  {"command", kCgroup}},
       .source = "clone(2) EAGAIN, cgroup-v2.rst \"PID\", getrlimit(2)"},
      {.id = "cgroup.memory_limit_enforced",
       .severity = Severity::kMedium,
       .claim = "Memory beyond the limit cannot be used by all its processes together.",
       .why = "The OOM killer of the whole host ends somebody else's service.",
       .probe = "limit/memory",
       .denied_by = {ENOMEM, EAGAIN},
       .denied_by_signal = {SIGKILL},
       .exhausts = true,
       .expect = kOfHostSharers,
       .remedy = {{"bwrap",
                   "start it by systemd-run --scope -p MemoryMax=N: bwrap makes no cgroups"},
                  {"command", kCgroup}},
       .source = "cgroup-v2.rst \"memory.events\", cgroup-v1/memory.rst"},
      {.id = "cgroup.cpu_limit_enforced",
       .severity = Severity::kLow,
       .claim = "Processors' time beyond the declared quota cannot be used.",
       .why = "A busy loop slows down everybody on the host.",
       .probe = "limit/spin",
       .exhausts = true,
       .fact = FactRule{.fact = "over_quota", .comparison = Comparison::kEmpty},
       .expect = kNeverAsserted,
       .remedy = {{"bwrap",
                   "start it by systemd-run --scope -p CPUQuota=N%: bwrap makes no cgroups"},
                  {"command", kCgroup}},
       .source = "cgroup-v2.rst \"cpu.stat\", sched-bwc.rst"},
  };
}

std::vector<Property> OfProcesses() {
  return {
      {.id = "rlimit.nofile_enforced",
       .severity = Severity::kLow,
       .claim = "Descriptors beyond the limit cannot be opened.",
       .why = "A leak of descriptors takes kernel memory that no other limit counts.",
       .probe = "limit/descriptors",
       .denied_by = {EMFILE},
       .exhausts = true,
       .expect = kBlockedIfStrict,
       .remedy = {{"command", "start the launcher by prlimit --nofile=N"}},
       .source = "dup(2) EMFILE, getrlimit(2)"},
      {.id = "rlimit.as_enforced",
       .severity = Severity::kLow,
       .claim = "Address space beyond the limit cannot be mapped.",
       .why = "One process that grows without end takes memory until something else stops it.",
       .probe = "limit/address_space",
       .denied_by = {ENOMEM},
       .exhausts = true,
       .expect = kNeverAsserted,
       .remedy = {{"command", "start the launcher by prlimit --as=BYTES"}},
       .source = "mmap(2) ENOMEM, getrlimit(2)"},
  };
}

std::vector<Property> OfFileSystems() {
  return {
      {.id = "fs.tmpfs_limit_enforced",
       .severity = Severity::kMedium,
       .claim = "A fresh file system takes no more than its limit.",
       .why = "What is written there is memory, and nobody else gets it back.",
       .probe = "limit/fill",
       .subject = SubjectKind::kPrivatePath,
       .denied_by = {ENOSPC, EDQUOT, EFBIG, ENOMEM},
       .denied_by_signal = {SIGKILL},
       .nothing_inside = {ENOENT, ENOTDIR, EACCES, EPERM, EROFS},
       .exhausts = true,
       .expect = kBlockedIfStrict,
       .remedy = {{"bwrap", "--size BYTES before --tmpfs"},
                  {"command", "mount it with size=BYTES"}},
       .source = "fallocate(2) ENOSPC, tmpfs(5)"},
      {.id = "fs.disk_limit_enforced",
       .severity = Severity::kMedium,
       .claim = "What is written below a read-write path takes no more than is declared.",
       .why = "A full disk stops everybody else who writes to it.",
       .probe = "limit/fill",
       .subject = SubjectKind::kReadWritePath,
       .denied_by = {ENOSPC, EDQUOT, EFBIG},
       .nothing_inside = {ENOENT, ENOTDIR, EACCES, EPERM, EROFS},
       .exhausts = true,
       .expect = kNeverAsserted,
       .remedy = {{"command", "give it a file system of its own, or a quota, below that path"}},
       .source = "fallocate(2) ENOSPC, EDQUOT; quotactl(2)"},
  };
}

}  // namespace

std::vector<Property> Limits() {
  std::vector<Property> all = Values();
  for (const auto& some : {OfCgroups(), OfProcesses(), OfFileSystems()}) {
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

}  // namespace sandproof::catalogue
