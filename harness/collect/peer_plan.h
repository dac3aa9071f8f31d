// The questions that one sandbox is asked about another.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "harness/collect/peer_canaries.h"
#include "suites/judge.h"
#include "suites/plan.h"

namespace sandproof {

// What became of the canaries that were to be planted in a sandbox.
struct Planted {
  std::string silence = {};                          // why there is none; empty: there are some
  std::optional<Observation> answer = std::nullopt;  // of the probe that plants
  int pid = 0;                                       // of the planter, as the host numbers it
  std::string port = {};
};

struct PeerQuestion {
  std::size_t asker = 0;  // positions of the sandboxes
  std::size_t peer = 0;
  Check check = {};
  std::optional<Request> inside = std::nullopt;   // for the asker's agent
  std::optional<Request> control = std::nullopt;  // for the peer's, or for one outside
  Evidence evidence = {};

  [[nodiscard]] bool IsControlledByPeer() const {
    return check.property->control == ControlAs::kPeer;
  }
};

struct PeerPair {
  const SandboxSpec& asker;
  const SandboxSpec& peer;
  const std::vector<ChannelSpec>& channels;
  const PeerCanaries& canaries;      // of the peer
  const Planted* planted = nullptr;  // nullptr: which checks there are is all that is asked
  std::vector<std::string> only = {};
};

// Every check of the pair that is selected. What could not be planted leaves its checks
// inconclusive, or not applicable where the peer itself is refused the thing.
[[nodiscard]] std::vector<PeerQuestion> AskAboutPeer(const PeerPair& pair);

// The records that are about other sandboxes.
[[nodiscard]] std::span<const Property> PeerProperties();

}  // namespace sandproof
