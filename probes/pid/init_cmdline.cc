// Attempts: read(2) of /proc/1/cmdline, for the names of variables that --setenv gave to the
//   launcher, whose values stand beside them.
// Harmless: reads; reports names, never values.
// Tells apart: ENOENT, no procfs; EACCES, hidden by hidepid.
// Source: proc_pid_cmdline(5); bubblewrap issues 503 and 631.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "probes/agent/probe.h"

namespace sandproof::probes::pid {

Observation InitCmdline(const Request& /*request*/) {
  constexpr std::size_t kMostNames = 16;
  constexpr std::size_t kLongestName = 64;
  const UniqueFd fd(::open("/proc/1/cmdline", O_RDONLY | O_CLOEXEC));
  if (!fd) return Denied("open", "/proc/1/cmdline", errno);
  const std::string text = ReadAll(fd.get(), 1 << 20);
  Facts facts = {{"variables", {}}};
  std::vector<std::string>& names = facts["variables"];
  std::string before;
  for (std::size_t at = 0; at < text.size() && names.size() < kMostNames;) {
    const std::size_t end = std::min(text.find('\0', at), text.size());
    std::string word = text.substr(at, end - at);
    if (before == "--setenv") names.push_back(word.substr(0, kLongestName));
    before = std::move(word);
    at = end + 1;
  }
  return Read("read", "/proc/1/cmdline", std::move(facts));
}

}  // namespace sandproof::probes::pid
