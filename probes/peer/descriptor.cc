// Attempts: to receive a descriptor over a socket of another sandbox (SCM_RIGHTS), and to read the
//   nonce by it.
// Harmless: connects only to the listener of this run; the descriptor is a memory file of it.
// Tells apart: ENOENT, ECONNREFUSED, no way to the socket; EACCES, EPERM, modes, a security module
//   or a filter; ENODATA, the bytes came and the descriptor did not.
// Source: unix(7) SCM_RIGHTS.
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

#include "probes/agent/connect.h"
#include "probes/agent/probe.h"
#include "probes/wire/passed_descriptors.h"

namespace sandproof::probes::peer {

Observation Descriptor(const Request& request) {
  const std::string& nonce = request.Param("fd_nonce");
  const Address address = UnixAddress(request);
  const Connected connected = ConnectTo(request, address);
  if (connected.refusal) return *connected.refusal;
  if (!PollFor(connected.fd.get(), POLLIN, WaitMs(request))) {
    return TimedOut("recvmsg", address.text);
  }
  char text[256];
  std::vector<UniqueFd> received;
  if (ReceiveWithDescriptors(connected.fd.get(), text, 1, received, 0) < 0) {
    return Denied("recvmsg", address.text, errno);
  }
  if (received.empty()) return Denied("recvmsg", address.text + ", SCM_RIGHTS", ENODATA);
  const ssize_t got = ::pread(received.front().get(), text, sizeof text, 0);
  const bool is_it = got > 0 && nonce == std::string_view(text, static_cast<std::size_t>(got));
  return ReachedIf(is_it && !nonce.empty(), "recvmsg", address.text + ", SCM_RIGHTS");
}

}  // namespace sandproof::probes::peer
