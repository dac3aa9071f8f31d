// Attempts: one request to a real service, by its socket (path) or its address (host, port), and
//   whatever it answers.
// Harmless: the request is the one that the configuration declares for this service, and nobody
//   else's listener stands there: a Unix socket is the declared one, and an address was free before
//   the service was started.
// Tells apart: ENOENT, ECONNREFUSED, ENETUNREACH: no way, or nobody there; EACCES, EPERM: modes, a
//   security module or a filter; ENODATA: the connection was closed without a byte.
// Source: unix(7), tcp(7), connect(2).
// Why: with wait_ready_ms it tries again until somebody answers, since nothing announces that.
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <ctime>

#include "probes/agent/connect.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::peer {

namespace {

constexpr std::size_t kMostShown = 3000;

Observation Once(const Request& request, const Address& address) {
  const Connected connected = ConnectTo(request, address);
  if (connected.refusal) return *connected.refusal;
  const std::string& text = request.Param("request");
  if (::send(connected.fd.get(), text.data(), text.size(), MSG_NOSIGNAL) < 0) {
    return Denied("send", address.text, errno);
  }
  // Whoever closes or falls silent has said everything.
  const std::string heard = HearUntil(connected.fd.get(), [](std::string_view) { return false; });
  if (heard.empty()) return Denied("recv", address.text, ENODATA);
  return Read("connect", address.text, {{"answer", {heard.substr(0, kMostShown)}}});
}

}  // namespace

Observation RoundTrip(const Request& request) {
  using Clock = std::chrono::steady_clock;
  const Address address =
      request.Param("host").empty() ? UnixAddress(request) : InetAddress(request);
  const auto deadline =
      Clock::now() + std::chrono::milliseconds(request.Number("wait_ready_ms", 0));
  Observation last = Once(request, address);
  while (last.outcome != Outcome::kReached && Clock::now() < deadline) {
    const timespec tick = {.tv_sec = 0, .tv_nsec = 10'000'000};
    ::nanosleep(&tick, nullptr);
    last = Once(request, address);
  }
  return last;
}

}  // namespace sandproof::probes::peer
