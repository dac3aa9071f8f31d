#include "harness/collect/session.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>

#include "harness/collect/arena_lane.h"
#include "harness/collect/borrow.h"
#include "harness/collect/control.h"
#include "harness/collect/description.h"
#include "harness/collect/descriptors.h"
#include "harness/collect/evidence.h"
#include "harness/collect/host_facts.h"
#include "harness/collect/inbound.h"
#include "harness/collect/launcher_facts.h"
#include "harness/collect/launcher_log.h"
#include "harness/collect/launches.h"
#include "harness/collect/limit_facts.h"
#include "harness/collect/orphans.h"
#include "harness/collect/outside.h"
#include "harness/collect/prepare.h"
#include "harness/collect/process_group.h"
#include "harness/collect/program_places.h"
#include "harness/collect/told.h"
#include "reports/judging.h"
#include "suites/catalogue/catalogue.h"

namespace sandproof {

namespace asio = boost::asio;

namespace {

using Clock = AgentRun::Clock;
using namespace asio::experimental::awaitable_operators;

using Place = Networks::Place;

// Until a datagram that was sent lies at a port of another network, if it can.
constexpr std::chrono::milliseconds kDelivery(2);

}  // namespace

// The state of one session; its steps are the design's, in order.
class Session {
 public:
  Session(asio::any_io_executor executor, SessionOrder order)
      : executor_(std::move(executor)),
        order_(std::move(order)),
        places_(PlacesOf(order_)),
        launches_(executor_, order_, places_),
        start_(Clock::now()),
        deadline_(start_ + order_.spec.limit) {}

  asio::awaitable<SandboxRun> Run() {
    const Result<bool> done = co_await Collect();
    if (!done) silence_ = done.error().message;
    SandboxRun result = Described(order_, places_);
    co_await ReadLauncher();
    result.launch_error = silence_;
    if (sandbox_) result.launcher_stderr = sandbox_->LastWords();
    AskToEnd();
    if (order_.on_answered) order_.on_answered();
    result.launcher_version = co_await order_.ask_version();
    TellVersion(result.launcher_version);
    co_await JudgeAndFinish(result);
    if (order_.decoys != nullptr && payload_decoy_) {
      order_.decoys->Put(payload_identity_, std::move(payload_decoy_));
    }
    result.duration = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start_);
    co_return result;
  }

 private:
  asio::awaitable<Result<bool>> Collect() {
    const Result<bool> is_open = launches_.Open();
    if (!is_open) co_return is_open.error();
    if (!order_.world.networks().IsSettled()) {
      const Result<bool> is_settled = co_await UseTheWait();
      if (!is_settled) co_return is_settled.error();
    }
    // The first control is what all else waits for.
    if (!launcher_control_) BeginControls();
    auto sandbox = BeginSandbox();
    const Result<bool> is_there = co_await MakeUpPlan();
    if (!is_there) co_return is_there.error();
    launcher_control_->Take(plan_, launcher_decoy_.get());
    if (namespaced_control_) namespaced_control_->Take(plan_, nullptr);
    if (!sandbox) co_return std::move(sandbox).error();
    sandbox_ = *std::move(sandbox);
    auto is_in_lane = BeginLane();
    if (!is_in_lane) co_return std::move(is_in_lane).error();
    // The sandbox sets itself up while the controls run; its agent waits for the request.
    const bool is_ready = co_await (RunControlsBefore() && MeetAgent());
    if (is_ready) {
      co_await AskInside();
    } else if (silence_.empty()) {
      silence_ = order_.live == nullptr ? SilenceWithHint()
                                        : "the launcher did not start it again as it had before";
    }
    if (HasOwnControls()) {
      co_await RunControlsAfter();
    } else {
      co_await EndWithoutControls();
    }
    co_return true;
  }

  // Where there is none yet. Without a control of ours, what is to be asked can wait until it is
  // known of whom.
  asio::awaitable<Result<bool>> MakeUpPlan() {
    if (!plan_->checks.empty()) co_return true;
    Question();
    if (!HasOwnControls() && !places_.IsSplit()) co_return true;
    const Result<bool> is_there = co_await MeetDecoy();
    if (is_there) plan_ = PlanWith(*launcher_decoy_);
    co_return is_there;
  }

  // While the arena is made, the controls can start, and there is time to think of what will be
  // asked in it.
  asio::awaitable<Result<bool>> UseTheWait() {
    Networks& networks = order_.world.networks();
    if (networks.AwaitControlSeat()) BeginControls();
    Result<bool> is_there = co_await MakeUpPlan();
    if (is_there && !networks.Settle(executor_)) Reconsider();
    co_return is_there;
  }

  // The networks are not what they were thought to be.
  void Reconsider() {
    plan_ = std::make_shared<const Plan>();
    const Places before = std::exchange(places_, PlacesOf(order_));
    if (places_.near == before.near) return;
    launcher_control_.reset();
    namespaced_control_.reset();
  }

  Result<std::unique_ptr<AgentRun>> BeginSandbox() const {
    if (order_.live != nullptr) {
      return AgentRun::Adopt(executor_, order_.live->adopt(), RandomHex(16));
    }
    return AgentRun::Begin(executor_, launches_.Sandbox(), RandomHex(16), order_.batch_path);
  }

  std::string SilenceWithHint() const {
    const std::string silence = sandbox_->Silence(plan_->inside);
    const std::string_view hint = order_.driver.Hint(sandbox_->LastWords());
    return hint.empty() ? silence : fmt::format("{}; {}", silence, hint);
  }

  // While those who were launched set themselves up.
  void Question() {
    questions_ = MakeQuestions({.spec = order_.spec,
                                .channels = order_.channels,
                                .launch = order_.plan,
                                .only = order_.only,
                                .exhaustion = order_.exhaustion,
                                .near = places_.near,
                                .far = places_.far,
                                .is_live = order_.live != nullptr},
                               order_.world);
    for (const auto& [canary, params] : launches_.canaries()) questions_.canaries[canary] = params;
  }

  bool HasOwnControls() const { return order_.controls == nullptr; }

  // What takes time to start, starts now; what is to be asked comes later.
  void BeginControls() {
    launcher_control_ = launches_.ControlAs(std::nullopt, "");
    if (!HasOwnControls()) return;
    launcher_control_->Prepare();
    namespaced_control_ = launches_.NamespacedControl();
    if (namespaced_control_) namespaced_control_->Prepare();
  }

  // Much more than the same line took to set itself up.
  Clock::duration LanePatience() const {
    constexpr std::chrono::seconds kLeast(3);
    constexpr int kTimes = 4;
    return std::max<Clock::duration>(kLeast, kTimes * (Clock::now() - start_));
  }

  // Where the arena cannot be entered without a user namespace, what is outside is asked of a
  // second launch.
  Result<bool> BeginLane() {
    if (!places_.IsSplit() || FarPositions(*plan_).empty()) return false;
    TRY(LaunchOrder launch, launches_.SecondSandbox());
    lane_ = std::make_unique<ArenaLane>(executor_, std::move(launch),
                                        std::vector<std::string>{order_.agent_path}, plan_,
                                        order_.world, order_.number);
    return true;
  }

  asio::awaitable<void> RunControlsBefore() {
    if (!HasOwnControls()) co_return;
    if (lane_) {
      co_await (RunOwnControlsBefore() && lane_->RunBefore(deadline_));
    } else {
      co_await RunOwnControlsBefore();
    }
  }

  // Without those of the requests that the lane asks.
  std::set<std::size_t> Own(std::set<std::size_t> positions) const {
    if (!lane_ && far_silence_.empty()) return positions;
    for (const std::size_t far : FarPositions(*plan_)) positions.erase(far);
    return positions;
  }

  std::set<std::size_t> OwnPositions() const {
    std::set<std::size_t> all;
    for (std::size_t i = 0; i < plan_->inside.size(); ++i) all.insert(i);
    return Own(std::move(all));
  }

  asio::awaitable<void> RunOwnControlsBefore() {
    const std::set<std::size_t> needed = Own(NeededBefore(*plan_, ControlOf::kWhoever));
    co_await launcher_control_->RunBefore(needed, deadline_);
    if (!namespaced_control_) co_return;
    co_await namespaced_control_->RunBefore(RefusedBefore(needed, *launcher_control_), deadline_);
  }

  // Without an answer from inside nothing will be judged, so the second control would be idle.
  asio::awaitable<void> RunControlsAfter() {
    if (inside_.observations.empty()) co_return;
    if (lane_) co_await lane_->RunAfter(deadline_);
    if (order_.live == nullptr) {
      co_await (RunOwnControlsAfter() && EndSandbox());
    } else {  // its end is the beginning of its payload, which is to find nothing of ours at work
      co_await RunOwnControlsAfter();
      co_await EndSandbox();
    }
  }

  // For what takes a moment only, whatever the sandbox has left of its time.
  Clock::time_point Soon() const {
    return std::max(deadline_, Clock::now() + std::chrono::seconds(1));
  }

  asio::awaitable<void> CountInbound() {
    inside_.counted.arrivals[kInboundCount] =
        co_await AnswersFromInside(*arrivals_, agent_, InboundPort(sandbox_->tag()));
  }

  asio::awaitable<void> EndWithoutControls() {
    if (inside_.observations.empty()) co_return;
    co_await EndSandbox();
    if (lane_) co_await lane_->EndInput();
  }

  // What can be seen of it only once it has answered, and by its end.
  asio::awaitable<void> EndSandbox() {
    if (HasInbound(plan_->inside)) static_cast<void>(co_await arrivals_->KnockAndWait(kDelivery));
    co_await CountInbound();
    co_await TellOrphans(*sandbox_, stranger_, plan_->inside, inside_.observations, Soon());
    sandbox_->EndInput();
  }

  asio::awaitable<void> RunOwnControlsAfter() {
    const ControlOf ours = payload_control_ ? ControlOf::kLauncher : ControlOf::kWhoever;
    const std::set<std::size_t> needed = Own(NeededAfter(*plan_, inside_, ours));
    const std::set<std::size_t> theirs = Own(NeededAfter(*plan_, inside_, ControlOf::kPayload));
    co_await launcher_control_->RunAfter(needed, deadline_);
    if (namespaced_control_) {
      co_await namespaced_control_->RunAfter(RefusedBefore(needed, *launcher_control_), deadline_);
    }
    if (payload_control_) co_await payload_control_->RunAfter(theirs, deadline_);
    // Each control has asked its own when it was done.
    is_decoy_alive_ = PayloadDecoy().LastSignals() && launcher_decoy_->LastSignals();
  }

  // What is read of the launcher, and not from inside.
  asio::awaitable<void> ReadLauncher() {
    if (!HasOwnControls()) {
      of_launcher_ = LauncherOf(*order_.controls);
      co_return;
    }
    if (Asks(kLauncherProbe)) {
      of_launcher_[std::string(kLauncherProbe)] = ObserveLauncher(
          {.spec = order_.spec, .launch = order_.plan, .program = LauncherProgram()});
    }
    if (Asks(kLogProbe)) co_await ReadLog();
  }

  void TellVersion(const std::string& said) {
    if (!HasOwnControls() || !Asks(kVersionProbe)) return;
    of_launcher_[std::string(kVersionProbe)] =
        ObserveVersion(order_.driver, said, LauncherProgram());
  }

  std::string LauncherProgram() const {
    const std::vector<std::string> command = order_.driver.VersionCommand(order_.spec.launch);
    return command.empty() ? "" : FindProgram(command.front(), order_.spec).value_or("");
  }

  bool Asks(std::string_view probe) const {
    return std::ranges::any_of(plan_->checks, [&](const PlannedCheck& one) {
      return one.check.property->probe == probe && one.check.not_applicable.empty();
    });
  }

  asio::awaitable<void> ReadLog() {
    const LogSpec& spec = order_.spec.log;
    LauncherLog log;
    if (spec.launch.empty()) {
      if (sandbox_) log.text = sandbox_->answers().chatter() + sandbox_->launch().stderr_head();
    } else {
      auto run =
          co_await RunForLog(executor_, launches_.Plain(spec.launch), spec.rules, spec.limit);
      if (run) {
        log = *std::move(run);
      } else {
        log.end.exec_error = ECHILD;
      }
    }
    std::optional<std::string> version;
    if (!spec.version.empty()) version = co_await VersionInside();
    of_launcher_[std::string(kLogProbe)] = ObserveLog(spec, log, version);
  }

  // What a command prints in the payload's place; empty where it did not run.
  asio::awaitable<std::string> VersionInside() {
    auto opened = OpenAll(order_.plan.fds);
    if (!opened) co_return std::string();
    std::vector<std::string> argv = order_.spec.launch;
    const auto payload = std::ranges::find(argv, "{payload}");
    const auto& version = order_.spec.log.version;
    argv.insert(argv.erase(payload), version.begin(), version.end());
    LaunchOrder order = launches_.Plain(argv);
    order.fds = opened->fds;
    const auto run = co_await RunForLog(executor_, std::move(order), {}, order_.spec.log.limit);
    const bool is_right = run && run->end.wait_status == 0;
    // What the launcher itself prints is no answer.
    const std::string own = sandbox_ ? sandbox_->answers().chatter() : "";
    co_return is_right ? WithoutLines(run->text, own) : std::string();
  }

  // Waits for the agent inside, and looks at it from here. False when it never came, or nothing can
  // be asked of it.
  asio::awaitable<bool> MeetAgent() {
    if (!co_await sandbox_->Ready(deadline_)) co_return false;
    if (lane_) lane_->Begin(LanePatience());
    const int guard = sandbox_->launch().guard_pid();
    agent_ = FindAgent(guard, sandbox_->answers().agent_pid());
    if (!agent_) {
      stranger_ =
          FindAgentByInput(sandbox_->launch().input_pipe(), sandbox_->answers().agent_pid());
      agent_ = stranger_;
    }
    if (agent_) {
      inside_.host = ReadHostFacts(*agent_, guard);
      if (stranger_) elsewhere_ = WhereTheStrangerIs(guard);
      AddLimitFacts(*agent_, guard, LimitsOf(order_.spec, order_.plan.promises),
                    inside_.host->facts);
      co_await TakePayloadIdentity();
    }
    hides_programs_ = agent_ && HidesPrograms(*agent_, order_.plan.promises, order_.world);
    LookWhereItRuns(agent_, guard);
    if (plan_->checks.empty()) {
      if (!co_await HasDecoy()) co_return false;
      plan_ = PlanWith(PayloadDecoy());
      launcher_control_->Take(plan_, launcher_decoy_.get());
    }
    if (agent_) co_await WatchGroup(*agent_, guard);
    co_return true;
  }

  Elsewhere WhereTheStrangerIs(int guard) const {
    Facts launcher = ReadHostFacts(guard, guard).facts;
    // The guard stays where it was when the launcher enters its network.
    const std::string seat = launches_.LauncherSeat().net_id;
    if (!seat.empty()) launcher["net_ns"] = {seat};
    Facts outer = ReadHostFacts(::getpid(), guard).facts;
    outer["uts_ns"] = {order_.world.outer_uts()};
    return WhereAStrangerIs(inside_.host->facts, launcher, outer);
  }

  // The guard leads the launcher's process group, and is root where we are: what a payload of
  // another uid or in a group of the launcher's own sends to its group does not come to it. Where
  // nobody of ours can be put into that group, those of the launch who are in it are listened at.
  asio::awaitable<void> WatchGroup(int agent, int guard) {
    const std::optional<RunAs> identity = IdentityOf(*inside_.host);
    if (!identity || !Asks("inherit/signal_group")) co_return;
    const bool is_other = *identity != OwnIdentity();
    if (!is_other && ::getpgid(agent) == ::getpgid(guard)) co_return;
    const std::optional<GroupOutside> shared = WhoSharesGroup(agent, guard);
    if (!shared) co_return;
    if (!shared->may_be_joined || shared->members.empty()) {
      group_watch_.emplace(shared->members);
      co_return;
    }
    // Not within the call: GCC 12 destroys a conditional's temporary twice where it is awaited.
    const std::optional<RunAs> as = is_other ? identity : std::nullopt;
    static_cast<void>(co_await sandbox_->launch().Bystand(shared->group, as, deadline_));
  }

  asio::awaitable<void> AskInside() {
    // Not beside the launcher's control: each changes the node name.
    if (payload_control_) {
      const auto theirs = NeededBefore(*plan_, ControlOf::kPayload);
      co_await payload_control_->RunBefore(Own(theirs), deadline_);
    }
    if (order_.before_probes) order_.before_probes(order_.world, PayloadDecoy());
    const long signals_before = co_await SignalsSoFar();
    const std::set<std::size_t> own = OwnPositions();
    std::vector<Request> requests = Select(plan_->inside, own);
    if (agent_ && !requests.empty()) TellFromOutside(*agent_, requests.front());
    arrivals_.emplace(order_.world.networks(), places_.near, launches_.LauncherSeat(),
                      sandbox_->tag());
    const bool is_answered = co_await (AskBoth(requests) && BeginVersion());
    arrivals_->Knock();
    inside_.observations = Restore(sandbox_->answers().TakeObservations(), own);
    const auto [counted, signals_after] =
        co_await (sandbox_->launch().Counts(deadline_) && PayloadDecoy().Signals(deadline_));
    const GuardCounts counts = counted.value_or(GuardCounts{});
    inside_.counted = {.signals = signals_after.value_or(signals_before) - signals_before,
                       .group_signals = counts.sigurg,
                       .terminal_bytes = counts.terminal_bytes,
                       .arrivals = arrivals_->Since()};
    if (group_watch_) group_watch_->Settle(inside_);
    if (!is_answered) silence_ = sandbox_->Silence(requests);
  }

  // A control that has asked the same decoy was the last that could signal it.
  asio::awaitable<long> SignalsSoFar() {
    const std::optional<long> last = PayloadDecoy().LastSignals();
    co_return last ? *last : (co_await PayloadDecoy().Signals(deadline_)).value_or(0);
  }

  // Addresses outside are asked for only where no packet can leave the machine.
  void LookWhereItRuns(std::optional<int> agent, int guard) {
    if (places_.near != Place::kArena) return;
    Whereabouts where{
        .agent = agent, .guard = guard, .launcher_id = launches_.LauncherSeat().net_id};
    const std::string* net_id = inside_.host ? inside_.host->Fact("net_ns") : nullptr;
    if (net_id != nullptr) where.net_id = *net_id;
    far_silence_ = WhyNotOutside(where);
  }

  asio::awaitable<void> BeginVersion() {
    if (order_.begin_version) order_.begin_version();
    co_return;
  }

  asio::awaitable<bool> AskBoth(const std::vector<Request>& requests) {
    const bool stays = HasInbound(requests) || AsksForOrphans(requests);
    const bool is_held = stays && order_.batch_path.empty();
    auto own = sandbox_->Ask(requests, order_.world.ChangeNodeName(), deadline_, is_held);
    if (!lane_) co_return co_await std::move(own);
    co_return co_await (std::move(own) && lane_->Ask(deadline_));
  }

  // A payload that is somebody else than whoever started the launcher gets a decoy and a control
  // of its own identity: file modes and uids hide nothing from a control that stands above them.
  asio::awaitable<void> TakePayloadIdentity() {
    const std::optional<RunAs> identity = IdentityOf(*inside_.host);
    if (!identity || *identity == OwnIdentity() || ::geteuid() != 0) co_return;
    payload_identity_ = *identity;
    if (order_.decoys != nullptr) payload_decoy_ = order_.decoys->Take(*identity);
    if (!payload_decoy_) {
      auto decoy = Decoy::Begin(executor_, {.agent_path = order_.agent_path, .run_as = identity});
      if (!decoy || !co_await (*decoy)->Ready(deadline_)) co_return;
      payload_decoy_ = *std::move(decoy);
    }
    if (!HasOwnControls()) co_return;
    payload_control_ = launches_.ControlAs(identity, fmt::format("as uid {}", identity->uid));
    plan_ = PlanWith(*payload_decoy_);
    payload_control_->Take(plan_, payload_decoy_.get());
    payload_control_->Prepare();
  }

  // A decoy of the payload's own identity needs none of the launcher's beside it.
  asio::awaitable<bool> HasDecoy() {
    if (payload_decoy_ || launcher_decoy_) co_return true;
    const Result<bool> is_there = co_await MeetDecoy();
    if (!is_there) silence_ = is_there.error().message;
    co_return is_there.has_value();
  }

  asio::awaitable<Result<bool>> MeetDecoy() {
    if (launcher_decoy_) co_return true;
    launcher_decoy_ = std::move(order_.decoy);
    if (!launcher_decoy_) {
      auto decoy = Decoy::Begin(executor_, {.agent_path = order_.agent_path});
      if (!decoy) co_return decoy.error();
      launcher_decoy_ = *std::move(decoy);
    }
    co_return co_await launcher_decoy_->Ready(deadline_);
  }

  std::shared_ptr<const Plan> PlanWith(const Decoy& decoy) {
    // Controls of our own may ask twice: as the launcher, and as the payload.
    PlanInput input = HasOwnControls() ? questions_ : std::move(questions_);
    AskAboutDecoy(decoy, order_.world, input);
    AskAboutDescriptors(launches_.planted(), launches_.HandedByDriver(), input);
    // Who owns outside what the payload makes.
    const bool is_of_payload = payload_decoy_.get() == &decoy;
    input.extra["fs/plant"]["owner"] =
        std::to_string(is_of_payload ? IdentityOf(*inside_.host)->uid : OwnIdentity().uid);
    if (order_.plans != nullptr) return order_.plans->PlanFor(input);
    return std::make_shared<const Plan>(MakePlan(Catalogue(), input));
  }

  Decoy& PayloadDecoy() { return payload_decoy_ ? *payload_decoy_ : *launcher_decoy_; }

  void JudgeAll(SandboxRun& result) {
    if (plan_->checks.empty()) return;
    const EvidenceSource source{.plan = *plan_,
                                .inside = inside_,
                                .launcher = *launcher_control_,
                                .payload = payload_control_.get(),
                                .namespaced = namespaced_control_.get(),
                                .arena = lane_.get(),
                                .far_silence = far_silence_,
                                .is_decoy_alive = is_decoy_alive_,
                                .silence = silence_,
                                .of_launcher = of_launcher_,
                                .elsewhere = elsewhere_};
    result.results.reserve(plan_->checks.size());
    for (std::size_t i = 0; i < plan_->checks.size(); ++i) {
      Check check = plan_->checks[i].check;
      const bool is_of_program = check.property->canary == Canary::kSetIdProgram ||
                                 check.property->canary == Canary::kCapsProgram;
      if (is_of_program && hides_programs_ && check.not_applicable.empty()) {
        check.not_applicable = "it shows none of the directories that one could be planted in";
      }
      Backing backing = BackingOf(order_.plan.promises, check);
      result.results.push_back({.check = std::move(check),
                                .evidence = EvidenceFor(source, i),
                                .promised_by = std::move(backing.promised_by),
                                .upheld_by = std::move(backing.upheld_by)});
    }
    if (!HasOwnControls()) {
      BorrowControls(*order_.controls, launches_.LauncherSeat().net_id, result);
    }
    JudgeSandbox(result, order_.today, order_.only);
  }

  std::array<Control*, 3> Controls() const {
    return {launcher_control_.get(), payload_control_.get(), namespaced_control_.get()};
  }

  // Everything ends while the verdicts are made.
  asio::awaitable<void> JudgeAndFinish(SandboxRun& result) {
    JudgeAll(result);
    co_await Finish();
  }

  void AskToEnd() {
    if (sandbox_) sandbox_->launch().AskToEnd();
    if (lane_) lane_->AskToEnd();
    for (Control* control : Controls()) {
      if (control != nullptr) control->AskToEnd();
    }
    if (launcher_decoy_) launcher_decoy_->LetGo();
    if (payload_decoy_ && order_.decoys == nullptr) payload_decoy_->LetGo();
  }

  asio::awaitable<void> Finish() {
    const auto deadline = Clock::now() + std::chrono::seconds(5);
    for (Control* control : Controls()) {
      if (control != nullptr) co_await control->Finish(deadline);
    }
    if (sandbox_) co_await sandbox_->launch().Finish(deadline);
    if (lane_) co_await lane_->Finish(deadline);
  }

  asio::any_io_executor executor_;
  SessionOrder order_;
  Places places_;
  Launches launches_;
  Clock::time_point start_;
  Clock::time_point deadline_;
  PlanInput questions_ = {};
  std::shared_ptr<const Plan> plan_ = std::make_shared<const Plan>();
  std::unique_ptr<Decoy> launcher_decoy_ = {};
  std::unique_ptr<Decoy> payload_decoy_ = {};
  RunAs payload_identity_ = {};  // the decoy's
  std::unique_ptr<Control> launcher_control_ = {};
  std::unique_ptr<Control> payload_control_ = {};
  std::unique_ptr<Control> namespaced_control_ = {};
  std::unique_ptr<AgentRun> sandbox_ = {};
  std::unique_ptr<ArenaLane> lane_ = {};
  std::optional<int> agent_ = std::nullopt;     // as the host numbers it
  std::optional<int> stranger_ = std::nullopt;  // the same where the launcher is not its ancestor
  Elsewhere elsewhere_ = {};                    // of a stranger
  AnswerSet inside_ = {};
  std::map<std::string, Observation, std::less<>> of_launcher_ = {};  // by probe
  std::optional<Arrivals> arrivals_ = std::nullopt;
  bool is_decoy_alive_ = true;
  std::string silence_ = {};
  bool hides_programs_ = false;   // those that were planted for it
  std::string far_silence_ = {};  // why nothing was asked of what is outside
  std::optional<GroupWatch> group_watch_ = std::nullopt;
};

asio::awaitable<SandboxRun> RunSession(SessionOrder order) {
  Session session(co_await asio::this_coro::executor, std::move(order));
  co_return co_await session.Run();
}

}  // namespace sandproof
