#include "harness/collect/services.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "harness/canary/decoy.h"
#include "harness/collect/agent_run.h"
#include "harness/collect/descriptors.h"
#include "harness/collect/questions.h"
#include "harness/collect/service_facts.h"
#include "harness/collect/service_plan.h"
#include "harness/collect/together.h"
#include "harness/process/detach.h"

namespace sandproof {

namespace asio = boost::asio;

namespace {

using Clock = AgentRun::Clock;

// How long a service may take until it answers.
constexpr std::chrono::milliseconds kReadyLimit(10'000);
constexpr std::chrono::milliseconds kLookAgain(100);  // whether it still runs
constexpr auto kEndLimit = std::chrono::seconds(5);

std::vector<std::string> LaunchLine(const SandboxSpec& spec) {
  std::vector<std::string> argv;
  for (const std::string& word : spec.launch) {
    if (word == "{payload}") {
      argv.insert(argv.end(), spec.payload.begin(), spec.payload.end());
    } else {
      argv.push_back(word);
    }
  }
  return argv;
}

class Services {
 public:
  Services(asio::io_context& context, const PeersOrder& order)
      : context_(context),
        order_(order),
        servers_(order.seats.size()),
        agents_(order.seats.size()) {
    for (const PeerSeat& seat : order.seats) specs_.push_back(&seat.spec);
    channels_ = ServiceChannels(specs_, order.channels);
    checks_ = ServiceChecks(specs_, channels_, order.only);
    for (std::size_t i = 0; i < channels_.size(); ++i) nonces_.push_back(RandomHex(8));
  }

  std::vector<std::vector<CheckResult>> Run() {
    std::vector<std::vector<CheckResult>> results(order_.seats.size());
    if (checks_.empty()) return results;
    Detach(context_, Work());
    context_.restart();
    context_.run();
    for (ServiceCheck& one : checks_) {
      results[one.owner].push_back(
          {.check = std::move(one.check), .evidence = std::move(one.evidence)});
    }
    return results;
  }

 private:
  struct Server {
    OpenDescriptors descriptors = {};
    std::unique_ptr<GuardedLaunch> launch = {};
    Clock::time_point ready_by = {};  // however many channels lead to it
    std::string error = {};
  };
  struct Agent {
    OpenDescriptors descriptors = {};
    std::unique_ptr<AgentRun> run = {};
    bool was_asked = false;
    std::string silence = {};
  };

  asio::awaitable<void> Work() {
    // Each may take its time, one after the other, and once more over its leftover.
    deadline_ = Clock::now() + (2 * servers_.size() + 2) * kReadyLimit;
    co_await BeginAgents();
    for (std::size_t at = 0; at < channels_.size(); ++at) co_await LookForOthers(at);
    // Those behind sockets first: others may ask them when they start.
    co_await StartAndAsk(true);
    co_await StartAndAsk(false);
    for (ServiceCheck& one : checks_) co_await AskTwin(one);
    for (ServiceCheck& one : checks_) Tell(one);
    for (ServiceCheck& one : checks_) co_await StartOverLeftover(one);
    co_await Finish();
    context_.stop();
  }

  asio::awaitable<void> StartAndAsk(bool by_socket) {
    for (std::size_t at = 0; at < channels_.size(); ++at) {
      if (channels_[at].channel->unix_path.empty() == by_socket) continue;
      StartServer(channels_[at].to);
      answers_[at] = co_await AskWhenReady(at);
    }
  }

  [[nodiscard]] int NetworkForAll() const { return NetworkOf(order_); }

  LaunchOrder OrderFor(std::size_t at, std::vector<std::string> argv,
                       const OpenDescriptors& descriptors) const {
    LaunchOrder order = SeatOrder(order_, order_.seats[at]);
    order.argv = std::move(argv);
    order.fds = descriptors.fds;
    return order;
  }

  // Not in a coroutine: GCC 12 cannot make its list there.
  LaunchOrder OrderOutside() const {
    LaunchOrder outside{.agent_path = order_.agent_path};
    outside.argv = {order_.agent_path, "--again"};
    outside.env = OwnEnvironment();
    outside.cwd = "/";
    outside.net_ns = NetworkForAll();
    return outside;
  }

  // One in each sandbox, and one outside in the same network.
  asio::awaitable<void> BeginAgents() {
    std::vector<asio::awaitable<void>> works;
    for (std::size_t at = 0; at < agents_.size(); ++at) works.push_back(BeginAgent(at));
    auto run = AgentRun::Begin(context_.get_executor(), OrderOutside(), RandomHex(16), "");
    if (run) outside_.run = *std::move(run);
    co_await All(std::move(works));
    if (outside_.run) static_cast<void>(co_await outside_.run->Ready(deadline_));
  }

  asio::awaitable<void> BeginAgent(std::size_t at) {
    Agent& agent = agents_[at];
    auto opened = OpenAll(order_.seats[at].plan.fds);
    if (!opened) {
      agent.silence = opened.error().message;
      co_return;
    }
    agent.descriptors = *std::move(opened);
    auto run =
        AgentRun::Begin(context_.get_executor(),
                        OrderFor(at, order_.seats[at].argv, agent.descriptors), RandomHex(16), "");
    if (!run) {
      agent.silence = run.error().message;
      co_return;
    }
    agent.run = *std::move(run);
    const bool is_ready = co_await agent.run->Ready(deadline_);
    if (!is_ready) agent.silence = agent.run->Silence(std::vector<Request>());
  }

  // The one that starts all of them, or its own.
  [[nodiscard]] Server& ServerOf(std::size_t at) {
    return order_.supervisor == nullptr ? servers_[at] : system_;
  }
  [[nodiscard]] const Server& ServerOf(std::size_t at) const {
    return order_.supervisor == nullptr ? servers_[at] : system_;
  }

  void StartServer(std::size_t at) {
    Server& server = ServerOf(at);
    if (server.launch) return;
    if (order_.supervisor != nullptr) return Start(server, SystemOrder(order_));
    auto opened = OpenAll(order_.seats[at].plan.fds);
    if (!opened) {
      server.error = opened.error().message;
      return;
    }
    server.descriptors = *std::move(opened);
    Start(server, OrderFor(at, LaunchLine(*specs_[at]), server.descriptors));
  }

  void Start(Server& server, const LaunchOrder& order) {
    auto launch = GuardedLaunch::Begin(context_.get_executor(), order,
                                       [](std::string_view) { return false; });
    if (!launch) {
      server.error = launch.error().message;
      return;
    }
    server.launch = *std::move(launch);
    server.ready_by = Clock::now() + kReadyLimit;
  }

  // The socket of a channel on the host; empty where no launch line shows it.
  [[nodiscard]] std::string HostSocket(std::size_t at) const {
    const ServiceChannel& one = channels_[at];
    if (one.channel->unix_path.empty()) return {};
    const std::size_t seen_by = one.from.value_or(one.to);
    const Promises& promises = order_.seats[seen_by].plan.promises;
    if (promises.paths.empty()) return one.channel->unix_path;
    return HostPath(promises, one.channel->unix_path);
  }

  Request RequestFor(std::size_t at, std::chrono::milliseconds wait) const {
    const ChannelSpec& channel = *channels_[at].channel;
    Request request{.probe = "peer/round_trip", .limit = kReadyLimit + kEndLimit};
    request.params["request"] = WithNonce(channel.call->request, nonces_[at]);
    request.params["wait_ready_ms"] = std::to_string(wait.count());
    if (channel.unix_path.empty()) {
      request.params["host"] = channel.host;
      request.params["port"] = channel.port;
    } else {
      request.params["path"] = channel.unix_path;
    }
    return request;
  }

  // Asks by one agent, and holds the answer against what is declared.
  asio::awaitable<std::optional<Observation>> Put(Agent& agent, std::size_t at, Request request) {
    if (!agent.run) co_return std::nullopt;
    if (agent.was_asked) agent.run->Renew();
    agent.was_asked = true;
    const std::vector<Request> requests(1, request);
    static_cast<void>(co_await agent.run->Ask(requests, std::nullopt, deadline_, true));
    const auto found = agent.run->answers().observations().find(0);
    if (found == agent.run->answers().observations().end()) {
      agent.silence = agent.run->Silence(requests);
      co_return std::nullopt;
    }
    Observation answer = found->second;
    const std::string* const text = answer.Fact("answer");
    const bool is_reach = answer.outcome == Outcome::kReached && text != nullptr;
    const std::string wrong =
        is_reach ? Mismatch(*channels_[at].channel->call, nonces_[at], *text) : "";
    if (!wrong.empty()) {
      answer.outcome = Outcome::kDenied;
      answer.error = EBADMSG;
      answer.call += ": " + wrong;
    }
    answer.facts.clear();  // what a service says is nobody's business
    co_return answer;
  }

  asio::awaitable<std::optional<Observation>> AskWhenReady(std::size_t at) {
    const Server& server = ServerOf(channels_[at].to);
    for (;;) {
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(server.ready_by - Clock::now());
      // Asked once more after its end: it may have left somebody in the background.
      const bool is_last = left <= kLookAgain || !server.launch || server.launch->is_over();
      const auto wait = std::clamp(left, std::chrono::milliseconds(0), kLookAgain);
      std::optional<Observation> answer = co_await Ask(at, wait);
      const bool is_answer =
          !answer || answer->outcome == Outcome::kReached || answer->error == EBADMSG;
      if (is_last || is_answer) co_return answer;
    }
  }

  // By whoever the channel comes from.
  asio::awaitable<std::optional<Observation>> Ask(std::size_t at, std::chrono::milliseconds wait) {
    const std::optional<std::size_t> from = channels_[at].from;
    Agent& agent = from ? agents_[*from] : outside_;
    std::optional<Observation> answer = co_await Put(agent, at, RequestFor(at, wait));
    if (answer && answer->outcome != Outcome::kReached) {
      answer->call += HowItIs(ServerOf(channels_[at].to));
    }
    co_return answer;
  }

  // What became of a service that does not answer.
  static std::string HowItIs(const Server& server) {
    if (!server.error.empty()) return "; the service did not start: " + server.error;
    if (!server.launch) return {};
    std::string text;
    if (const auto status = server.launch->end().wait_status) {
      text = WIFEXITED(*status)
                 ? fmt::format("; the service exited with {}", WEXITSTATUS(*status))
                 : fmt::format("; the service died of {}", SignalName(WTERMSIG(*status)));
    }
    std::string said = server.launch->stderr_tail();
    while (said.ends_with('\n')) said.pop_back();
    const std::size_t line = said.rfind('\n');
    if (line != std::string::npos) said.erase(0, line + 1);
    return said.empty() ? text : text + "; its last words: " + said;
  }

  // Whoever answers before the service was started would answer for it.
  asio::awaitable<void> LookForOthers(std::size_t at) {
    Request request = RequestFor(at, std::chrono::milliseconds(0));
    const std::string host = HostSocket(at);
    if (!channels_[at].channel->unix_path.empty()) {
      if (host.empty()) co_return;
      request.params["path"] = host;
    }
    const std::optional<Observation> answer = co_await Put(outside_, at, std::move(request));
    const bool is_there =
        answer && (answer->outcome == Outcome::kReached || answer->error == EBADMSG);
    if (is_there) taken_[at] = "somebody else answers there already: " + answer->call;
  }

  asio::awaitable<void> AskTwin(ServiceCheck& one) {
    if (one.check.property->id != "svc.channel_closed_to_others") co_return;
    const std::size_t at = one.channel;
    one.evidence.silence = Silence(at, agents_[one.owner]);
    one.evidence.control_before = answers_[at];
    one.evidence.inside =
        co_await Put(agents_[one.owner], at, RequestFor(at, std::chrono::milliseconds(0)));
    if (one.evidence.inside && one.evidence.inside->outcome == Outcome::kReached) co_return;
    one.evidence.control_after = co_await Ask(at, std::chrono::milliseconds(0));
  }

  [[nodiscard]] std::string Silence(std::size_t at, const Agent& agent) const {
    const auto taken = taken_.find(at);
    return taken != taken_.end() ? taken->second : agent.silence;
  }

  // What is known without asking anybody again.
  void Tell(ServiceCheck& one) {
    const std::string_view id = one.check.property->id;
    const std::size_t at = one.channel;
    Evidence& evidence = one.evidence;
    const bool is_answer = id == "svc.round_trip" || id == "svc.http_reachable_from_host";
    if (!is_answer && one.check.property->probe != "host/service") return;
    evidence.silence = Silence(at, channels_[at].from ? agents_[*channels_[at].from] : outside_);
    if (taken_.contains(at)) return;
    if (is_answer) evidence.inside = answers_[at];
    if (id == "svc.http_bound_address") TellAddress(at, evidence);
    if (id == "svc.socket_mode") TellMode(at, evidence);
  }

  void TellAddress(std::size_t at, Evidence& evidence) const {
    const ChannelSpec& channel = *channels_[at].channel;
    const auto& launch = ServerOf(channels_[at].to).launch;
    evidence.inside = ObserveBoundAddress(channel, launch ? launch->guard_pid() : 0);
    if (evidence.inside || !evidence.silence.empty()) return;
    evidence.silence = fmt::format("nobody listens on port {} in the sandbox", channel.port);
  }

  void TellMode(std::size_t at, Evidence& evidence) const {
    const std::string path = HostSocket(at);
    evidence.inside = ObserveSocketMode(path);
    if (evidence.inside || !evidence.silence.empty()) return;
    const ServiceChannel& one = channels_[at];
    evidence.silence =
        path.empty() ? NoPlace(specs_[one.from.value_or(one.to)]->name, one.channel->unix_path)
                     : "there is no socket at " + path;
  }

  // Kills the service and starts it again over what it has left.
  asio::awaitable<void> StartOverLeftover(ServiceCheck& one) {
    if (one.check.property->id != "svc.socket_stale_cleanup") co_return;
    const std::size_t at = one.channel;
    Agent& agent = channels_[at].from ? agents_[*channels_[at].from] : outside_;
    one.evidence.silence = Silence(at, agent);
    Server& server = ServerOf(channels_[at].to);
    if (!server.launch || taken_.contains(at)) co_return;
    if (!answers_[at] || answers_[at]->outcome != Outcome::kReached) {
      one.evidence.silence = "over this channel it did not serve in the first place";
      co_return;
    }
    co_await server.launch->Finish(Clock::now() + kEndLimit);
    struct stat status = {};
    if (::lstat(HostSocket(at).c_str(), &status) != 0) {
      one.check.not_applicable = "killed, it leaves no socket behind";
      co_return;
    }
    server = Server();
    StartServer(channels_[at].to);
    one.evidence.inside = co_await AskWhenReady(at);
  }

  asio::awaitable<void> Finish() {
    const auto deadline = Clock::now() + kEndLimit;
    for (Agent& agent : agents_) {
      if (agent.run) co_await agent.run->launch().Finish(deadline);
    }
    if (outside_.run) co_await outside_.run->launch().Finish(deadline);
    if (system_.launch) co_await system_.launch->Finish(deadline);
    for (Server& server : servers_) {
      if (server.launch) co_await server.launch->Finish(deadline);
    }
  }

  asio::io_context& context_;
  const PeersOrder& order_;
  std::vector<const SandboxSpec*> specs_ = {};
  std::vector<ServiceChannel> channels_ = {};
  std::vector<ServiceCheck> checks_ = {};
  std::vector<std::string> nonces_ = {};
  std::vector<Server> servers_;
  Server system_ = {};  // in place of all of them
  std::vector<Agent> agents_;
  Agent outside_ = {};
  std::map<std::size_t, std::optional<Observation>> answers_ = {};  // by channel
  std::map<std::size_t, std::string> taken_ = {};
  Clock::time_point deadline_ = {};
};

}  // namespace

std::vector<std::vector<CheckResult>> AskServices(asio::io_context& context,
                                                  const PeersOrder& order) {
  return Services(context, order).Run();
}

}  // namespace sandproof
