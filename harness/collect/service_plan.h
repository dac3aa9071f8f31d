// The questions about real services: what is said over the channels that declare what is said.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "harness/spec/spec.h"
#include "suites/judge.h"

namespace sandproof {

// A channel with something to say, and its ends among the sandboxes of the run.
struct ServiceChannel {
  const ChannelSpec* channel = nullptr;
  std::optional<std::size_t> from = std::nullopt;  // nullopt: whoever is outside
  std::size_t to = 0;
};

struct ServiceCheck {
  std::size_t channel = 0;  // position among the channels
  std::size_t owner = 0;    // the sandbox that it is told of, and for a twin the one that asks
  Check check = {};
  Evidence evidence = {};
};

// Those whose ends all run.
[[nodiscard]] std::vector<ServiceChannel> ServiceChannels(
    const std::vector<const SandboxSpec*>& sandboxes, const std::vector<ChannelSpec>& channels);

// Every check that is selected, the negative twins of sandboxes without such a channel among them.
[[nodiscard]] std::vector<ServiceCheck> ServiceChecks(
    const std::vector<const SandboxSpec*>& sandboxes, const std::vector<ServiceChannel>& channels,
    const std::vector<std::string>& only);

// What is wrong with an answer; empty: it is as declared.
[[nodiscard]] std::string Mismatch(const ServiceCall& call, const std::string& nonce,
                                   const std::string& answer);

// `text` with the nonce in its place.
[[nodiscard]] std::string WithNonce(std::string text, const std::string& nonce);

}  // namespace sandproof
