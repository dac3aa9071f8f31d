#include "harness/collect/service_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/algorithm/string/replace.hpp>
#include <cctype>
#include <span>

#include "suites/catalogue/catalogue.h"
#include "suites/pattern.h"
#include "suites/plan.h"

namespace sandproof {

namespace {

std::optional<std::size_t> Find(const std::vector<const SandboxSpec*>& sandboxes,
                                const std::string& name) {
  for (std::size_t i = 0; i < sandboxes.size(); ++i) {
    if (sandboxes[i]->name == name) return i;
  }
  return std::nullopt;
}

// What is wrong with `text`, which is to match; empty where nothing is.
std::string WrongWith(std::string_view text, const std::string& wanted, const std::string& nonce) {
  const std::optional<Pattern> pattern = Pattern::Of(WithNonce(wanted, nonce));
  const Pattern::Match match = pattern ? pattern->Search(text) : Pattern::Match::kNo;
  if (match == Pattern::Match::kYes) return {};
  const bool is_decided = match == Pattern::Match::kNo;
  return fmt::format("{} {}", is_decided ? "does not match" : "cannot be matched in time with",
                     wanted);
}

// Puts the check of one property and channel together, if it is selected.
void Add(const char* id, std::size_t owner, std::size_t position, const ServiceChannel& channel,
         const std::vector<const SandboxSpec*>& sandboxes, const std::vector<std::string>& only,
         std::vector<ServiceCheck>& checks) {
  const Property* const property = FindProperty(id);
  PlanInput input{.profile = sandboxes[owner]->profile, .overrides = sandboxes[owner]->expect};
  input.only = only;
  input.subjects[SubjectKind::kCall] = {{.inside = channel.channel->Subject()}};
  const Plan plan = MakePlan(std::span<const Property>(property, 1), input);
  for (const PlannedCheck& planned : plan.checks) {
    checks.push_back({.channel = position, .owner = owner, .check = planned.check});
  }
}

// Whether the sandbox may talk to that service by another channel.
bool IsClient(const std::string& name, const ServiceChannel& wanted,
              const std::vector<ServiceChannel>& channels) {
  return std::ranges::any_of(channels, [&](const ServiceChannel& other) {
    return other.channel->from == name && other.channel->Subject() == wanted.channel->Subject();
  });
}

// The value of a header, by its name in lower case.
std::string HeaderOf(const std::string& head, const std::string& name) {
  std::string lower = head;
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  const std::size_t at = lower.find("\r\n" + name + ":");
  if (at == std::string::npos) return {};
  const std::size_t begin = at + name.size() + 3;
  return head.substr(begin, head.find("\r\n", begin) - begin);
}

}  // namespace

std::vector<ServiceChannel> ServiceChannels(const std::vector<const SandboxSpec*>& sandboxes,
                                            const std::vector<ChannelSpec>& channels) {
  std::vector<ServiceChannel> found;
  for (const ChannelSpec& channel : channels) {
    const std::optional<std::size_t> from = Find(sandboxes, channel.from);
    const std::optional<std::size_t> to = Find(sandboxes, channel.to);
    const bool is_whole = to && (from || channel.from == kHostEnd);
    if (!channel.call || !is_whole) continue;
    found.push_back({.channel = &channel, .from = from, .to = *to});
  }
  return found;
}

std::vector<ServiceCheck> ServiceChecks(const std::vector<const SandboxSpec*>& sandboxes,
                                        const std::vector<ServiceChannel>& channels,
                                        const std::vector<std::string>& only) {
  std::vector<ServiceCheck> checks;
  for (std::size_t at = 0; at < channels.size(); ++at) {
    const ServiceChannel& one = channels[at];
    const auto add = [&](const char* id, std::size_t owner) {
      Add(id, owner, at, one, sandboxes, only, checks);
    };
    if (one.from) {
      add("svc.round_trip", *one.from);
    } else {
      add("svc.http_reachable_from_host", one.to);
    }
    if (one.channel->unix_path.empty()) {
      add("svc.http_bound_address", one.to);
    } else {
      add("svc.socket_mode", one.to);
      add("svc.socket_stale_cleanup", one.to);
    }
    for (std::size_t other = 0; other < sandboxes.size(); ++other) {
      const bool is_end = other == one.to || IsClient(sandboxes[other]->name, one, channels);
      if (!is_end) add("svc.channel_closed_to_others", other);
    }
  }
  return checks;
}

std::string WithNonce(std::string text, const std::string& nonce) {
  boost::replace_all(text, "{nonce}", nonce);
  return text;
}

std::string Mismatch(const ServiceCall& call, const std::string& nonce, const std::string& answer) {
  if (!call.is_http) {
    const std::string wrong = WrongWith(answer, call.response, nonce);
    return wrong.empty() ? "" : "the answer " + wrong;
  }
  constexpr std::size_t kStatusAt = 9;  // "HTTP/1.1 200"
  if (!answer.starts_with("HTTP/1.") || answer.size() < kStatusAt + 3) return "no HTTP answer";
  const int status = std::atoi(answer.substr(kStatusAt, 3).c_str());
  const bool is_right = call.status == 0 ? status >= 100 && status < 400 : status == call.status;
  if (!is_right) return fmt::format("status {}", status);
  const std::size_t end = answer.find("\r\n\r\n");
  const std::string head = answer.substr(0, end);
  const std::string body = end == std::string::npos ? "" : answer.substr(end + 4);
  if (!call.body.empty()) {
    const std::string wrong = WrongWith(body, call.body, nonce);
    if (!wrong.empty()) return "the body " + wrong;
  }
  for (const auto& [name, wanted] : call.header) {
    const std::string wrong = WrongWith(HeaderOf(head, name), wanted, nonce);
    if (!wrong.empty()) return fmt::format("the header {} {}", name, wrong);
  }
  return {};
}

}  // namespace sandproof
