#include "probes/agent/netlink.h"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

#include "probes/agent/probe.h"

namespace sandproof::probes {

namespace {

constexpr int kWaitMs = 1000;

// What one message means for the dump: -1, go on; 0, the end; otherwise an errno.
int EndOfDump(const nlmsghdr& header) {
  if (header.nlmsg_type == NLMSG_DONE) return 0;
  if (header.nlmsg_type != NLMSG_ERROR) return -1;
  return -static_cast<const nlmsgerr*>(NLMSG_DATA(&header))->error;
}

}  // namespace

int Dump(int protocol, nlmsghdr* request, std::size_t size,
         const std::function<void(const nlmsghdr&)>& see) {
  const UniqueFd fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol));
  if (!fd) return errno;
  request->nlmsg_len = static_cast<__u32>(size);
  request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  if (::send(fd.get(), request, size, 0) < 0) return errno;
  alignas(nlmsghdr) char buffer[32768];
  for (;;) {
    if (!PollFor(fd.get(), POLLIN, kWaitMs)) return ETIMEDOUT;
    const ssize_t got = ::recv(fd.get(), buffer, sizeof buffer, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return got < 0 ? errno : EPROTO;
    auto left = static_cast<unsigned>(got);
    for (const auto* one = reinterpret_cast<const nlmsghdr*>(buffer); NLMSG_OK(one, left);
         one = NLMSG_NEXT(one, left)) {
      const int end = EndOfDump(*one);
      if (end >= 0) return end;
      see(*one);
    }
  }
}

}  // namespace sandproof::probes
