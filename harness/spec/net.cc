#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

#include "harness/spec/address.h"
#include "harness/spec/sandbox.h"
#include "harness/spec/value.h"

namespace sandproof {
namespace {

constexpr std::array<std::string_view, 3> kNetKeys = {"allow", "outside", "from"};
constexpr std::string_view kForm =
    "\"tcp:ADDRESS:PORT\" or \"udp:ADDRESS:PORT\" with a numeric address, IPv6 in brackets: "
    "\"tcp:192.0.2.10:443\", \"udp:[2001:db8::53]:53\"";

// The address in its shortest form, so that one destination has one name; empty for anything else.
std::string Numeric(const std::string& host, bool is_bracketed) {
  std::array<unsigned char, 16> bytes = {};
  std::array<char, INET6_ADDRSTRLEN> text = {};
  const int family = is_bracketed ? AF_INET6 : AF_INET;
  if (::inet_pton(family, host.c_str(), bytes.data()) != 1) return {};
  return ::inet_ntop(family, bytes.data(), text.data(), text.size());
}

Result<std::vector<Endpoint>> ReadAllow(const Place& at) {
  TRY(const std::vector<Place> elements, at.Elements());
  std::vector<Endpoint> endpoints;
  for (const Place& element : elements) {
    TRY(const std::string text, ReadExpanded(element));
    std::optional<Endpoint> endpoint = ParseEndpoint(text);
    if (!endpoint) {
      return element.Wrong(fmt::format("expected {}, found {}", kForm, Quoted(text)));
    }
    if (std::ranges::find(endpoints, *endpoint) != endpoints.end()) {
      return element.Wrong(fmt::format("{} is there already", Quoted(endpoint->text)));
    }
    endpoints.push_back(*std::move(endpoint));
  }
  return endpoints;
}

Result<std::optional<Expectation>> ReadOutside(const Place& at) {
  TRY(const Expectation expectation,
      ReadWord<Expectation>(at, {{Name(Expectation::kBlocked), Expectation::kBlocked},
                                 {Name(Expectation::kAllowed), Expectation::kAllowed},
                                 {Name(Expectation::kAny), Expectation::kAny}}));
  return std::optional(expectation);
}

Result<bool> ReadFrom(const Place& at) {
  return ReadWord<bool>(at, {{"arena", true}, {"host", false}});
}

}  // namespace

std::optional<Endpoint> ParseEndpoint(const std::string& text) {
  Endpoint endpoint;
  if (text.starts_with("tcp:")) endpoint.type = SOCK_STREAM;
  if (text.starts_with("udp:")) endpoint.type = SOCK_DGRAM;
  const std::size_t colon = text.rfind(':');
  if (endpoint.type == 0 || colon < 4) return std::nullopt;
  std::string host = text.substr(4, colon - 4);
  const bool is_bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (is_bracketed) host = host.substr(1, host.size() - 2);
  endpoint.host = Numeric(host, is_bracketed);
  endpoint.port = ParsePort(std::string_view(text).substr(colon + 1)).value_or(0);
  if (endpoint.host.empty() || endpoint.port == 0) return std::nullopt;
  const std::string shown = is_bracketed ? '[' + endpoint.host + ']' : endpoint.host;
  endpoint.text = fmt::format("{}{}:{}", text.substr(0, 4), shown, endpoint.port);
  return endpoint;
}

Result<NetSpec> ReadNet(const Place& at) {
  if (std::optional<Error> wrong = at.WrongKeys(kNetKeys)) return *std::move(wrong);
  NetSpec net;
  TRY(net.allow, ReadOr(net.allow, at, "allow", ReadAllow));
  TRY(net.outside, ReadOr(net.outside, at, "outside", ReadOutside));
  TRY(net.is_from_arena, ReadOr(net.is_from_arena, at, "from", ReadFrom));
  return net;
}

}  // namespace sandproof
