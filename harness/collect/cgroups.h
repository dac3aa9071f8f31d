// The control groups of a process, of both versions, as far as they can be seen from here.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sandproof {

enum class Resource : std::uint8_t { kPids, kMemory, kCpu };

struct CgroupLimit {
  std::uint64_t value = 0;      // tasks, bytes, thousandths of a processor
  std::string file = {};        // where it stands
  std::uint64_t period_us = 0;  // of processors' time
};

// A cgroup as a directory.
struct CgroupPlace {
  std::string directory = {};
  bool is_v2 = false;
};

// Counters of what a cgroup refused or took, by file and name: "/…/pids.events max".
using CgroupCounters = std::map<std::string, long>;

class Cgroups {
 public:
  // Of a running process. Empty, so that nothing is known, where it has ended.
  [[nodiscard]] static Cgroups Of(int pid);

  // From the texts of /proc/PID/cgroup and /proc/self/mountinfo. `root` goes before every path.
  Cgroups(std::string_view cgroup, std::string_view mountinfo, std::string root = {});

  // Whether the controller is seen at all; where it is not, a limit may stand where nobody sees it.
  [[nodiscard]] bool Knows(Resource resource) const;

  // The process's own cgroup of the controller. nullopt: it is not seen.
  [[nodiscard]] std::optional<CgroupPlace> Own(Resource resource) const;

  // The lowest limit between the process and the root: an ancestor's counts. nullopt: there is
  // none.
  // Source: Documentation/admin-guide/cgroup-v2.rst, cgroup-v1/memory.rst, scheduler/sched-bwc.rst.
  [[nodiscard]] std::optional<CgroupLimit> Lowest(Resource resource) const;

  // How often it refused a process, ended one short of memory, made one wait for a processor.
  [[nodiscard]] CgroupCounters Counters(Resource resource) const;

 private:
  struct Way {
    bool is_known = false;
    bool is_v2 = false;
    std::vector<std::string> directories = {};  // from the process's own up
  };

  [[nodiscard]] const Way& WayOf(Resource resource) const {
    return ways_[static_cast<std::size_t>(resource)];
  }

  std::string root_;
  std::array<Way, 3> ways_ = {};
};

// The file of the first counter that has grown; empty: none has.
[[nodiscard]] std::string Grown(const CgroupCounters& before, const CgroupCounters& after);

}  // namespace sandproof
