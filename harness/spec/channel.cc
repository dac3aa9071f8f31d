#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/algorithm/string/replace.hpp>
#include <cctype>
#include <tuple>

#include "harness/spec/address.h"
#include "harness/spec/sandbox.h"
#include "harness/spec/value.h"

namespace sandproof {
namespace {

constexpr std::array<std::string_view, 12> kChannelKeys = {
    "from",        "unix",    "http",     "tcp",    "to",   "expect",
    "descriptors", "request", "response", "status", "body", "header"};

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
  if (key == "from" && name == kHostEnd && !at.Find("unix")) return name;
  const std::string nearest = Nearest(name, sandboxes);
  const std::string remedy = nearest.empty() ? "a channel joins two of \"sandboxes\""
                                             : fmt::format("did you mean \"{}\"?", nearest);
  return end.Wrong(fmt::format("no sandbox is called {}; {}", Quoted(name), remedy));
}

// A pattern which may hold "{nonce}".
Result<std::string> ReadAnswer(const Place& at) {
  TRY(std::string text, ReadText(at));
  const std::string filled = boost::replace_all_copy(text, "{nonce}", "0");
  if (std::optional<Error> wrong = WrongPattern(at, filled)) return *std::move(wrong);
  return text;
}

Result<int> ReadStatus(const Place& at) {
  int status = 0;
  for (const char digit : at.node().text) {
    if (std::isdigit(static_cast<unsigned char>(digit)) == 0 || status > 599) {
      status = 0;
      break;
    }
    status = 10 * status + (digit - '0');
  }
  if (at.node().kind != JsonKind::kNumber || status < 100 || status > 599) {
    return at.Unexpected("an HTTP status, 100 to 599");
  }
  return status;
}

Result<std::map<std::string, std::string>> ReadHeader(const Place& at) {
  TRY(const std::vector<Place> members, at.Members());
  std::map<std::string, std::string> header;
  for (const Place& member : members) {
    std::string name = member.key();
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
    TRY(header[name], ReadAnswer(member));
  }
  return header;
}

std::string Get(std::string_view authority, std::string_view path) {
  return fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", path, authority);
}

// "http" of a Unix socket is a path; of anything else a URL with a numeric host.
Result<bool> ReadHttp(const Place& at, ChannelSpec& channel) {
  const std::optional<Place> http = at.Find("http");
  if (!http) return false;
  TRY(const std::string text, ReadExpanded(*http));
  ServiceCall& call = channel.call.emplace();
  call.is_http = true;
  if (!channel.unix_path.empty()) {
    if (!text.starts_with('/')) return http->Unexpected("a path, \"/health\"");
    call.request = Get(channel.to, text);
    return true;
  }
  const std::optional<HttpTarget> target = ParseHttpUrl(text);
  if (!target) return http->Unexpected("\"http://ADDRESS:PORT/PATH\" with a numeric address");
  channel.address = text;
  channel.host = target->at.host;
  channel.port = std::to_string(target->at.port);
  call.request = Get(target->authority, target->path);
  return true;
}

Result<bool> ReadTcp(const Place& at, ChannelSpec& channel) {
  const std::optional<Place> tcp = at.Find("tcp");
  if (!tcp) return false;
  TRY(const std::string text, ReadExpanded(*tcp));
  const std::optional<HostPort> target = ParseHostPort(text);
  if (!target) return tcp->Unexpected("\"ADDRESS:PORT\" with a numeric address");
  channel.address = "tcp:" + text;
  channel.host = target->host;
  channel.port = std::to_string(target->port);
  return true;
}

Result<bool> ReadCall(const Place& at, ChannelSpec& channel) {
  TRY(const bool is_http, ReadHttp(at, channel));
  TRY(const bool is_tcp, ReadTcp(at, channel));
  const bool is_right = channel.unix_path.empty() ? is_http != is_tcp : !is_tcp;
  if (!is_right) {
    return at.Wrong(
        "a channel has one of \"unix\", \"tcp\" and \"http\"; \"unix\" may have \"http\"");
  }
  const std::optional<Place> request = at.Find("request");
  if (request) {
    if (is_http) return request->Wrong("\"http\" makes the request");
    TRY(std::string text, request->String());
    channel.call.emplace().request = std::move(text);
  }
  if (is_tcp && !request) return at.Wrong("\"tcp\" needs \"request\" and \"response\"");
  for (const char* key : {"status", "body", "header"}) {
    const std::optional<Place> member = at.Find(key);
    if (member && !is_http) return member->Wrong("only an answer to \"http\" has one");
  }
  const std::optional<Place> response = at.Find("response");
  if (response && !request) return response->Wrong("it answers a \"request\", and there is none");
  if (!channel.call) return true;
  ServiceCall& call = *channel.call;
  if (request) {
    TRY(call.response, ReadMember(at, "response", ReadAnswer));
  }
  TRY(call.status, ReadOr(call.status, at, "status", ReadStatus));
  TRY(call.body, ReadOr(call.body, at, "body", ReadAnswer));
  TRY(call.header, ReadOr(call.header, at, "header", ReadHeader));
  if (channel.expect != Expectation::kAllowed) {
    return at.Wrong("what is said over a channel is told only of one that is \"allowed\"");
  }
  return true;
}

Result<ChannelSpec> ReadChannel(const Place& at, const std::vector<std::string>& sandboxes) {
  if (std::optional<Error> wrong = at.WrongKeys(kChannelKeys)) return *std::move(wrong);
  ChannelSpec channel{.line = at.line()};
  TRY(channel.from, ReadEnd(at, "from", sandboxes));
  const bool has_address = at.Find("http").has_value() || at.Find("tcp").has_value();
  if (!has_address || at.Find("unix")) {
    TRY(channel.unix_path, ReadMember(at, "unix", ReadSocketPath));
  }
  TRY(channel.to, ReadEnd(at, "to", sandboxes));
  TRY(channel.expect, ReadOr(channel.expect, at, "expect", ReadExpectation));
  TRY(channel.descriptors, ReadOr(channel.descriptors, at, "descriptors", ReadExpectation));
  TRY(const bool is_read, ReadCall(at, channel));
  static_cast<void>(is_read);
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
        lines.emplace(std::tuple(channel.from, channel.Subject(), channel.to), element.line());
    if (!is_new) {
      return element.Wrong(fmt::format("the same channel is on line {}", first->second));
    }
    channels.push_back(std::move(channel));
  }
  return channels;
}

}  // namespace sandproof
