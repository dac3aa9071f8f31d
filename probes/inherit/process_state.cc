// Attempts: umask(2), sigprocmask(2), sigaction(2) and personality(2), for what exec(2) handed
// down. Harmless: reads; the mask, which can only be read by setting it, is set in a child. Tells
// apart: an errno would be a filter's; then that one fact is missing. Source: execve(2) "Effect on
// process attributes", personality(2), signal(7).
#include <sys/personality.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdio>
#include <cstring>

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

bool IsIgnored(int signal) {
  struct sigaction action = {};
  return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
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
      if (IsIgnored(signal)) facts["ignored"].push_back(NameOf(signal));
    }
    return Read("umask", "", std::move(facts));
  });
}

}  // namespace sandproof::probes::inherit
