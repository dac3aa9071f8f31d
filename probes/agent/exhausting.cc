#include "probes/agent/exhausting.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "probes/agent/probe.h"

namespace sandproof::probes {

namespace {

std::string Amount(std::int64_t taken, std::string_view unit) {
  return std::to_string(taken) + ' ' + std::string(unit);
}

}  // namespace

std::int64_t MostOf(const Request& request, std::int64_t ever) {
  return std::clamp<std::int64_t>(request.Number("most", 0), 0, ever);
}

Observation Took(std::string_view call, std::int64_t taken, std::string_view unit) {
  Observation observation = Reached(call, Amount(taken, unit));
  observation.facts = {{"taken", {std::to_string(taken)}}};
  return observation;
}

Observation Stopped(std::string_view call, std::int64_t taken, std::string_view unit, int error) {
  Observation observation = Denied(call, "after " + Amount(taken, unit), error);
  observation.facts = {{"taken", {std::to_string(taken)}}};
  return observation;
}

void OfferToOomKiller() {
  const UniqueFd file(::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC));
  if (file) static_cast<void>(::write(file.get(), "1000", 4));
}

void DieWithParent() { ::prctl(PR_SET_PDEATHSIG, SIGKILL); }

}  // namespace sandproof::probes
