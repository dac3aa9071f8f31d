// What responders answer, byte by byte. Pure.
#include <algorithm>
#include <string>

#include "harness/canary/responder.h"
#include "probes/wire/text.h"

namespace sandproof {

namespace {

constexpr std::size_t kDnsHeader = 12;
constexpr std::size_t kIcmpHeader = 8;

// The end of the first name of a DNS message; npos where it has no end.
std::size_t EndOfName(std::string_view message) {
  std::size_t at = kDnsHeader;
  while (at < message.size() && message[at] != 0) {
    at += 1 + static_cast<unsigned char>(message[at]);
  }
  return at < message.size() ? at + 1 : std::string_view::npos;
}

// RFC 1035 section 4: the header with its answer bit set, the question, and one TXT record whose
// name points at the question's.
std::string DnsAnswer(std::string_view query, const std::string& nonce) {
  const std::size_t end = EndOfName(query);
  if (end == std::string_view::npos || query.size() < end + 4) return {};
  std::string answer(query.substr(0, 2));
  answer += std::string("\x84\x00\x00\x01\x00\x01\x00\x00\x00\x00", 10);
  answer += query.substr(kDnsHeader, end + 4 - kDnsHeader);
  answer += std::string("\xc0\x0c\x00\x10\x00\x01\x00\x00\x00\x00\x00", 11);
  answer += static_cast<char>(nonce.size() + 1);
  answer += static_cast<char>(nonce.size());
  return answer + nonce;
}

std::string HttpAnswer(std::string_view request, const std::string& nonce) {
  if (request.find("\r\n\r\n") == std::string_view::npos) return {};
  return "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " +
         std::to_string(nonce.size()) + "\r\nConnection: close\r\n\r\n" + nonce;
}

std::string DnsTag(std::string_view query) {
  if (query.size() <= kDnsHeader) return {};
  return std::string(query.substr(kDnsHeader + 1, static_cast<unsigned char>(query[kDnsHeader])));
}

std::string HttpTag(std::string_view request) {
  const std::string_view line = request.substr(0, request.find('\r'));
  const std::string_view path = line.substr(0, line.rfind(' '));
  return std::string(BaseName(path));
}

// A raw IPv4 socket hands over the IP header too (raw(7)).
std::string_view BehindIpHeader(std::string_view packet) {
  if (packet.empty()) return packet;
  const std::size_t words = static_cast<unsigned char>(packet[0]) & 0x0fU;
  const std::size_t header = 4 * words;
  return packet.substr(std::min(header, packet.size()));
}

std::string EchoTag(std::string_view message, unsigned char type) {
  const bool is_request =
      message.size() > kIcmpHeader && static_cast<unsigned char>(message[0]) == type;
  return is_request ? std::string(message.substr(kIcmpHeader)) : "";
}

}  // namespace

std::string TagOf(Manner manner, std::string_view message) {
  constexpr unsigned char kEchoRequest4 = 8;    // RFC 792
  constexpr unsigned char kEchoRequest6 = 128;  // RFC 4443
  switch (manner) {
    case Manner::kNonce:
    case Manner::kRaw6:
      return std::string(message);
    case Manner::kDns:
      return DnsTag(message);
    case Manner::kHttp:
      return HttpTag(message);
    case Manner::kEcho4:
      return EchoTag(BehindIpHeader(message), kEchoRequest4);
    case Manner::kEcho6:
      return EchoTag(message, kEchoRequest6);
    case Manner::kRaw4:
      return std::string(BehindIpHeader(message));
  }
  return {};
}

std::string AnswerTo(Manner manner, std::string_view message, const std::string& nonce) {
  switch (manner) {
    case Manner::kNonce:
    case Manner::kRaw4:
    case Manner::kRaw6:
      return nonce;
    case Manner::kDns:
      return DnsAnswer(message, nonce);
    case Manner::kHttp:
      return HttpAnswer(message, nonce);
    case Manner::kEcho4:
    case Manner::kEcho6:
      break;
  }
  return {};
}

}  // namespace sandproof
