// Attempts: to receive a descriptor over a socket of another sandbox (SCM_RIGHTS), and to read the
//   nonce by it.
// Harmless: connects only to the listener of this run; the descriptor is a memory file of it.
// Tells apart: ENOENT, ECONNREFUSED, no way to the socket; EACCES, EPERM, modes, a security module
//   or a filter; ENODATA, the bytes came and the descriptor did not.
// Source: unix(7) SCM_RIGHTS.
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "probes/agent/connect.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::peer {

namespace {

UniqueFd DescriptorIn(msghdr& message) {
  cmsghdr* const header = CMSG_FIRSTHDR(&message);
  if (header == nullptr || header->cmsg_type != SCM_RIGHTS) return UniqueFd();
  int number = -1;
  std::memcpy(&number, CMSG_DATA(header), sizeof number);
  return UniqueFd(number);
}

}  // namespace

Observation Descriptor(const Request& request) {
  const std::string& nonce = request.Param("fd_nonce");
  const Address address = UnixAddress(request);
  const Connected connected = ConnectTo(request, address);
  if (connected.refusal) return *connected.refusal;
  if (!PollFor(connected.fd.get(), POLLIN, WaitMs(request))) {
    return TimedOut("recvmsg", address.text);
  }
  char text[256];
  iovec bytes = {.iov_base = text, .iov_len = sizeof text};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message = {};
  message.msg_iov = &bytes;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  if (::recvmsg(connected.fd.get(), &message, MSG_CMSG_CLOEXEC) < 0) {
    return Denied("recvmsg", address.text, errno);
  }
  const UniqueFd received = DescriptorIn(message);
  if (!received) return Denied("recvmsg", address.text + ", SCM_RIGHTS", ENODATA);
  const ssize_t got = ::pread(received.get(), text, sizeof text, 0);
  const bool is_it = got > 0 && nonce == std::string_view(text, static_cast<std::size_t>(got));
  return ReachedIf(is_it && !nonce.empty(), "recvmsg", address.text + ", SCM_RIGHTS");
}

}  // namespace sandproof::probes::peer
