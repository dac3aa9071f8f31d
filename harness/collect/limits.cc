#include "harness/collect/limits.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>

#include "harness/canary/decoy.h"
#include "harness/collect/agent_run.h"
#include "harness/collect/cgroups.h"
#include "harness/collect/descriptors.h"
#include "harness/collect/host_facts.h"
#include "harness/collect/limit_facts.h"
#include "harness/collect/limit_plan.h"
#include "harness/collect/limit_story.h"
#include "harness/collect/questions.h"
#include "harness/process/detach.h"
#include "harness/process/token.h"
#include "harness/text_file.h"
#include "suites/catalogue/catalogue.h"

namespace sandproof {

namespace asio = boost::asio;

namespace {

using Clock = AgentRun::Clock;

constexpr auto kProbeLimit = std::chrono::seconds(10);
constexpr auto kLaunchLimit = std::chrono::seconds(20);
constexpr auto kEnding = std::chrono::seconds(5);
constexpr auto kPollEvery = std::chrono::milliseconds(20);

// Where the control of a disk writes; its files have no name.
constexpr const char* kScratch = "/var/tmp";

// Which counters tell who refused.
Resource ResourceOf(const Property& property) {
  if (property.probe == "limit/processes") return Resource::kPids;
  return property.probe == "limit/spin" ? Resource::kCpu : Resource::kMemory;
}

// Looks at the host while something is taken; what it says when it had to end that.
struct Watch {
  HostRoom before = {};
  std::uint64_t most = 0;
  bool is_done = false;
  std::string why = {};
};

std::string Shortage(const Watch& watch) {
  const HostRoom now = ReadHostRoom(kScratch);
  if (now.memory < watch.before.memory / 2) return "memory";
  // Others may start processes too, but not as many.
  constexpr std::uint64_t kOthers = 2048;
  if (now.tasks_there > watch.before.tasks_there + 2 * watch.most + kOthers) return "processes";
  return {};
}

asio::awaitable<void> WatchOver(asio::any_io_executor executor, std::shared_ptr<Watch> watch,
                                GuardedLaunch& launch) {
  asio::steady_timer timer(executor);
  while (!watch->is_done) {
    if (const std::string what = Shortage(*watch); !what.empty()) {
      watch->why = "it was ended, because this host ran short of " + what;
      launch.AskToEnd();
      co_return;
    }
    timer.expires_after(kPollEvery);
    co_await timer.async_wait(kToken);
  }
}

// Who is to go first when memory runs out. An agent without /proc cannot say it itself.
void OfferToOomKiller(int pid) {
  const std::string path = fmt::format("/proc/{}/oom_score_adj", pid);
  const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (file) static_cast<void>(::write(file.get(), "1000", 4));
}

// One launch of the agent, inside or outside.
struct Runner {
  OpenDescriptors descriptors = {};
  std::unique_ptr<AgentRun> run = {};
  std::optional<int> agent = std::nullopt;  // as the host numbers it
  std::string silence = {};                 // why it cannot be asked
};

class Limits {
 public:
  Limits(asio::io_context& context, const PeersOrder& order) : context_(context), order_(order) {}

  std::vector<std::vector<CheckResult>> Run() {
    Detach(context_, Work());
    context_.restart();
    context_.run();
    return std::move(results_);
  }

 private:
  // One sandbox after another, one limit after another: two would be in each other's way, and take
  // twice as much.
  asio::awaitable<void> Work() {
    for (const PeerSeat& seat : order_.seats) {
      const LimitsSpec declared = LimitsOf(seat.spec, seat.plan.promises);
      Plan plan = MakePlan(Catalogue(), MakeSubjects({.spec = seat.spec,
                                                      .channels = order_.channels,
                                                      .launch = seat.plan,
                                                      .only = order_.only,
                                                      .exhaustion = Exhaustion::kOnly}));
      std::vector<CheckResult>& results = results_.emplace_back();
      for (const PlannedCheck& planned : plan.checks) {
        results.push_back(co_await Try(seat, plan, planned, declared));
        Backing backing = BackingOf(seat.plan.promises, results.back().check);
        results.back().promised_by = std::move(backing.promised_by);
        results.back().upheld_by = std::move(backing.upheld_by);
      }
    }
    // The listeners would keep the loop alive for ever.
    context_.stop();
  }

  asio::awaitable<CheckResult> Try(const PeerSeat& seat, const Plan& plan,
                                   const PlannedCheck& planned, const LimitsSpec& declared) {
    CheckResult result{.check = planned.check};
    if (!planned.request || !planned.check.not_applicable.empty()) co_return result;
    if (planned.check.expectation == Expectation::kAny) {
      result.check.not_applicable = "not asserted: the configuration declares no such limit";
      co_return result;
    }
    Runner sandbox = co_await BeginInside(seat);
    if (sandbox.silence.empty()) {
      co_await Hit(seat, plan, planned, declared, sandbox, result);
    } else {
      result.evidence.silence = sandbox.silence;
    }
    co_await End(sandbox);
    co_return result;
  }

  asio::awaitable<void> Hit(const PeerSeat& seat, const Plan& plan, const PlannedCheck& planned,
                            const LimitsSpec& declared, Runner& sandbox, CheckResult& result) {
    const Property& property = *planned.check.property;
    const Cgroups cgroups = Cgroups::Of(sandbox.agent.value_or(-1));
    const HostRoom room = ReadHostRoom(kScratch);
    const LimitAsk ask = PlanLimit(property,
                                   {.declared = declared,
                                    .size = SizeOf(seat.plan.promises, planned.check.subject),
                                    .pids = cgroups.Lowest(Resource::kPids),
                                    .memory = cgroups.Lowest(Resource::kMemory)},
                                   room);
    result.check.not_applicable = ask.not_applicable;
    result.evidence.silence = ask.unasked;
    if (!ask.not_applicable.empty() || !ask.unasked.empty()) co_return;
    LimitContext context{.declared = ask.declared, .cpus = declared.cpus.value_or(1)};
    if (const auto quota = cgroups.Lowest(Resource::kCpu)) {
      context.period_ms = static_cast<double>(quota->period_us) / 1000;
    }
    const Request& outside = plan.outside.at(*planned.request);
    const Request& inside = plan.inside.at(*planned.request);
    Evidence& evidence = result.evidence;
    evidence.control_before = co_await Control(seat, property, outside, ask, room, context);
    context.rlimit = property.probe == "limit/processes" ? ProcessLimitOf(*sandbox.agent) : "";
    const Resource resource = ResourceOf(property);
    const CgroupCounters before = cgroups.Counters(resource);
    OfferToOomKiller(*sandbox.agent);
    evidence.inside = co_await Put(sandbox, inside, ask, room);
    context.counted_by = Grown(before, cgroups.Counters(resource));
    if (evidence.inside) {
      evidence.inside = Explained(*std::move(evidence.inside), context);
    } else if (resource == Resource::kMemory && !context.counted_by.empty()) {
      evidence.inside = EndedWithoutMemory(inside.probe, context.counted_by);
    }
    if (!evidence.inside) evidence.silence = sandbox.silence;
    // Its processes have to be gone before the next ones are made.
    co_await End(sandbox);
    const bool is_reached = evidence.inside && evidence.inside->outcome == Outcome::kReached;
    if (!is_reached && !property.fact) {
      evidence.control_after = co_await Control(seat, property, outside, ask, room, context);
    }
  }

  static std::optional<std::uint64_t> SizeOf(const Promises& promises, const std::string& path) {
    for (const PathPromise& promise : promises.paths) {
      if (promise.path == path) return promise.size;
    }
    return std::nullopt;
  }

  static std::string ProcessLimitOf(int pid) {
    const auto limit =
        HardLimitIn(ReadTextFile(fmt::format("/proc/{}/limits", pid)), "Max processes");
    return limit ? fmt::format("RLIMIT_NPROC {}", *limit) : "";
  }

  // Outside, as whoever starts the launcher. A machine that is busy for a moment says nothing.
  asio::awaitable<std::optional<Observation>> Control(const PeerSeat& seat,
                                                      const Property& property,
                                                      const Request& request, const LimitAsk& ask,
                                                      const HostRoom& room,
                                                      const LimitContext& context) {
    constexpr int kMostTries = 5;
    for (int tries = 1;; ++tries) {
      std::optional<Observation> answer =
          co_await ControlOnce(seat, property, request, ask, room, context);
      if (!answer || !IsOfBusyMachine(*answer) || tries == kMostTries) co_return answer;
    }
  }

  asio::awaitable<std::optional<Observation>> ControlOnce(const PeerSeat& seat,
                                                          const Property& property,
                                                          const Request& request,
                                                          const LimitAsk& ask, const HostRoom& room,
                                                          const LimitContext& context) {
    LaunchOrder order = SeatOrder(order_, seat);
    order.argv = {order_.agent_path};
    Runner control;
    co_await Begin(std::move(order), control);
    Request asked = request;
    if (asked.probe == "limit/fill") {
      // What limits a file system of the sandbox's, limits it outside too.
      asked.params["path"] = kScratch;
      if (property.subject == SubjectKind::kPrivatePath) asked.params["medium"] = "memory";
    }
    std::optional<Observation> answer;
    if (!control.silence.empty()) {
      co_await End(control);
      co_return answer;
    }
    const Cgroups cgroups = Cgroups::Of(*control.agent);
    const Resource resource = ResourceOf(property);
    const CgroupCounters before = cgroups.Counters(resource);
    answer = co_await Put(control, asked, ask, room);
    LimitContext own{.cpus = context.cpus, .period_ms = context.period_ms};
    // That it was throttled outside, too, would be no control.
    if (resource != Resource::kCpu) own.counted_by = Grown(before, cgroups.Counters(resource));
    co_await End(control);
    if (answer) answer = Explained(*std::move(answer), own);
    co_return answer;
  }

  asio::awaitable<Runner> BeginInside(const PeerSeat& seat) {
    Runner runner;
    auto opened = OpenAll(seat.plan.fds);
    if (!opened) {
      runner.silence = opened.error().message;
      co_return runner;
    }
    runner.descriptors = *std::move(opened);
    LaunchOrder order = SeatOrder(order_, seat);
    order.fds = runner.descriptors.fds;
    co_await Begin(std::move(order), runner);
    co_return runner;
  }

  asio::awaitable<void> Begin(LaunchOrder order, Runner& runner) {
    auto run = AgentRun::Begin(context_.get_executor(), order, RandomHex(16), "");
    if (!run) {
      runner.silence = run.error().message;
      co_return;
    }
    runner.run = *std::move(run);
    if (!co_await runner.run->Ready(Clock::now() + kLaunchLimit)) {
      runner.silence = runner.run->Silence(std::vector<Request>());
      co_return;
    }
    runner.agent = FindAgent(runner.run->launch().guard_pid(), runner.run->answers().agent_pid());
    if (!runner.agent) {
      runner.silence = "its process was not found from outside, so nobody could watch over it";
    }
  }

  asio::awaitable<std::optional<Observation>> Put(Runner& runner, const Request& request,
                                                  const LimitAsk& ask, const HostRoom& room) {
    Request asked = request;
    asked.index = 0;
    asked.limit = kProbeLimit;
    for (const auto& [key, value] : ask.params) asked.params[key] = value;
    const auto watch = std::make_shared<Watch>(Watch{.before = room, .most = ask.most});
    Detach(context_, WatchOver(context_.get_executor(), watch, runner.run->launch()));
    const std::vector<Request> requests = {std::move(asked)};
    static_cast<void>(
        co_await runner.run->Ask(requests, std::nullopt, Clock::now() + kLaunchLimit));
    watch->is_done = true;
    const auto& answers = runner.run->answers().observations();
    const auto found = answers.find(0);
    if (found != answers.end() && watch->why.empty()) co_return found->second;
    runner.silence = watch->why.empty() ? runner.run->Silence(requests) : watch->why;
    co_return std::nullopt;
  }

  // Nothing of it is left afterwards: its guard ends when it has no more children.
  static asio::awaitable<void> End(Runner& runner) {
    if (runner.run) co_await runner.run->launch().Finish(Clock::now() + kEnding);
  }

  asio::io_context& context_;
  const PeersOrder& order_;
  std::vector<std::vector<CheckResult>> results_ = {};
};

}  // namespace

std::vector<std::vector<CheckResult>> AskLimits(asio::io_context& context,
                                                const PeersOrder& order) {
  return Limits(context, order).Run();
}

}  // namespace sandproof
