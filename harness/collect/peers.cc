#include "harness/collect/peers.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "harness/canary/decoy.h"
#include "harness/collect/agent_run.h"
#include "harness/collect/descriptors.h"
#include "harness/collect/host_facts.h"
#include "harness/collect/peer_plan.h"
#include "harness/collect/together.h"
#include "harness/process/detach.h"
#include "suites/catalogue/catalogue.h"

namespace sandproof {

namespace asio = boost::asio;

namespace {

using Clock = AgentRun::Clock;

// How long what was planted may take to be taken back.
constexpr auto kTakingBack = std::chrono::seconds(3);

// A port of 127.0.0.1 that nobody here has, for TCP and UDP; held until it is let go.
//
// Why: the same number is asked for in every sandbox, and where one shares the network of whoever
// runs this, nobody else's service may stand there.
struct FreePort {
  UniqueFd tcp = {};
  UniqueFd udp = {};
  std::string number = {};
};

FreePort TakeFreePort() {
  for (int tries = 0; tries < 16; ++tries) {
    FreePort port;
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    socklen_t length = sizeof address;
    port.tcp.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    port.udp.reset(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (::bind(port.tcp.get(), any, length) != 0 ||
        ::getsockname(port.tcp.get(), any, &length) != 0) {
      continue;
    }
    if (::bind(port.udp.get(), any, length) != 0) continue;
    port.number = std::to_string(ntohs(address.sin_port));
    return port;
  }
  return {};
}

// An agent that takes one batch after another.
struct Asked {
  std::unique_ptr<AgentRun> run = {};
  bool was_asked = false;
};

using Slot = std::optional<Observation> Evidence::*;

struct Put {
  PeerQuestion* question = nullptr;
  const Request* request = nullptr;
};

asio::awaitable<void> Ask(Asked& agent, std::vector<Put> puts, Slot slot,
                          Clock::time_point deadline) {
  if (puts.empty() || !agent.run) co_return;
  if (agent.was_asked) agent.run->Renew();
  agent.was_asked = true;
  std::vector<Request> requests;
  for (const Put& put : puts) {
    requests.push_back(*put.request);
    requests.back().index = static_cast<std::uint32_t>(requests.size() - 1);
  }
  const bool is_answered = co_await agent.run->Ask(requests, std::nullopt, deadline, true);
  for (std::size_t i = 0; i < puts.size(); ++i) {
    const auto found = agent.run->answers().observations().find(static_cast<std::uint32_t>(i));
    Evidence& evidence = puts[i].question->evidence;
    if (found != agent.run->answers().observations().end()) {
      evidence.*slot = found->second;
    } else if (!is_answered && slot == &Evidence::inside) {
      evidence.silence = agent.run->Silence(requests);
    }
  }
}

class Peers {
 public:
  Peers(asio::io_context& context, const PeersOrder& order)
      : context_(context), order_(order), members_(order_.seats.size()) {
    std::chrono::milliseconds limit = {};
    for (const PeerSeat& seat : order_.seats) limit = std::max(limit, seat.spec.limit);
    deadline_ = Clock::now() + limit;
  }

  std::vector<std::vector<CheckResult>> Run() {
    Detach(context_, Work());
    context_.restart();
    context_.run();
    std::vector<std::vector<CheckResult>> results(members_.size());
    for (PeerQuestion& question : questions_) {
      results[question.asker].push_back(
          {.check = std::move(question.check), .evidence = std::move(question.evidence)});
    }
    return results;
  }

 private:
  struct Member {
    OpenDescriptors descriptors = {};
    Asked agent = {};
    FreePort port = {};
    Planted planted = {};
    std::string silence = {};  // why it cannot be asked
  };

  asio::awaitable<void> Work() {
    co_await ForEach(members_.size(), [this](std::size_t at) { return Plant(at); });
    MakeQuestions();
    BeginOutside();
    co_await RunControls(&Evidence::control_before);
    if (order_.before_probes) order_.before_probes(Planters());
    co_await ForEach(members_.size(), [this](std::size_t at) { return AskInside(at); });
    co_await RunControls(&Evidence::control_after);
    CompareCredentials();
    co_await ForEach(members_.size(), [this](std::size_t at) { return Finish(at); });
    if (outside_.run) co_await outside_.run->launch().Finish(Clock::now() + kTakingBack);
    // The listeners would keep the loop alive for ever.
    context_.stop();
  }

  // Launches the agent in a sandbox and lets it plant.
  asio::awaitable<void> Plant(std::size_t at) {
    Member& member = members_[at];
    const PeerSeat& seat = order_.seats[at];
    member.silence = co_await LaunchSeat(context_.get_executor(), order_, seat, deadline_,
                                         member.descriptors, member.agent.run);
    if (member.silence.empty()) {
      co_await PlantIn(member, seat);
    } else {
      member.planted.silence = fmt::format("{} did not start, so nothing was planted in it: {}",
                                           seat.spec.name, member.silence);
    }
  }

  asio::awaitable<void> PlantIn(Member& member, const PeerSeat& seat) {
    Request request{.probe = "peer/plant", .limit = std::chrono::seconds(5)};
    request.params = seat.canaries.PlantParams();
    member.port = TakeFreePort();
    member.planted.port = request.params["port"] = member.port.number;
    // Let go only now, all at once, so that no two sandboxes have the same.
    member.port.tcp.reset();
    member.port.udp.reset();
    member.agent.was_asked = true;
    AgentRun& run = *member.agent.run;
    const std::vector<Request> requests(1, request);
    static_cast<void>(co_await run.Ask(requests, std::nullopt, deadline_, true));
    const auto found = run.answers().observations().find(0);
    if (found == run.answers().observations().end()) {
      member.planted.silence =
          fmt::format("nothing was planted in {}: {}", seat.spec.name, run.Silence(requests));
      co_return;
    }
    member.planted.answer = found->second;
    const std::string* const pid = found->second.Fact("pid");
    if (found->second.outcome != Outcome::kReached || pid == nullptr) {
      member.planted.silence = fmt::format("nothing was planted in {}: {}: {}", seat.spec.name,
                                           found->second.call, ErrnoName(found->second.error));
      co_return;
    }
    // It is there: it has said its number.
    constexpr std::chrono::milliseconds kPatience(500);
    member.planted.pid =
        FindAgent(run.launch().guard_pid(), std::atoi(pid->c_str()), kPatience).value_or(0);
  }

  void MakeQuestions() {
    for (std::size_t asker = 0; asker < members_.size(); ++asker) {
      for (std::size_t peer = 0; peer < members_.size(); ++peer) {
        if (asker == peer) continue;
        for (PeerQuestion& question : AskAboutPeer({.asker = order_.seats[asker].spec,
                                      .peer = order_.seats[peer].spec,
                                      .channels = order_.channels,
                                      .canaries = order_.seats[peer].canaries,
                                      .planted = &members_[peer].planted,
                                      .only = order_.only})) {
          question.asker = asker;
          question.peer = peer;
          if (question.evidence.silence.empty()) {
            question.evidence.silence = members_[asker].silence;
          }
          questions_.push_back(std::move(question));
        }
      }
    }
  }

  // The controls that are to be run outside share one agent, as whoever starts the launchers.
  void BeginOutside() {
    const bool is_needed = std::ranges::any_of(questions_, [](const PeerQuestion& question) {
      return question.control && !question.IsControlledByPeer();
    });
    if (!is_needed) return;
    LaunchOrder order{.agent_path = order_.agent_path,
                      .argv = {order_.agent_path, "--again"},
                      .env = OwnEnvironment(),
                      .cwd = "/"};
    auto run = AgentRun::Begin(context_.get_executor(), order, RandomHex(16), "");
    if (run) outside_.run = *std::move(run);
  }

  asio::awaitable<void> RunControls(Slot slot) {
    if (outside_.run) static_cast<void>(co_await outside_.run->Ready(deadline_));
    std::vector<asio::awaitable<void>> works;
    for (std::size_t at = 0; at < members_.size(); ++at) {
      works.push_back(Ask(members_[at].agent, ControlsOf(at, slot), slot, deadline_));
    }
    works.push_back(Ask(outside_, ControlsOf(std::nullopt, slot), slot, deadline_));
    co_await All(std::move(works));
  }

  // What the agent in the sandbox `at`, or the one outside, is asked as a control.
  std::vector<Put> ControlsOf(std::optional<std::size_t> at, Slot slot) {
    std::vector<Put> puts;
    for (PeerQuestion& question : questions_) {
      const bool is_theirs = at ? question.IsControlledByPeer() && question.peer == *at
                                : !question.IsControlledByPeer();
      // A reach is a reach, whatever the second control says, and a fact is compared with the
      // first.
      const bool is_settled =
          slot == &Evidence::control_after &&
          (question.check.property->fact ||
           (question.evidence.inside && question.evidence.inside->outcome == Outcome::kReached));
      if (!question.control || !is_theirs || is_settled) continue;
      puts.push_back({.question = &question, .request = &*question.control});
    }
    return puts;
  }

  asio::awaitable<void> AskInside(std::size_t at) {
    std::vector<Put> puts;
    for (PeerQuestion& question : questions_) {
      if (question.asker != at || !question.inside) continue;
      puts.push_back({.question = &question, .request = &*question.inside});
    }
    return Ask(members_[at].agent, std::move(puts), &Evidence::inside, deadline_);
  }

  std::vector<int> Planters() const {
    std::vector<int> pids;
    for (const Member& member : members_) pids.push_back(member.planted.pid);
    return pids;
  }

  // What a server sees of a client by which it could tell it from another.
  static std::optional<std::string> Seen(const std::optional<Observation>& observation) {
    if (!observation || observation->outcome != Outcome::kReached) return std::nullopt;
    const std::string* const uid = observation->Fact("uid");
    const std::string* const gid = observation->Fact("gid");
    if (uid == nullptr || gid == nullptr) return std::nullopt;
    return *uid + ':' + *gid;
  }

  // Whom else the server could take the asker for: itself, or another client.
  //
  // Why: a pid that it can name tells clients apart; 0 stands for every one that it cannot.
  void CompareCredentials() {
    for (PeerQuestion& question : questions_) {
      const auto& fact = question.check.property->fact;
      if (!fact || fact->fact != "same_as") continue;
      if (question.evidence.control_before) {
        question.evidence.control_before->facts["same_as"] = {};
      }
      const std::optional<std::string> own = Seen(question.evidence.inside);
      if (!own) continue;
      std::vector<std::string>& same = question.evidence.inside->facts["same_as"];
      const std::string* const pid = question.evidence.inside->Fact("pid");
      if (pid != nullptr && *pid != "0") continue;
      if (Seen(question.evidence.control_before) == own) same.push_back(NameOf(question.peer));
      for (const PeerQuestion& other : questions_) {
        const bool is_rival = other.check.property == question.check.property &&
                              other.peer == question.peer && other.asker != question.asker;
        if (is_rival && Seen(other.evidence.inside) == own) same.push_back(NameOf(other.asker));
      }
    }
  }

  const std::string& NameOf(std::size_t at) const { return order_.seats[at].spec.name; }

  asio::awaitable<void> Finish(std::size_t at) {
    AgentRun* const run = members_[at].agent.run.get();
    if (run == nullptr) co_return;
    const auto deadline = Clock::now() + kTakingBack;
    run->EndInput();
    static_cast<void>(
        co_await run->launch().WaitUntil([run] { return run->launch().is_over(); }, deadline));
    co_await run->launch().Finish(deadline);
  }

  asio::io_context& context_;
  const PeersOrder& order_;
  std::vector<Member> members_;
  std::vector<PeerQuestion> questions_ = {};
  Asked outside_ = {};
  Clock::time_point deadline_ = {};
};

}  // namespace

bool HasPeers(std::size_t sandboxes, const std::vector<std::string>& only) {
  if (sandboxes < 2) return false;
  return std::ranges::any_of(PeerProperties(), [&](const Property& property) {
    const std::string id(property.id);
    return IsSelected(id, only) || std::ranges::any_of(only, [&](const std::string& pattern) {
             return pattern.starts_with(id + '[');
           });
  });
}

int NetworkOf(const PeersOrder& order) {
  const Networks& networks = order.world.networks();
  const bool is_arena = networks.HasArena() && !networks.IsArenaApart() &&
                        std::ranges::all_of(order.seats, [](const PeerSeat& seat) {
                          return seat.spec.net.is_from_arena;
                        });
  return is_arena ? networks.LauncherSeat(Networks::Place::kArena, 0).net_ns : -1;
}

LaunchOrder SeatOrder(const PeersOrder& order, const PeerSeat& seat) {
  LaunchOrder launch{.agent_path = order.agent_path, .argv = seat.argv};
  launch.env = EnvironmentOf(seat.spec.env);
  launch.cwd = seat.spec.cwd;
  launch.net_ns = NetworkOf(order);
  return launch;
}

asio::awaitable<std::string> LaunchSeat(asio::any_io_executor executor, const PeersOrder& order,
                                        const PeerSeat& seat, AgentRun::Clock::time_point deadline,
                                        OpenDescriptors& descriptors,
                                        std::unique_ptr<AgentRun>& run) {
  auto opened = OpenAll(seat.plan.fds);
  if (!opened) co_return opened.error().message;
  descriptors = *std::move(opened);
  LaunchOrder launch = SeatOrder(order, seat);
  launch.fds = descriptors.fds;
  auto begun = AgentRun::Begin(executor, launch, RandomHex(16), "");
  if (!begun) co_return begun.error().message;
  run = *std::move(begun);
  const bool is_ready = co_await run->Ready(deadline);
  co_return is_ready ? "" : run->Silence(std::vector<Request>());
}

LaunchOrder SystemOrder(const PeersOrder& order) {
  const SupervisorSpec& spec = *order.supervisor;
  LaunchOrder launch{.agent_path = order.agent_path, .argv = spec.launch};
  std::map<std::string, std::string> env = *spec.channel_env;
  if (spec.env) {
    env.insert(spec.env->begin(), spec.env->end());
  } else {
    for (const std::string& entry : OwnEnvironment()) {
      const std::size_t equals = entry.find('=');
      if (equals == std::string::npos) continue;
      env.try_emplace(entry.substr(0, equals), entry.substr(equals + 1));
    }
  }
  for (const auto& [name, value] : env) launch.env.push_back(name + '=' + value);
  launch.cwd = spec.cwd;
  launch.net_ns = NetworkOf(order);
  return launch;
}

std::vector<std::vector<CheckResult>> AskPeers(asio::io_context& context, const PeersOrder& order) {
  return Peers(context, order).Run();
}

}  // namespace sandproof
