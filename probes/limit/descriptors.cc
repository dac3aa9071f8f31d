// Attempts: dup(2) of one descriptor until it is refused or there are "most", with the soft limit
//   raised as far as it goes.
// Harmless: copies of one descriptor take slots of our own table, and nothing of the host's; they
//   are closed by the end of the child.
// Tells apart: EMFILE, RLIMIT_NOFILE. ENFILE, the host's own limit, cannot come of copies.
// Source: dup(2) ERRORS, setrlimit(2).
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "probes/agent/exhausting.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::limit {

namespace {

// As whoever attacks would: the hard limit too, where that is allowed.
void RaiseLimit(std::int64_t most) {
  rlimit limit = {};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  const auto wanted = static_cast<rlim_t>(most) + 1024;
  const rlimit higher = {.rlim_cur = std::max(limit.rlim_max, wanted),
                         .rlim_max = std::max(limit.rlim_max, wanted)};
  if (::setrlimit(RLIMIT_NOFILE, &higher) == 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

Observation DuplicateMany(std::int64_t most) {
  RaiseLimit(most);
  const UniqueFd first(::open("/", O_PATH | O_CLOEXEC));
  if (!first) return Stopped("open", 0, "descriptors", errno);
  std::int64_t taken = 1;
  for (; taken < most; ++taken) {
    const int copy = ::fcntl(first.get(), F_DUPFD_CLOEXEC, 0);
    if (copy < 0) return Stopped("dup", taken, "descriptors", errno);
  }
  return Took("dup", taken, "descriptors");
}

}  // namespace

Observation Descriptors(const Request& request) {
  const std::int64_t most = MostOf(request, kMostDescriptors);
  if (most == 0) return SetupFailed("most", "", EINVAL);
  Observation observation = InChild(request, [&] { return DuplicateMany(most); });
  observation.facts["given_back"] = {"closed by the end of their process"};
  return observation;
}

}  // namespace sandproof::probes::limit
