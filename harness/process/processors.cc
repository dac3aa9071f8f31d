#include "harness/process/processors.h"

#include <sched.h>

namespace sandproof {

void LeaveProcessor(int taken) {
  cpu_set_t allowed;
  const bool is_between_two = ::sched_getaffinity(0, sizeof allowed, &allowed) == 0 &&
                              CPU_COUNT(&allowed) == 2 && taken >= 0 && CPU_ISSET(taken, &allowed);
  if (!is_between_two) return;
  CPU_CLR(taken, &allowed);
  ::sched_setaffinity(0, sizeof allowed, &allowed);
}

}  // namespace sandproof
