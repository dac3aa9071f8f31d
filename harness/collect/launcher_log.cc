#include "harness/collect/launcher_log.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "suites/plan.h"

namespace sandproof {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kMostText = std::size_t{256} * 1024;
constexpr std::size_t kMostFacts = 16;

std::string NameOf(const LogSpec& spec) {
  return spec.launch.empty() ? "the launcher's output" : "the output of " + spec.launch.front();
}

std::string EndOf(const LaunchEnd& end) {
  if (!end.wait_status) return {};
  const int status = *end.wait_status;
  return WIFSIGNALED(status) ? "killed by " + SignalName(WTERMSIG(status))
                             : fmt::format("exit {}", WEXITSTATUS(status));
}

std::string FirstLine(const std::string& text) {
  constexpr std::size_t kLongest = 80;
  return text.substr(0, std::min(text.find_first_of("\r\n"), kLongest));
}

// Versions that the log names and the command does not.
std::vector<std::string> OtherVersions(const LogFindings& found, const std::string& said) {
  if (found.captured.empty()) {
    return {fmt::format("the log names none, inside it is {}", FirstLine(said))};
  }
  for (const std::string& version : found.captured) {
    if (SaysVersion(said, version)) return {};
  }
  return {fmt::format("the log says {}, inside it is {}", fmt::join(found.captured, ", "),
                      FirstLine(said))};
}

std::vector<std::string> First(std::vector<std::string> values) {
  if (values.size() > kMostFacts) values.resize(kMostFacts);
  return values;
}

}  // namespace

asio::awaitable<Result<LauncherLog>> RunForLog(asio::any_io_executor executor, LaunchOrder order,
                                               LogRules rules, std::chrono::milliseconds limit) {
  const auto deadline = GuardedLaunch::Clock::now() + limit;
  const auto output = std::make_shared<std::string>();
  auto launch = GuardedLaunch::Begin(executor, order, [output](std::string_view bytes) {
    output->append(bytes.substr(0, kMostText - std::min(output->size(), kMostText)));
    return true;
  });
  if (!launch) co_return std::move(launch).error();
  GuardedLaunch& running = **launch;
  running.OnErrors([] { return true; });
  running.EndInput();
  const auto text = [&] { return *output + "\n" + running.stderr_head(); };
  const auto is_said = [&] {
    return running.is_over() || (!rules.expect.empty() && HasAllExpected(text(), rules));
  };
  static_cast<void>(co_await running.WaitUntil(is_said, deadline));
  LauncherLog log{.text = text(), .end = running.end()};
  co_await running.Finish(GuardedLaunch::Clock::now() + std::chrono::seconds(5));
  co_return log;
}

std::string WithoutLines(std::string_view text, std::string_view other) {
  const auto lines_of = [](std::string_view all) {
    std::vector<std::string> lines;
    while (!all.empty()) {
      const std::size_t end = std::min(all.find('\n'), all.size());
      if (end > 0) lines.emplace_back(all.substr(0, end));
      all.remove_prefix(std::min(end + 1, all.size()));
    }
    return lines;
  };
  std::vector<std::string> others = lines_of(other);
  std::string rest;
  for (const std::string& line : lines_of(text)) {
    const auto known = std::ranges::find(others, line);
    if (known == others.end()) {
      rest += line + '\n';
    } else {
      others.erase(known);
    }
  }
  return rest;
}

Observation ObserveLog(const LogSpec& spec, const LauncherLog& log,
                       const std::optional<std::string>& version) {
  Observation observation{.probe = std::string(kLogProbe),
                          .outcome = Outcome::kReached,
                          .call = "read(" + NameOf(spec) + ")"};
  const LogFindings found = ReadLog(log.text, spec.rules);
  if (log.end.exec_error || !found.undecided.empty()) {
    observation.outcome = Outcome::kSetupFailed;
    observation.error = log.end.exec_error.value_or(ELOOP);
    return observation;
  }
  if (found.is_empty && spec.rules.expect.empty()) {
    observation.outcome = Outcome::kDenied;
    observation.error = ENODATA;
    return observation;
  }
  observation.facts["missing"] = First(found.missing);
  observation.facts["rejected"] = First(found.rejected);
  const std::string ended = EndOf(log.end);
  if (!ended.empty() && !spec.launch.empty()) observation.facts["ended"] = {ended};
  if (version && !version->empty()) {
    observation.facts["other_version"] = OtherVersions(found, *version);
  }
  return observation;
}

}  // namespace sandproof
