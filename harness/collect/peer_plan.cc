#include "harness/collect/peer_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <map>
#include <utility>

#include "harness/collect/questions.h"
#include "suites/catalogue/catalogue.h"

namespace sandproof {

namespace {

bool IsAboutPeers(const Property& property) {
  return property.subject == SubjectKind::kPeer || property.subject == SubjectKind::kServer ||
         property.subject == SubjectKind::kChannel;
}

// How a step of the planter failed: what its owner may not do it needs not be guarded from.
struct Failure {
  std::string text = {};
  bool is_refusal = false;
};

bool IsRefusal(int error) {
  switch (error) {
    case EPERM:
    case EACCES:
    case ENOSYS:
    case EROFS:
    case ENOENT:
    case ENOTDIR:
    case EAFNOSUPPORT:
    case EADDRNOTAVAIL:
      return true;
    default:
      return false;
  }
}

std::optional<int> WholeNumber(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// "NAME ERRNO" and "NAME signal NUMBER", as the agent says them; anything else is passed over.
std::map<std::string, Failure> FailuresOf(const Observation& answer) {
  std::map<std::string, Failure> failures;
  const auto found = answer.facts.find("failed");
  if (found == answer.facts.end()) return failures;
  for (const std::string& entry : found->second) {
    const std::size_t last = entry.rfind(' ');
    if (last == std::string::npos) continue;
    const std::optional<int> number = WholeNumber(std::string_view(entry).substr(last + 1));
    if (!number) continue;
    std::string name = entry.substr(0, last);
    constexpr std::string_view kSignal = " signal";
    if (name.ends_with(kSignal)) {
      name.resize(name.size() - kSignal.size());
      failures[name] = {.text = "killed by " + SignalName(*number), .is_refusal = true};
    } else {
      failures[name] = {.text = ErrnoName(*number), .is_refusal = IsRefusal(*number)};
    }
  }
  return failures;
}

// A number that the agent said; empty where it said none.
std::string FactNumber(const Observation& answer, std::string_view name) {
  const std::string* const text = answer.Fact(name);
  return text != nullptr && WholeNumber(*text) ? *text : "";
}

// Puts the canaries of one peer together.
class Canaries {
 public:
  explicit Canaries(const PeerPair& pair)
      : pair_(pair), door_(pair.canaries.DoorFor(pair.asker.name)) {
    if (pair.planted != nullptr && pair.planted->answer) {
      failures_ = FailuresOf(*pair.planted->answer);
    }
  }

  void Add(PlanInput& input) {
    const PeerCanaries& names = pair_.canaries;
    const Params nonce = {{"nonce", names.nonce}};
    const std::string port = pair_.planted == nullptr ? "" : pair_.planted->port;
    const Params address = {{"host", "127.0.0.1"}, {"port", port}, {"nonce", names.nonce}};
    Put(input, Canary::kPeerProcess, "",
        {{"pid", std::to_string(pair_.planted == nullptr ? 0 : pair_.planted->pid)},
         {"token", names.Token()}});
    Put(input, Canary::kPeerStream, "stream", {{"name", names.Stream()}, {"nonce", names.nonce}});
    Put(input, Canary::kPeerDgram, "dgram", {{"name", names.Dgram()}, {"nonce", names.nonce}});
    Put(input, Canary::kPeerTcp, "tcp", address);
    Put(input, Canary::kPeerUdp, "udp", address);
    Put(input, Canary::kPeerSegment, "segment",
        {{"id", Fact("segment_id")}, {"size", names.segment_size}, {"nonce", names.nonce}});
    Put(input, Canary::kPeerQueue, "queue", {{"name", names.Queue()}});
    Put(input, Canary::kPeerTmpFile, "tmp", {{"path", names.TmpFile()}, {"nonce", names.nonce}});
    Put(input, Canary::kPeerShmFile, "shm", {{"path", names.ShmFile()}, {"nonce", names.nonce}});
    Put(input, Canary::kPeerKey, "key", {{"serial", Fact("key")}, {"nonce", names.nonce}});
    AddSockets(input);
  }

  // Why a canary is not there, through no decision of the peer's sandbox; empty: it is.
  [[nodiscard]] std::string Lost(Canary canary) const {
    const auto found = lost_.find(canary);
    return found == lost_.end() ? "" : found->second;
  }

  // The socket by which the pair talks, if it is one at a path.
  [[nodiscard]] const PeerDoor* door() const { return is_door_open_ ? door_ : nullptr; }

 private:
  [[nodiscard]] std::string Fact(std::string_view name) const {
    const bool is_answered = pair_.planted != nullptr && pair_.planted->answer.has_value();
    return is_answered ? FactNumber(*pair_.planted->answer, name) : "";
  }

  void Put(PlanInput& input, Canary canary, const std::string& step, Params params) {
    const auto failure = failures_.find(step);
    if (failure == failures_.end()) {
      input.canaries[canary] = std::move(params);
      return;
    }
    if (failure->second.is_refusal) {
      input.missing[canary] =
          fmt::format("{} itself cannot make one: {}", pair_.peer.name, failure->second.text);
      return;
    }
    input.canaries[canary] = {};
    lost_[canary] =
        fmt::format("none could be planted in {}: {}", pair_.peer.name, failure->second.text);
  }

  void AddSockets(PlanInput& input) {
    const PeerCanaries& names = pair_.canaries;
    Params socket = {{"nonce", names.nonce}, {"fd_nonce", names.fd_nonce}};
    const std::string step = door_ == nullptr ? "" : "socket:" + door_->server.socket;
    is_door_open_ = door_ != nullptr && !failures_.contains(step);
    if (is_door_open_) {
      socket["path"] = door_->client.socket;
    } else {
      socket["name"] = names.Stream();
    }
    Put(input, Canary::kPeerSocket, is_door_open_ ? step : "stream", std::move(socket));
    if (door_ == nullptr) return;
    Put(input, Canary::kPeerService, step,
        {{"path", door_->client.socket},
         {"nonce", names.nonce},
         {"peer_fd", Fact("descriptor")},
         {"peer_nonce", names.fd_nonce},
         {"peer_root", Fact("root")}});
    Put(input, Canary::kPeerEntry, "socket:" + door_->server.entry, {});
  }

  const PeerPair& pair_;
  const PeerDoor* door_;
  bool is_door_open_ = false;
  std::map<std::string, Failure> failures_ = {};
  std::map<Canary, std::string> lost_ = {};
};

void AddSubjects(const PeerPair& pair, PlanInput& input) {
  input.subjects[SubjectKind::kPeer] = {{.inside = pair.peer.name}};
  for (const ChannelSpec& channel : pair.channels) {
    const bool is_theirs = channel.from == pair.asker.name && channel.to == pair.peer.name;
    const bool is_open = channel.expect == Expectation::kAllowed && !channel.unix_path.empty();
    if (!is_theirs || !is_open) continue;
    // What may be talked to may be named; whether it hands anything over the channel says.
    const std::string peer = '[' + pair.peer.name + ']';
    input.overrides.try_emplace("ipc.scm_rights_crosses" + peer, channel.descriptors);
    input.overrides.try_emplace("ipc.peer_pidfd_obtainable" + peer, Expectation::kAny);
    if (pair.asker.name == pair.peer.name) continue;
    input.subjects[SubjectKind::kServer] = {{.inside = pair.peer.name}};
    Subject entry{.inside = channel.unix_path,
                  .unasked = NoPlace(pair.asker.name, channel.unix_path)};
    for (const PeerDoor& door : pair.canaries.doors) {
      if (door.from != pair.asker.name || door.channel != channel.unix_path) continue;
      entry.params_inside = {{"path", door.client.entry}, {"own", door.client.own}};
      entry.params_outside = {{"path", door.host.entry}, {"own", door.host.own}};
      entry.unasked.clear();
    }
    input.subjects[SubjectKind::kChannel].push_back(std::move(entry));
  }
}

// The control sees another path, and another number, than the asker.
void MoveControl(const PeerPair& pair, const PeerDoor* door, const Property& property,
                 Request& control) {
  const bool is_of_peer = property.control == ControlAs::kPeer;
  const bool is_by_door =
      property.canary == Canary::kPeerSocket || property.canary == Canary::kPeerService;
  if (is_by_door && door != nullptr) {
    control.params["path"] = is_of_peer ? door->server.socket : door->host.socket;
  }
  if (property.canary == Canary::kPeerProcess && is_of_peer) {
    control.params["pid"] = FactNumber(*pair.planted->answer, "pid");
  }
}

}  // namespace

std::span<const Property> PeerProperties() {
  const std::span<const Property> all = Catalogue();
  const auto begin = std::find_if(all.begin(), all.end(), IsAboutPeers);
  const auto end = std::find_if_not(begin, all.end(), IsAboutPeers);
  return all.subspan(static_cast<std::size_t>(begin - all.begin()),
                     static_cast<std::size_t>(end - begin));
}

std::vector<PeerQuestion> AskAboutPeer(const PeerPair& pair) {
  PlanInput input{.profile = pair.asker.profile, .overrides = pair.asker.expect};
  input.only = pair.only;
  AddSubjects(pair, input);
  Canaries canaries(pair);
  canaries.Add(input);
  // The channel's end that no launch line shows leaves what is asked of it without a canary.
  for (const Canary canary : {Canary::kPeerService, Canary::kPeerEntry}) {
    if (!input.missing.contains(canary)) input.canaries.try_emplace(canary);
  }
  const Plan plan = MakePlan(PeerProperties(), input);
  std::vector<PeerQuestion> questions;
  for (const PlannedCheck& planned : plan.checks) {
    PeerQuestion question{.check = planned.check};
    const Property& property = *planned.check.property;
    std::string silence =
        planned.unasked.empty() ? canaries.Lost(property.canary) : planned.unasked;
    const bool is_without_door = property.subject == SubjectKind::kServer &&
                                 pair.canaries.DoorFor(pair.asker.name) == nullptr;
    if (silence.empty() && is_without_door)
      silence = NoPlace(pair.asker.name, "the socket of the channel");
    if (pair.planted != nullptr && !pair.planted->silence.empty()) silence = pair.planted->silence;
    question.evidence.silence = silence;
    if (planned.request && silence.empty() && pair.planted != nullptr) {
      question.inside = plan.inside.at(*planned.request);
      question.control = plan.outside.at(*planned.request);
      MoveControl(pair, canaries.door(), property, *question.control);
    }
    questions.push_back(std::move(question));
  }
  return questions;
}

}  // namespace sandproof
