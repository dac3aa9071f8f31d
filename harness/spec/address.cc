#include "harness/spec/address.h"

#include <arpa/inet.h>

#include <array>
#include <charconv>

namespace sandproof {

namespace {

bool IsNumeric(const std::string& host, int family) {
  std::array<unsigned char, 16> bytes = {};
  return ::inet_pton(family, host.c_str(), bytes.data()) == 1;
}

std::optional<std::string> HostOf(std::string_view text) {
  if (text == "localhost") return "127.0.0.1";
  const bool is_bracketed = text.size() > 2 && text.front() == '[' && text.back() == ']';
  const std::string host(is_bracketed ? text.substr(1, text.size() - 2) : text);
  if (!IsNumeric(host, is_bracketed ? AF_INET6 : AF_INET)) return std::nullopt;
  return host;
}

bool HasControlOrSpace(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) <= ' ' || c == '\x7f') return true;
  }
  return false;
}

}  // namespace

std::optional<std::uint16_t> ParsePort(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  const bool is_right = error == std::errc() && end == text.data() + text.size() && port > 0 &&
                        port < 65536 && text.front() != '0';
  if (!is_right) return std::nullopt;
  return static_cast<std::uint16_t>(port);
}

std::optional<HostPort> ParseHostPort(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon + 1 == text.size()) return std::nullopt;
  const std::optional<std::string> host = HostOf(text.substr(0, colon));
  const std::optional<std::uint16_t> port = ParsePort(text.substr(colon + 1));
  if (!host || !port) return std::nullopt;
  return HostPort{*host, *port};
}

std::optional<HttpTarget> ParseHttpUrl(std::string_view url) {
  constexpr std::string_view kScheme = "http://";
  if (!url.starts_with(kScheme) || HasControlOrSpace(url)) return std::nullopt;
  url.remove_prefix(kScheme.size());
  const std::size_t slash = std::min(url.find('/'), url.size());
  const std::string authority(url.substr(0, slash));
  const bool has_port = authority.find(':') != std::string::npos && !authority.ends_with(']');
  std::optional<HostPort> at = ParseHostPort(has_port ? authority : authority + ":80");
  if (!at) return std::nullopt;
  const std::string path(url.substr(slash));
  return HttpTarget{*std::move(at), authority, path.empty() ? "/" : path};
}

}  // namespace sandproof
