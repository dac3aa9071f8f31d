#include "harness/collect/collect.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <csignal>
#include <filesystem>

#include "harness/collect/fingerprint.h"
#include "harness/collect/kept_data.h"
#include "harness/collect/launcher_version.h"
#include "harness/collect/limits.h"
#include "harness/collect/peers.h"
#include "harness/collect/prepare.h"
#include "harness/collect/program_places.h"
#include "harness/collect/service_plan.h"
#include "harness/collect/services.h"
#include "harness/collect/session.h"
#include "harness/process/detach.h"
#include "probes/wire/text.h"
#include "reports/judging.h"
#include "reports/redact.h"
#include "suites/catalogue/catalogue.h"

namespace sandproof {

namespace asio = boost::asio;

namespace {

std::vector<std::string> DeclaredSources(const std::vector<Prepared>& sandboxes) {
  std::vector<std::string> sources;
  for (const Prepared& one : sandboxes) {
    for (const PathPromise& promise : one.plan.promises.paths) {
      if (!promise.source.empty()) sources.push_back(promise.source);
    }
  }
  return sources;
}

// Where on the host a channel's socket directory lies, by either sandbox's own binds.
std::map<std::string, std::string> ChannelDirectories(const Spec& spec,
                                                      const std::vector<Prepared>& sandboxes) {
  std::map<std::string, std::string> directories;
  for (const ChannelSpec& channel : spec.channels) {
    if (channel.unix_path.empty()) continue;
    for (const Prepared& one : sandboxes) {
      if (one.spec->name != channel.from && one.spec->name != channel.to) continue;
      const std::string host = HostPath(one.plan.promises, DirectoryOf(channel.unix_path));
      if (!host.empty()) directories.try_emplace(channel.unix_path, host);
    }
  }
  return directories;
}

std::set<std::string> ProgramDirectories(const std::vector<Prepared>& sandboxes) {
  std::set<std::string> directories;
  for (const Prepared& one : sandboxes) {
    const auto directory = ProgramDirectory(*one.spec, one.plan.promises);
    if (directory) directories.insert(*directory);
  }
  return directories;
}

bool IsReachableByAll(const std::string& path) {
  std::filesystem::path at = path;
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0 || (status.st_mode & 05) != 05) return false;
  for (at = at.parent_path(); at != at.root_path(); at = at.parent_path()) {
    if (::stat(at.c_str(), &status) != 0 || (status.st_mode & 01) == 0) return false;
  }
  return true;
}

// The networks of a run: an arena where any sandbox is to be launched from one.
NetworksOrder NetworksFor(const std::vector<Prepared>& sandboxes, std::size_t seats) {
  NetworksOrder order{.launches = seats, .is_arena_wanted = false};
  for (const Prepared& one : sandboxes) {
    const NetSpec& net = one.spec->net;
    (net.is_from_arena ? order.is_arena_wanted : order.is_host_wanted) = true;
    for (const Endpoint& endpoint : net.allow) {
      const auto found = std::find(order.allowed.begin(), order.allowed.end(), endpoint);
      if (found == order.allowed.end()) order.allowed.push_back(endpoint);
    }
  }
  return order;
}

// How a sandbox's launcher is asked for its version; empty where it cannot be.
std::vector<std::string> VersionCommand(const Driver& driver, const SandboxSpec& spec) {
  std::vector<std::string> command = driver.VersionCommand(spec.launch);
  const auto program = command.empty() ? std::nullopt : FindProgram(command.front(), spec);
  if (!program) return {};
  command.front() = *program;
  return command;
}

// Runs the sessions, `parallel` at a time, in the order of the configuration.
class Queue {
 public:
  Queue(asio::io_context& context, std::vector<SessionOrder> orders, const CollectOptions& options,
        std::function<void()> on_all_answered)
      : context_(context),
        orders_(std::move(orders)),
        options_(options),
        on_all_answered_(std::move(on_all_answered)),
        results_(orders_.size()) {}

  std::vector<SandboxRun> Run() {
    for (std::size_t i = 0; i < std::max<std::size_t>(options_.parallel, 1); ++i) {
      Detach(context_, Work());
    }
    context_.restart();
    context_.run();
    return std::move(results_);
  }

 private:
  asio::awaitable<void> Work() {
    while (next_ < orders_.size()) {
      const std::size_t mine = next_++;
      ++active_;
      if (options_.on_begin) options_.on_begin(orders_[mine].spec.name);
      SessionOrder& order = orders_[mine];
      order.on_answered = [this] {
        if (++answered_ == orders_.size() && on_all_answered_) on_all_answered_();
      };
      results_[mine] = co_await RunSession(std::move(order));
      --active_;
    }
    // The listeners would keep the loop alive for ever.
    if (active_ == 0) context_.stop();
  }

  asio::io_context& context_;
  std::vector<SessionOrder> orders_;
  const CollectOptions& options_;
  std::function<void()> on_all_answered_;
  std::vector<SandboxRun> results_;
  std::size_t next_ = 0;
  std::size_t active_ = 0;
  std::size_t answered_ = 0;
};

// Copies the agent to where every uid can read it, if it does not lie there already.
Result<std::string> AgentForAll(const std::string& agent, const World& world) {
  if (IsReachableByAll(agent)) return agent;
  const std::string copy = world.AgentCopyPath();
  std::error_code error;
  std::filesystem::copy_file(agent, copy, std::filesystem::copy_options::overwrite_existing, error);
  if (error || ::chmod(copy.c_str(), 0755) != 0) return CallError("copy", copy, error.value());
  return copy;
}

}  // namespace

std::vector<SandboxRun> RunSessions(asio::io_context& context, std::vector<SessionOrder> orders,
                                    const CollectOptions& options,
                                    std::function<void()> on_all_answered) {
  return Queue(context, std::move(orders), options, std::move(on_all_answered)).Run();
}

namespace {

PeersOrder PeersOf(const Spec& spec, const std::vector<SessionOrder>& orders,
                   const CollectOptions& options) {
  PeersOrder peers{.channels = orders.front().channels,
                   .world = orders.front().world,
                   .agent_path = orders.front().agent_path,
                   .only = options.only,
                   .before_probes = options.before_peers};
  if (spec.supervisor && spec.supervisor->channel_env) peers.supervisor = &*spec.supervisor;
  for (const SessionOrder& order : orders) {
    peers.seats.push_back({.spec = order.spec,
                           .plan = order.plan,
                           .argv = order.piped_argv,
                           .canaries = order.peer,
                           .left = order.left});
  }
  return peers;
}

bool HasServices(const std::vector<SessionOrder>& orders, const CollectOptions& options) {
  std::vector<const SandboxSpec*> specs;
  for (const SessionOrder& order : orders) specs.push_back(&order.spec);
  const auto channels = ServiceChannels(specs, orders.front().channels);
  return !ServiceChecks(specs, channels, options.only).empty();
}

void Append(std::vector<std::vector<CheckResult>> results, std::vector<SandboxRun>& runs) {
  for (std::size_t i = 0; i < runs.size(); ++i) {
    std::ranges::move(results[i], std::back_inserter(runs[i].results));
  }
}

void AskWhatLasts(asio::io_context& context, const PeersOrder& order,
                  std::vector<SandboxRun>& runs) {
  std::vector<std::string> silence;
  for (const SandboxRun& run : runs) silence.push_back(run.launch_error);
  Append(AskKeptData(context, order, silence), runs);
  const std::vector<int> launches = LaunchesForKeptData(order);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (launches[i] == 0 || !silence[i].empty()) continue;
    runs[i].perturbation.push_back(
        fmt::format("the same line is launched {} more, to see what lasts of what is written",
                    launches[i] == 2 ? "twice" : "once"));
  }
}

// Last, when nothing else runs that could be in its way.
void Exhaust(asio::io_context& context, const PeersOrder& order, std::vector<SandboxRun>& runs) {
  Append(AskLimits(context, order), runs);
  for (SandboxRun& run : runs) {
    run.perturbation.emplace_back("the same line is launched once more for each limit that is hit");
  }
}

// Every sandbox by itself, then what lasts of it, then each two of them, then the services, then
// the limits.
std::vector<SandboxRun> RunAll(asio::io_context& context, const Spec& spec,
                               std::vector<SessionOrder> orders, const CollectOptions& options) {
  if (orders.empty()) return {};
  const PeersOrder peers = PeersOf(spec, orders, options);
  const bool has_peers = HasPeers(orders.size(), options.only);
  const bool has_services = HasServices(orders, options);
  const bool has_data = HasKeptData(peers);
  if (!has_peers && !has_services && !has_data && !options.exhaust) {
    World& world = orders.front().world;
    return RunSessions(context, std::move(orders), options, [&world] { world.LetGo(); });
  }
  const std::string today = orders.front().today;
  std::vector<SandboxRun> runs = RunSessions(context, std::move(orders), options);
  if (has_data) AskWhatLasts(context, peers, runs);
  if (has_peers) Append(AskPeers(context, peers), runs);
  if (has_services) Append(AskServices(context, peers), runs);
  if (options.exhaust) Exhaust(context, peers, runs);
  for (SandboxRun& run : runs) JudgeSandbox(run, today, options.only);
  return runs;
}

// Names of what is planted in each sandbox for the others; empty where there are none.
std::vector<PeerCanaries> PeersFor(const Spec& spec, const std::vector<Prepared>& sandboxes,
                                   const CollectOptions& options) {
  std::vector<PeerPlace> places;
  for (const Prepared& one : sandboxes) {
    places.push_back({.spec = one.spec, .promises = &one.plan.promises});
  }
  if (!HasPeers(places.size(), options.only)) return std::vector<PeerCanaries>(places.size());
  return NamePeerCanaries(places, spec.channels);
}

std::vector<KeptObject> KeptByAll(const std::vector<PeerCanaries>& peers,
                                  const std::vector<std::vector<LeftFile>>& left,
                                  const std::vector<Prepared>& sandboxes) {
  std::vector<KeptObject> all;
  for (const std::vector<LeftFile>& files : left) {
    std::ranges::move(KeptByLeft(files), std::back_inserter(all));
  }
  for (std::size_t i = 0; i < peers.size(); ++i) {
    if (peers[i].id.empty()) continue;
    std::ranges::move(KeptByPeer(peers[i], sandboxes[i].plan.promises), std::back_inserter(all));
  }
  return all;
}

}  // namespace

Result<Run> Collect(const Spec& spec, const CollectOptions& options) {
  return Collect(spec, options, [&](asio::io_context& context, std::vector<SessionOrder> orders) {
    return RunAll(context, spec, std::move(orders), options);
  });
}

Result<Run> Collect(const Spec& spec, const CollectOptions& options, const Conduct& conduct) {
  const auto start = std::chrono::steady_clock::now();
  // A decoy or launcher that dies under our hands is something to report, not to die of. Children
  // get the default back.
  std::signal(SIGPIPE, SIG_IGN);
  TRY(const bool is_room, ExpectManyDescriptors());
  static_cast<void>(is_room);
  std::vector<Prepared> sandboxes;
  TRY(const std::vector<const SandboxSpec*> selected, SelectSandboxes(spec, options));
  for (const SandboxSpec* sandbox : selected) {
    TRY(const bool is_there, RequireLauncher(*sandbox));
    static_cast<void>(is_there);
    TRY(Prepared prepared, Prepare(*sandbox));
    TRY(prepared.plan, PlanLaunch(prepared, options.agent_path, ""));
    sandboxes.push_back(std::move(prepared));
  }
  asio::io_context context(1);
  const std::size_t seats = std::max(options.seats, sandboxes.size());
  std::vector<PeerCanaries> peers = PeersFor(spec, sandboxes, options);
  std::vector<std::vector<LeftFile>> left;
  for (const Prepared& one : sandboxes) left.push_back(NameLeftFiles(*one.spec, one.plan));
  const WorldOrder wanted{.declared_sources = DeclaredSources(sandboxes),
                          .channel_directories = ChannelDirectories(spec, sandboxes),
                          .program_directories = ProgramDirectories(sandboxes),
                          .networks = NetworksFor(sandboxes, seats),
                          .others = KeptByAll(peers, left, sandboxes),
                          .batch_files = 2 * seats};
  TRY(const std::unique_ptr<World> world, World::Begin(wanted));
  // Those of the sandboxes that will be launched at once: they start while the world is made.
  std::vector<std::unique_ptr<Decoy>> decoys(sandboxes.size());
  for (std::size_t i = 0; i < std::min(sandboxes.size(), options.parallel); ++i) {
    TRY(decoys[i], Decoy::Begin(context.get_executor(), {.agent_path = options.agent_path}));
  }
  LauncherVersions versions(context.get_executor());
  static_cast<void>(Catalogue());  // made while others make the world
  Run run{.started_at = UtcNow(), .hostname = Hostname(), .fingerprint = TakeFingerprint()};
  run.config_file = spec.file;
  run.only = options.only;
  TRY(const bool is_made, world->Finish(context.get_executor(), wanted));
  static_cast<void>(is_made);
  TRY(const std::string agent, AgentForAll(options.agent_path, *world));
  std::vector<SessionOrder> orders;
  for (std::size_t i = 0; i < sandboxes.size(); ++i) {
    Prepared& one = sandboxes[i];
    const bool is_terminal = one.spec->stdio == StdioKind::kPty;
    const std::string batch = is_terminal ? world->BatchPath(2 * i) : "";
    const std::vector<std::string> version = VersionCommand(*one.driver, *one.spec);
    TRY(LaunchPlan piped, PlanLaunch(one, agent, ""));
    TRY(one.plan, PlanLaunch(one, agent, batch));
    orders.push_back({.spec = *one.spec,
                      .channels = spec.channels,
                      .driver = *one.driver,
                      .plan = one.plan,
                      .world = *world,
                      .agent_path = agent,
                      .decoy = std::move(decoys[i]),
                      .number = i,
                      .batch_path = batch,
                      .peer = std::move(peers[i]),
                      .left = std::move(left[i]),
                      .piped_argv = std::move(piped.argv),
                      .control_batch_path = is_terminal ? world->BatchPath(2 * i + 1) : "",
                      .only = options.only,
                      .exhaustion = options.exhaust ? Exhaustion::kApart : Exhaustion::kNotTried,
                      .today = run.started_at.substr(0, 10),
                      .begin_version = [&versions, version] { versions.Ask(version); },
                      .ask_version = [&versions, version] { return versions.Of(version); },
                      .before_probes = options.before_probes});
  }
  run.sandboxes = conduct(context, std::move(orders));
  world->LetGo();
  const bool is_empty = std::all_of(
      run.sandboxes.begin(), run.sandboxes.end(),
      [](const SandboxRun& one) { return one.results.empty() && one.launch_error.empty(); });
  if (is_empty) return BadInput("no property is selected, so nothing would be tested");
  for (SandboxRun& sandbox : run.sandboxes) sandbox.source_file = spec.file;
  run.duration = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - start);
  run.exit_code = ExitCode(run);
  // Here, so that every format and a later judge see the same.
  Redact(run);
  return run;
}

Result<std::string> FindAgentBinary() {
  if (const char* named = std::getenv("SANDPROOF_AGENT"); named != nullptr) {
    if (IsExecutable(named)) return std::string(named);
    return Internal(std::string("SANDPROOF_AGENT: ") + named + " is no executable file");
  }
  std::error_code error;
  const auto own = std::filesystem::read_symlink("/proc/self/exe", error);
  const auto directory = own.parent_path();
  for (const auto& candidate : {directory / "sandproof-agent",
                                directory.parent_path() / "libexec/sandproof/sandproof-agent",
                                directory.parent_path() / "bin/sandproof-agent"}) {
    if (IsExecutable(candidate.string())) return candidate.string();
  }
  return Internal("the agent (sandproof-agent) is not beside " + own.string() +
                  "; SANDPROOF_AGENT can name it");
}

}  // namespace sandproof
