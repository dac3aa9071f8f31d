#include "harness/collect/kept_data.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <optional>
#include <utility>

#include "harness/canary/decoy.h"
#include "harness/collect/agent_run.h"
#include "harness/collect/descriptors.h"
#include "harness/collect/host_facts.h"
#include "harness/collect/together.h"
#include "harness/process/detach.h"
#include "probes/wire/list.h"
#include "probes/wire/unique_fd.h"

namespace sandproof {

namespace asio = boost::asio;

namespace {

using Clock = AgentRun::Clock;

constexpr auto kTimeToEnd = std::chrono::seconds(5);

std::vector<KeptPlace> PlacesOf(const PeersOrder& order) {
  std::vector<KeptPlace> places;
  for (const PeerSeat& seat : order.seats) {
    places.push_back({.spec = seat.spec, .plan = seat.plan, .files = seat.left});
  }
  return places;
}

// Whoever shares the directory may have put anything there.
SeenOutside LookAt(const std::string& path) {
  SeenOutside seen;
  const UniqueFd fd(
      ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  struct stat status = {};
  if (!fd || ::fstat(fd.get(), &status) != 0) return {.error = errno};
  std::array<char, 64> buffer = {};
  const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
  seen.text.assign(buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
  seen.owner = status.st_uid;
  seen.mode = status.st_mode & 07777;
  return seen;
}

class KeptData {
 public:
  KeptData(asio::io_context& context, const PeersOrder& order,
           const std::vector<std::string>& silence)
      : context_(context),
        order_(order),
        checks_(KeptChecks(PlacesOf(order), order.only)),
        members_(order.seats.size()) {
    std::chrono::milliseconds limit = {};
    for (const PeerSeat& seat : order_.seats) limit = std::max(limit, seat.spec.limit);
    deadline_ = Clock::now() + limit;
    for (std::size_t at = 0; at < members_.size(); ++at) members_[at].silence = silence[at];
  }

  std::vector<std::vector<CheckResult>> Run() {
    Detach(context_, Work());
    context_.restart();
    context_.run();
    std::vector<std::vector<CheckResult>> results(members_.size());
    for (KeptCheck& one : checks_) {
      Backing backing = BackingOf(order_.seats[one.owner].plan.promises, one.check);
      results[one.owner].push_back({.check = std::move(one.check),
                                    .evidence = std::move(one.evidence),
                                    .promised_by = std::move(backing.promised_by),
                                    .upheld_by = std::move(backing.upheld_by)});
    }
    return results;
  }

 private:
  using Answers = std::vector<std::optional<Observation>>;

  // One sandbox, in its first launch and then in its second.
  struct Member {
    OpenDescriptors descriptors = {};
    std::unique_ptr<AgentRun> run = {};
    bool was_asked = false;
    std::string silence = {};                           // why it cannot be asked
    std::vector<std::optional<Observation>> left = {};  // of each of its files
  };

  asio::awaitable<void> Work() {
    co_await ForEach(members_.size(), [this](std::size_t at) { return Leave(at); });
    co_await ForEach(members_.size(), [this](std::size_t at) { return BeginAgain(at); });
    co_await ForEach(members_.size(),
                     [this](std::size_t at) { return ReadOwn(at, &Evidence::control_before); });
    co_await ForEach(members_.size(), [this](std::size_t at) { return ReadOthers(at); });
    co_await ForEach(members_.size(),
                     [this](std::size_t at) { return ReadOwn(at, &Evidence::control_after); });
    for (KeptCheck& one : checks_) Tell(one);
    co_await ForEach(members_.size(), [this](std::size_t at) { return End(members_[at]); });
    // What the second launch could not take back. The journal has it until the end of the run.
    for (const PeerSeat& seat : order_.seats) {
      for (const KeptObject& object : KeptByLeft(seat.left)) static_cast<void>(Remove(object));
    }
    // The listeners would keep the loop alive for ever.
    context_.stop();
  }

  // Why it does not run; empty: it does.
  asio::awaitable<std::string> Begin(Member& member, const PeerSeat& seat) {
    member.was_asked = false;
    co_return co_await LaunchSeat(context_.get_executor(), order_, seat, deadline_,
                                  member.descriptors, member.run);
  }

  asio::awaitable<Answers> Ask(Member& member, std::vector<Request> requests) {
    if (member.was_asked) member.run->Renew();
    member.was_asked = true;
    for (std::size_t i = 0; i < requests.size(); ++i) {
      requests[i].index = static_cast<std::uint32_t>(i);
    }
    const bool is_whole = co_await member.run->Ask(requests, std::nullopt, deadline_, true);
    if (!is_whole) member.silence = member.run->Silence(requests);
    Answers answers(requests.size());
    for (const auto& [index, answer] : member.run->answers().observations()) {
      if (index < answers.size()) answers[index] = answer;
    }
    co_return answers;
  }

  // The first launch, which ends by itself: what cleans up behind it shall do so.
  asio::awaitable<void> Leave(std::size_t at) {
    Member& member = members_[at];
    const PeerSeat& seat = order_.seats[at];
    member.left.resize(seat.left.size());
    if (!member.silence.empty() || !IsKeeper(at)) co_return;
    member.silence = co_await Begin(member, seat);
    if (member.silence.empty()) {
      std::vector<Request> requests;
      for (const LeftFile& file : seat.left) {
        Request request{.probe = "fs/leave_file"};
        request.params = {{"path", file.directory}, {"name", file.name}, {"nonce", file.nonce}};
        requests.push_back(std::move(request));
      }
      // Before it has workers, among which it could not be told.
      const std::optional<RunAs> identity = IdentityIn(member);
      member.left = co_await Ask(member, std::move(requests));
      if (identity) LookOutside(member, seat, identity->uid);
    }
    co_await End(member);
  }

  [[nodiscard]] bool IsKeeper(std::size_t at) const {
    return std::ranges::any_of(checks_, [&](const KeptCheck& one) { return one.keeper == at; });
  }

  [[nodiscard]] bool IsAsked(std::size_t at) const {
    return std::ranges::any_of(
        checks_, [&](const KeptCheck& one) { return one.keeper == at || one.owner == at; });
  }

  static std::optional<RunAs> IdentityIn(const Member& member) {
    const int guard = member.run->launch().guard_pid();
    const auto agent = FindAgent(guard, member.run->answers().agent_pid());
    return agent ? IdentityOf(ReadHostFacts(*agent, guard)) : std::nullopt;
  }

  static void LookOutside(Member& member, const PeerSeat& seat, unsigned owner) {
    for (std::size_t i = 0; i < seat.left.size(); ++i) {
      std::optional<Observation>& left = member.left[i];
      // Without the fact nothing is told.
      if (!left || left->outcome != Outcome::kReached) continue;
      const LeftFile& file = seat.left[i];
      const SeenOutside seen = LookAt(file.PathOutside());
      const bool is_told = seen.error == 0 || seen.error == ENOENT || seen.error == ENOTDIR;
      if (is_told) left->facts["wrong_outside"] = WrongOutside(file, seen, owner);
    }
  }

  asio::awaitable<void> BeginAgain(std::size_t at) {
    Member& member = members_[at];
    if (!member.silence.empty() || !IsAsked(at)) co_return;
    member.silence = co_await Begin(member, order_.seats[at]);
  }

  // Its own files: what it finds the first time is what outlived its launch; the second time it
  // takes them back.
  asio::awaitable<void> ReadOwn(std::size_t at, std::optional<Observation> Evidence::*slot) {
    Member& member = members_[at];
    const std::vector<LeftFile>& files = order_.seats[at].left;
    if (!member.silence.empty() || !member.run || !IsKeeper(at)) co_return;
    std::vector<Request> requests;
    for (const LeftFile& file : files) {
      Request request{.probe = "peer/read_left_file"};
      request.params = {{"paths", JoinList({file.PathInside()})}, {"nonce", file.nonce}};
      if (slot == &Evidence::control_after) request.params["remove"] = "yes";
      requests.push_back(std::move(request));
    }
    const Answers answers = co_await Ask(member, std::move(requests));
    for (KeptCheck& one : checks_) {
      if (one.keeper == at && one.file < answers.size()) one.evidence.*slot = answers[one.file];
    }
  }

  asio::awaitable<void> ReadOthers(std::size_t at) {
    Member& member = members_[at];
    std::vector<KeptCheck*> asked;
    std::vector<Request> requests;
    for (KeptCheck& one : checks_) {
      if (one.owner != at || !one.IsOfOther()) continue;
      asked.push_back(&one);
      requests.push_back(one.request);
    }
    if (!member.silence.empty() || !member.run || asked.empty()) co_return;
    const Answers answers = co_await Ask(member, std::move(requests));
    for (std::size_t i = 0; i < asked.size(); ++i) asked[i]->evidence.inside = answers[i];
  }

  void Tell(KeptCheck& one) const {
    const Member& keeper = members_[one.keeper];
    const std::optional<Observation>& left = keeper.left[one.file];
    one.evidence.silence = members_[one.owner].silence;
    if (one.check.property->id == "svc.log_written_outside") {
      one.evidence.inside = left;
      one.evidence.control_before = one.evidence.control_after = std::nullopt;
      return;
    }
    const bool is_left = left && left->outcome == Outcome::kReached;
    if (left && !is_left) {
      one.check.not_applicable =
          fmt::format("{} itself cannot write there: {}: {}", order_.seats[one.keeper].spec.name,
                      left->call, ErrnoName(left->error));
    }
    if (!is_left && one.evidence.silence.empty()) one.evidence.silence = keeper.silence;
    if (one.IsOfOther()) return;
    one.evidence.inside =
        is_left ? std::exchange(one.evidence.control_before, std::nullopt) : std::nullopt;
    one.evidence.control_after = std::nullopt;
  }

  static asio::awaitable<void> End(Member& member) {
    if (!member.run) co_return;
    const auto deadline = Clock::now() + kTimeToEnd;
    GuardedLaunch& launch = member.run->launch();
    launch.EndInput();
    static_cast<void>(co_await launch.WaitUntil([&] { return launch.is_over(); }, deadline));
    co_await launch.Finish(deadline);
    member.run.reset();
  }

  asio::io_context& context_;
  const PeersOrder& order_;
  std::vector<KeptCheck> checks_;
  std::vector<Member> members_;
  Clock::time_point deadline_ = {};
};

}  // namespace

bool HasKeptData(const PeersOrder& order) {
  return !KeptChecks(PlacesOf(order), order.only).empty();
}

std::vector<int> LaunchesForKeptData(const PeersOrder& order) {
  std::vector<int> launches(order.seats.size());
  for (const KeptCheck& one : KeptChecks(PlacesOf(order), order.only)) {
    launches[one.keeper] = 2;
    launches[one.owner] = std::max(launches[one.owner], 1);
  }
  return launches;
}

std::vector<std::vector<CheckResult>> AskKeptData(asio::io_context& context,
                                                  const PeersOrder& order,
                                                  const std::vector<std::string>& silence) {
  return KeptData(context, order, silence).Run();
}

}  // namespace sandproof
