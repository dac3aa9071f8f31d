// Attempts: umask(2), sigprocmask(2), sigaction(2), personality(2), getpriority(2), getrlimit(2)
// and
//   sched_getscheduler(2), for what exec(2) handed down.
// Harmless: reads; the mask, which can only be read by setting it, is set in a child.
// Tells apart: an errno would be a filter's; then that one fact is missing.
// Source: execve(2) "Effect on process attributes", personality(2), signal(7), sched(7).
#include <sched.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <utility>

#include "probes/agent/probe.h"

namespace sandproof::probes::inherit {

namespace {

std::string Formatted(const char* format, unsigned value) {
  char text[16];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

std::string NameOf(int signal) {
  const char* const name = ::sigabbrev_np(signal);
  return name != nullptr ? std::string("SIG") + name : std::to_string(signal);
}

std::vector<std::string> UnboundedLimits() {
  constexpr std::pair<int, const char*> kLimits[] = {{RLIMIT_CORE, "core"},
                                                     {RLIMIT_FSIZE, "fsize"},
                                                     {RLIMIT_MEMLOCK, "memlock"},
                                                     {RLIMIT_NOFILE, "nofile"},
                                                     {RLIMIT_NPROC, "nproc"}};
  std::vector<std::string> unbounded;
  for (const auto& [number, name] : kLimits) {
    rlimit limit = {};
    const bool is_read = ::getrlimit(static_cast<__rlimit_resource_t>(number), &limit) == 0;
    if (is_read && limit.rlim_max == RLIM_INFINITY) unbounded.emplace_back(name);
  }
  return unbounded;
}

void AddScheduling(Facts& facts) {
  const int policy = ::sched_getscheduler(0);
  if (policy >= 0) facts["policy"] = {std::to_string(policy)};
}

}  // namespace

Observation ProcessState(const Request& request) {
  return InQuickChild(request, []() -> Observation {
    constexpr unsigned long kQuery = 0xffffffff;
    Facts facts = {{"umask", {Formatted("%04o", ::umask(0))}}, {"blocked", {}}, {"ignored", {}}};
    const int persona = ::personality(kQuery);
    if (persona >= 0) facts["personality"] = {Formatted("%x", static_cast<unsigned>(persona))};
    sigset_t blocked;
    ::sigprocmask(SIG_SETMASK, nullptr, &blocked);
    for (int signal = 1; signal < SIGRTMIN; ++signal) {
      if (sigismember(&blocked, signal) == 1) facts["blocked"].push_back(NameOf(signal));
    }
    for (const int signal : InheritedState().ignored) facts["ignored"].push_back(NameOf(signal));
    AddScheduling(facts);
    facts["unbounded"] = UnboundedLimits();
    facts["timers"] = InheritedState().timers;
    facts["parent_death_signal"] = {std::to_string(InheritedState().parent_death_signal)};
    return Read("umask", "", std::move(facts));
  });
}

}  // namespace sandproof::probes::inherit
