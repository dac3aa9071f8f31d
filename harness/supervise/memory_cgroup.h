// A control group in which memory runs out early.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/result.h"

namespace sandproof {

// A child of the memory cgroup that this process is in. Its directory goes with it; one whose
// process was killed is removed by the next SweepMemoryCgroups, for its name is the pid.
// Source: cgroup-v1/memory.rst, cgroup-v2.rst.
class MemoryCgroup {
 public:
  // Errors: kInternal, why none can be made here: no controller, no permission, or a cgroup of
  // version 2 that hands the controller on to nobody.
  [[nodiscard]] static Result<MemoryCgroup> Make(std::uint64_t most_bytes);
  MemoryCgroup(MemoryCgroup&& other) noexcept;
  MemoryCgroup& operator=(MemoryCgroup&&) = delete;
  ~MemoryCgroup();  // leaves it, and removes it

  // Moves this process, and so the children it will have. False where that is refused.
  [[nodiscard]] bool Enter() const;
  [[nodiscard]] bool Leave() const;
  // How many processes in it were ended for want of memory.
  [[nodiscard]] long Kills() const;

 private:
  MemoryCgroup() = default;

  std::string parent_ = {};
  std::string directory_ = {};
  bool is_v2_ = false;
};

// The number behind "oom_kill" in memory.oom_control (version 1) or memory.events (version 2).
[[nodiscard]] long OomKills(std::string_view text);

// Removes cgroups of processes that have ended.
void SweepMemoryCgroups();

}  // namespace sandproof
