#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "harness/spec/sandbox.h"
#include "harness/spec/value.h"

namespace sandproof {
namespace {

constexpr std::array<std::string_view, 5> kKeys = {"from", "unix", "to", "expect", "descriptors"};

Result<Expectation> ReadExpectation(const Place& at) {
  return ReadWord<Expectation>(at, {{Name(Expectation::kAllowed), Expectation::kAllowed},
                                    {Name(Expectation::kBlocked), Expectation::kBlocked},
                                    {Name(Expectation::kAny), Expectation::kAny}});
}

Result<std::string> ReadSocketPath(const Place& at) {
  TRY(const std::string text, at.String());
  return AbsolutePath(at, text);
}

Result<std::string> ReadEnd(const Place& at, std::string_view key,
                            const std::vector<std::string>& sandboxes) {
  TRY(const Place end, at.Require(key));
  TRY(std::string name, end.String());
  if (std::ranges::find(sandboxes, name) != sandboxes.end()) return name;
  const std::string nearest = Nearest(name, sandboxes);
  const std::string remedy = nearest.empty() ? "a channel joins two of \"sandboxes\""
                                             : fmt::format("did you mean \"{}\"?", nearest);
  return end.Wrong(fmt::format("no sandbox is called {}; {}", Quoted(name), remedy));
}

Result<ChannelSpec> ReadChannel(const Place& at, const std::vector<std::string>& sandboxes) {
  if (std::optional<Error> wrong = at.WrongKeys(kKeys)) return *std::move(wrong);
  ChannelSpec channel{.line = at.line()};
  TRY(channel.from, ReadEnd(at, "from", sandboxes));
  TRY(channel.unix_path, ReadMember(at, "unix", ReadSocketPath));
  TRY(channel.to, ReadEnd(at, "to", sandboxes));
  TRY(channel.expect, ReadOr(channel.expect, at, "expect", ReadExpectation));
  TRY(channel.descriptors, ReadOr(channel.descriptors, at, "descriptors", ReadExpectation));
  return channel;
}

}  // namespace

Result<std::vector<ChannelSpec>> ReadChannels(const Place& at,
                                              const std::vector<std::string>& sandboxes) {
  TRY(const std::vector<Place> elements, at.Elements());
  std::vector<ChannelSpec> channels;
  std::map<std::tuple<std::string, std::string, std::string>, int> lines;
  for (const Place& element : elements) {
    TRY(ChannelSpec channel, ReadChannel(element, sandboxes));
    const auto [first, is_new] =
        lines.emplace(std::tuple(channel.from, channel.unix_path, channel.to), element.line());
    if (!is_new) {
      return element.Wrong(fmt::format("the same channel is on line {}", first->second));
    }
    channels.push_back(std::move(channel));
  }
  return channels;
}

}  // namespace sandproof
