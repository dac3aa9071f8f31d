// For tests only: the agent, launched for real behind any command line.
#pragma once

#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <cerrno>
#include <map>
#include <string>
#include <vector>

#include "harness/canary/decoy.h"
#include "harness/collect/agent_run.h"
#include "harness/process/process.h"
#include "suites/property.h"

namespace sandproof::testing {

inline const std::string kAgent = SANDPROOF_BINARY_DIR "/bin/sandproof-agent";

// Makes its call in a child of the worker.
inline const Request kInChild{.probe = "sys/harmless_call", .params = {{"call", "userfaultfd"}}};

// What one launch of the agent came to.
struct Launched {
  bool is_whole = false;  // ready, every answer, the end line
  int agent_pid = 0;      // in its own PID namespace
  std::size_t strange_lines = 0;
  std::map<std::uint32_t, Observation> answers = {};
  LaunchEnd end = {};
  std::string silence = {};  // why it is not whole
};

inline boost::asio::awaitable<void> RunLaunch(AgentRun& run, std::vector<Request> requests,
                                              AgentRun::Clock::time_point deadline,
                                              Launched& result) {
  result.is_whole =
      co_await run.Ready(deadline) && co_await run.Ask(requests, std::nullopt, deadline);
  // How the launcher ended is part of the answer: whole or not, it gets the time to do so.
  static_cast<void>(
      co_await run.launch().WaitUntil([&run] { return run.launch().is_over(); }, deadline));
  result.silence = run.Silence(requests);
  co_await run.launch().Finish(deadline);
}

// Launches `order` (its agent and, where it has none, our environment are filled in), puts the
// requests and waits until the launcher has ended, at most `limit`.
inline Launched LaunchAs(LaunchOrder order, std::vector<Request> requests,
                         std::chrono::milliseconds limit = std::chrono::seconds(20),
                         const std::string& batch_path = "") {
  Launched result;
  boost::asio::io_context context(1);
  order.agent_path = kAgent;
  if (order.env.empty()) order.env = OwnEnvironment();
  for (std::uint32_t i = 0; i < requests.size(); ++i) requests[i].index = i;
  auto run = AgentRun::Begin(context.get_executor(), order, RandomHex(16), batch_path);
  if (!run) {
    result.silence = run.error().message;
    return result;
  }
  boost::asio::co_spawn(
      context, RunLaunch(**run, std::move(requests), AgentRun::Clock::now() + limit, result),
      boost::asio::detached);
  context.run();
  result.agent_pid = (*run)->answers().agent_pid();
  result.strange_lines = (*run)->answers().strange_lines();
  result.answers = (*run)->answers().observations();
  result.end = (*run)->launch().end();
  return result;
}

// A launch line of words.
inline Launched Launch(std::vector<std::string> argv, std::vector<Request> requests,
                       std::chrono::milliseconds limit = std::chrono::seconds(20)) {
  return LaunchAs({.argv = std::move(argv)}, std::move(requests), limit);
}

// The program of a seccomp filter that answers the named calls with `action`, for --seccomp FD.
// Empty where libseccomp refuses.
inline UniqueFd Filter(std::uint32_t action, const std::vector<std::string>& calls) {
  const scmp_filter_ctx context = ::seccomp_init(SCMP_ACT_ALLOW);
  UniqueFd file(::memfd_create("filter", MFD_CLOEXEC));
  bool is_made = context != nullptr && file;
  for (const std::string& call : calls) {
    const int number = ::seccomp_syscall_resolve_name(call.c_str());
    is_made = is_made && (number < 0 || ::seccomp_rule_add(context, action, number, 0) == 0);
  }
  is_made = is_made && ::seccomp_export_bpf(context, file.get()) == 0 &&
            ::lseek(file.get(), 0, SEEK_SET) == 0;
  ::seccomp_release(context);
  return is_made ? std::move(file) : UniqueFd();
}

// "denied ENOENT", "killed SIGSYS", "reached"; "silent" where there is no answer.
inline std::string Said(const Launched& launched, std::uint32_t index) {
  const auto found = launched.answers.find(index);
  if (found == launched.answers.end()) return "silent";
  const Observation& observation = found->second;
  std::string text(Name(observation.outcome));
  if (observation.outcome == Outcome::kKilled) return text + ' ' + SignalName(observation.error);
  return observation.error == 0 ? text : text + ' ' + ErrnoName(observation.error);
}

inline std::vector<std::string> Said(const Launched& launched) {
  std::vector<std::string> all;
  for (const auto& [index, observation] : launched.answers) all.push_back(Said(launched, index));
  return all;
}

// A bwrap line with nothing inside but the agent, and `more` before its end.
inline std::vector<std::string> BareBwrap(const std::vector<std::string>& more = {}) {
  std::vector<std::string> argv = {"bwrap", "--unshare-pid", "--unshare-net", "--unshare-ipc",
                                   "--die-with-parent"};
  if (::geteuid() != 0) argv.emplace_back("--unshare-user");
  argv.insert(argv.end(), {"--ro-bind", kAgent, "/agent"});
  argv.insert(argv.end(), more.begin(), more.end());
  argv.insert(argv.end(), {"--", "/agent"});
  return argv;
}

// Why this host launches no bwrap, in words that help; empty when it does.
inline std::string WhyNoBwrap() {
  const Launched launched = Launch(BareBwrap(), {});
  if (launched.is_whole) return "";
  return "bubblewrap does not run here (" + launched.silence +
         "); install it, and run as root or allow user namespaces";
}

}  // namespace sandproof::testing
