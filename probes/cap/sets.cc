// Attempts: capget(2), prctl(2) PR_CAPBSET_READ and PR_CAP_AMBIENT_IS_SET.
// Harmless: reads.
// Tells apart: an errno of capget would be a filter's.
// Source: capabilities(7). Written as in proc_pid_status(5): sixteen hex digits, CapEff and so on.
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cinttypes>
#include <cstdio>

#include "probes/agent/probe.h"

namespace sandproof::probes::cap {

namespace {

std::vector<std::string> Hex(std::uint64_t set) {
  char text[17];
  std::snprintf(text, sizeof text, "%016" PRIx64, set);
  return {text};
}

std::uint64_t Both(std::uint32_t low, std::uint32_t high) {
  return static_cast<std::uint64_t>(high) << 32 | low;
}

}  // namespace

Observation Sets(const Request& /*request*/) {
  __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};
  if (::syscall(SYS_capget, &header, data) != 0) return Denied("capget", "", errno);
  std::uint64_t bounding = 0;
  std::uint64_t ambient = 0;
  // The kernel's last capability is where PR_CAPBSET_READ starts to answer EINVAL.
  for (unsigned long cap = 0; cap < 64; ++cap) {
    const int bounded = ::prctl(PR_CAPBSET_READ, cap, 0, 0, 0);
    if (bounded < 0 && errno == EINVAL) break;
    if (bounded < 0) return Denied("prctl", "PR_CAPBSET_READ", errno);
    if (bounded == 1) bounding |= std::uint64_t{1} << cap;
    const int raised = ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, cap, 0, 0);
    if (raised == 1) ambient |= std::uint64_t{1} << cap;
  }
  return Read("capget", "",
              {{"CapInh", Hex(Both(data[0].inheritable, data[1].inheritable))},
               {"CapPrm", Hex(Both(data[0].permitted, data[1].permitted))},
               {"CapEff", Hex(Both(data[0].effective, data[1].effective))},
               {"CapBnd", Hex(bounding)},
               {"CapAmb", Hex(ambient)}});
}

}  // namespace sandproof::probes::cap
