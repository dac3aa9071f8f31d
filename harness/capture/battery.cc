#include "harness/capture/battery.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <list>
#include <numeric>
#include <optional>

#include "harness/capture/launcher_run.h"
#include "harness/collect/descriptors.h"
#include "harness/collect/session.h"
#include "harness/process/detach.h"

namespace sandproof {

namespace asio = boost::asio;

namespace {

using Words = std::vector<std::string>;

// Time for a launcher to come to its last sandbox.
constexpr std::chrono::seconds kPatience(60);
// Numbers that scripts use for their own: no canary there, it would be overwritten.
constexpr int kScriptsOwn = 61;
constexpr int kChannel = 230;

// One sandbox on its way from the session that asks to the start that it is about.
struct Live {
  LiveSandbox sandbox = {};
  UniqueFd ours = {};
  UniqueFd theirs = {};
  int pid = -1;  // bwrap's
};

class Battery {
 public:
  Battery(asio::io_context& context, const CaptureOrder& order, std::vector<SessionOrder> sessions,
          const CollectOptions& options)
      : context_(context), order_(order), sessions_(std::move(sessions)), options_(options) {}

  Result<std::vector<SandboxRun>> Go() {
    const std::vector<int> taken = Taken();
    for (SessionOrder& session : sessions_) {
      TRY(const bool is_made, Make(session, taken));
      static_cast<void>(is_made);
    }
    World& world = sessions_.front().world;
    std::map<Canary, Params> ignored;
    run_.emplace(context_, order_,
                 LauncherExtras{.env = {world.EnvironmentEntry()},
                                .fds = world.PlantDescriptors(taken, ignored),
                                .session_key = world.SessionKey(),
                                .counts_signals = true,
                                .instruct = [this](const CapturedStart& start, int pid) {
                                  return Instruct(start, pid);
                                }});
    TRY(const bool has_begun, run_->Begin());
    static_cast<void>(has_begun);
    Detach(context_, AwaitEnd());
    for (const SessionOrder& session : sessions_) plans_.push_back(Ask(session));
    std::vector<SandboxRun> results = RunSessions(context_, std::move(sessions_), options_);
    run_->Finish();
    TRY(const Captured captured, run_->Take());
    for (SandboxRun& result : results) {
      result.perturbation.insert(result.perturbation.end(), captured.perturbation.begin(),
                                 captured.perturbation.end());
    }
    return results;
  }

 private:
  // What a start must look like, and what becomes of it.
  struct Asked {
    const SandboxSpec* spec = nullptr;
    const LaunchPlan* plan = nullptr;
  };

  static Asked Ask(const SessionOrder& session) {
    return {.spec = &session.spec, .plan = &session.plan};
  }

  // The numbers at which no canary goes: those of any sandbox's own, and what scripts use.
  std::vector<int> Taken() const {
    std::vector<int> taken(kScriptsOwn - 3);
    std::iota(taken.begin(), taken.end(), 3);
    for (const SessionOrder& session : sessions_) {
      for (const LaunchDescriptor& fd : session.plan.fds) taken.push_back(fd.fd);
    }
    return taken;
  }

  Result<bool> Make(SessionOrder& session, const std::vector<int>& taken) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
      return CallError("socketpair", "", errno);
    }
    Live& live = lives_.emplace_back();
    live.ours.reset(ends[0]);
    live.theirs.reset(ends[1]);
    live.sandbox.taken = taken;
    live.sandbox.channel = kChannel;
    while (std::ranges::find(taken, live.sandbox.channel) != taken.end()) ++live.sandbox.channel;
    live.sandbox.adopt = [this, &live] {
      return AdoptedLaunch{
          .channel = std::move(live.ours),
          .guard_pid = [&live] { return live.pid; },
          .signals = [this](auto deadline) { return run_->launch().Signals(deadline); }};
    };
    session.live = &live.sandbox;
    return true;
  }

  // Where the launcher has ended, nothing is left to wait for.
  asio::awaitable<void> AwaitEnd() {
    const StageEnd& end = run_->launch().end();
    static_cast<void>(
        co_await run_->launch().WaitUntil([&end] { return end.is_alone || end.exec_error; },
                                          StagedLaunch::Clock::now() + std::chrono::hours(24)));
    for (Live& live : lives_) live.theirs.reset();
  }

  static bool IsIt(const Asked& asked, const CapturedStart& start) {
    const auto own =
        asked.spec->launch.begin() + static_cast<std::ptrdiff_t>(asked.plan->prefix.size()) + 1;
    const auto command = start.record.argv.begin() + static_cast<std::ptrdiff_t>(start.command);
    return start.trouble.empty() &&
           std::equal(own, asked.spec->launch.end() - 1, start.record.argv.begin() + 1, command) &&
           std::equal(asked.spec->payload.begin(), asked.spec->payload.end(), command,
                      start.record.argv.end());
  }

  Instructions Instruct(const CapturedStart& start, int pid) {
    std::size_t at = 0;
    for (Live& live : lives_) {
      const Asked& asked = plans_[at++];
      if (!live.theirs || !IsIt(asked, start)) continue;
      Result<Instructions> instructions = WithAgent(asked, live, start);
      if (!instructions) {
        live.theirs.reset();
        return {};
      }
      live.pid = pid;
      return *std::move(instructions);
    }
    return {};
  }

  // The plan's own line, behind whatever stands before bwrap, and then the payload.
  static Result<Instructions> WithAgent(const Asked& asked, Live& live,
                                        const CapturedStart& start) {
    const LaunchPlan& plan = *asked.plan;
    Instructions instructions;
    instructions.argv.assign(plan.argv.begin() + static_cast<std::ptrdiff_t>(plan.prefix.size()),
                             plan.argv.end());
    instructions.argv.front() = start.record.argv.front();
    instructions.argv.push_back(fmt::format("--channel={}", live.sandbox.channel));
    instructions.argv.emplace_back("--then");
    instructions.argv.insert(instructions.argv.end(), asked.spec->payload.begin(),
                             asked.spec->payload.end());
    std::vector<LaunchDescriptor> more;
    for (const LaunchDescriptor& fd : plan.fds) {
      const bool is_own =
          std::ranges::find(asked.spec->fds, fd.fd, &GivenDescriptor::fd) != asked.spec->fds.end();
      if (fd.content || !is_own) more.push_back(fd);
    }
    TRY(OpenDescriptors opened, OpenAll(more));
    instructions.fds = opened.fds;
    instructions.owned = std::move(opened.owned);
    instructions.fds.push_back({.target = live.sandbox.channel, .source = live.theirs.get()});
    instructions.owned.push_back(std::move(live.theirs));
    return instructions;
  }

  asio::io_context& context_;
  const CaptureOrder& order_;
  std::vector<SessionOrder> sessions_;
  const CollectOptions& options_;
  std::list<Live> lives_ = {};  // referred to by the sessions
  std::vector<Asked> plans_ = {};
  std::optional<LauncherRun> run_ = std::nullopt;
};

// As it serves: in the host's network, and with the descriptors that it has.
Spec AsItServes(Spec spec) {
  for (SandboxSpec& sandbox : spec.sandboxes) {
    sandbox.net.is_from_arena = false;
    sandbox.stdio = StdioKind::kPipe;
    sandbox.limit = kPatience;
  }
  return spec;
}

}  // namespace

Result<Run> RunBattery(const CaptureOrder& order, const Spec& given, const CollectOptions& wanted) {
  const Spec spec = AsItServes(given);
  CollectOptions options = wanted;
  options.parallel = 1;
  std::optional<Error> failed;
  Result<Run> run =
      Collect(spec, options, [&](asio::io_context& context, std::vector<SessionOrder> sessions) {
        Battery battery(context, order, std::move(sessions), options);
        Result<std::vector<SandboxRun>> results = battery.Go();
        if (results) return *std::move(results);
        failed = std::move(results).error();
        return std::vector<SandboxRun>();
      });
  if (failed) return *std::move(failed);
  return run;
}

}  // namespace sandproof
