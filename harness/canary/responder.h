// A socket of ours that others send to: it answers with a nonce and counts who came.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "probes/wire/unique_fd.h"

namespace sandproof {

// How it answers.
enum class Manner : std::uint8_t {
  kNonce,  // the nonce, to whoever connects or sends
  kDns,    // a TXT record with the nonce, to a query (RFC 1035)
  kHttp,   // 200 with the nonce, to a request (RFC 9112)
  kEcho4,  // not at all, and counts ICMP echo requests (a raw socket; the kernel answers)
  kEcho6,  // the same of ICMPv6
  kRaw4,   // the nonce, to packets of its protocol (a raw socket)
  kRaw6,
};

struct ResponderOrder {
  UniqueFd socket = {};       // bound, non-blocking
  bool is_connected = false;  // connection-oriented: it listens
  Manner manner = Manner::kNonce;
  std::string nonce = {};
};

class Responder {
 public:
  Responder(boost::asio::any_io_executor executor, ResponderOrder order);
  ~Responder();
  Responder(const Responder&) = delete;
  Responder& operator=(const Responder&) = delete;

  // How often `key` came: the numeric address of a sender, or the tag that a message bore. What
  // waits in the socket is taken first, so that nothing which has arrived is left out.
  [[nodiscard]] long Arrivals(const std::string& key);

  // Sends the nonce to a port of `host`, from a datagram socket.
  void Knock(const std::string& host, std::uint16_t port);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// The tag in what was sent to such a responder; empty when there is none.
// DNS: the first label of the name in a query without its length. HTTP: the last part of the path.
[[nodiscard]] std::string TagOf(Manner manner, std::string_view message);

// What is answered to a whole request; empty where it is not whole yet, or no request.
[[nodiscard]] std::string AnswerTo(Manner manner, std::string_view message,
                                   const std::string& nonce);

}  // namespace sandproof
