#include "harness/arena/socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>

#include "harness/arena/protocols.h"
#include "harness/process/process.h"

namespace sandproof {

namespace {

bool IsPath(const SocketPlan& plan) {
  return plan.family == AF_UNIX && plan.address.starts_with('/');
}

socklen_t AddressOf(const SocketPlan& plan, sockaddr_storage& storage) {
  storage.ss_family = static_cast<sa_family_t>(plan.family);
  if (plan.family == AF_INET) {
    auto* const four = reinterpret_cast<sockaddr_in*>(&storage);
    four->sin_port = htons(plan.port);
    ::inet_pton(AF_INET, plan.address.c_str(), &four->sin_addr);
    return sizeof *four;
  }
  if (plan.family == AF_INET6) {
    auto* const six = reinterpret_cast<sockaddr_in6*>(&storage);
    six->sin6_port = htons(plan.port);
    ::inet_pton(AF_INET6, plan.address.c_str(), &six->sin6_addr);
    return sizeof *six;
  }
  // An abstract name starts with NUL and is as long as it is; a path ends with NUL (unix(7)).
  auto* const local = reinterpret_cast<sockaddr_un*>(&storage);
  const std::size_t start = IsPath(plan) ? 0 : 1;
  std::memcpy(local->sun_path + start, plan.address.data(), plan.address.size());
  return static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + plan.address.size());
}

bool Set(int fd, int level, int option, int value) {
  return ::setsockopt(fd, level, option, &value, sizeof value) == 0;
}

bool Join(int fd, const SocketPlan& plan, int interface) {
  if (plan.family == AF_INET) {
    ip_mreqn request = {};
    ::inet_pton(AF_INET, plan.group.c_str(), &request.imr_multiaddr);
    request.imr_ifindex = interface;
    return ::setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request) == 0;
  }
  ipv6_mreq request = {};
  ::inet_pton(AF_INET6, plan.group.c_str(), &request.ipv6mr_multiaddr);
  request.ipv6mr_interface = static_cast<unsigned>(interface);
  return ::setsockopt(fd, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, &request, sizeof request) == 0;
}

bool IsForeseenToBeRefused(const SocketPlan& plan) {
  return plan.protocol == IPPROTO_SCTP && std::ranges::count(LoadedProtocols(), "SCTP") == 0;
}

Error NoSctp(const SocketPlan& plan) {
  return CallError("socket", Text(plan) + ", SCTP", EPROTONOSUPPORT);
}

}  // namespace

Result<UniqueFd> MakeSocket(const SocketPlan& plan, const std::vector<int>& interfaces) {
  if (IsForeseenToBeRefused(plan)) return NoSctp(plan);
  UniqueFd fd(::socket(plan.family, plan.type | SOCK_CLOEXEC | SOCK_NONBLOCK, plan.protocol));
  if (!fd) return CallError("socket", Text(plan), errno);
  if (plan.family == AF_INET6) Set(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, 1);
  if (plan.family == AF_UNIX && plan.address.size() + 1 >= sizeof(sockaddr_un::sun_path)) {
    return CallError("bind", Text(plan), ENAMETOOLONG);
  }
  sockaddr_storage storage = {};
  const socklen_t length = AddressOf(plan, storage);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&storage), length) != 0) {
    return CallError("bind", Text(plan), errno);
  }
  // Anybody may connect: what refuses must be the sandbox, not the file's mode.
  if (IsPath(plan) && ::chmod(plan.address.c_str(), 0666) != 0) {
    return CallError("chmod", Text(plan), errno);
  }
  for (const int interface : interfaces) {
    if (plan.group.empty() || Join(fd.get(), plan, interface)) continue;
    return CallError("setsockopt", "join " + plan.group, errno);
  }
  const bool is_listening = plan.type == SOCK_STREAM || plan.type == SOCK_SEQPACKET;
  if (is_listening && ::listen(fd.get(), SOMAXCONN) != 0) {
    return CallError("listen", Text(plan), errno);
  }
  return fd;
}

std::string ForeseenRefusal(const SocketPlan& plan) {
  return IsForeseenToBeRefused(plan) ? NoSctp(plan).message : "";
}

std::uint16_t PortOf(int socket) {
  sockaddr_storage storage = {};
  socklen_t length = sizeof storage;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&storage), &length) != 0) return 0;
  // The port stands at the same place in both families.
  return ntohs(reinterpret_cast<const sockaddr_in*>(&storage)->sin_port);
}

std::string Text(const SocketPlan& plan) {
  if (plan.family == AF_UNIX) return IsPath(plan) ? plan.address : '@' + plan.address;
  const std::string host = plan.family == AF_INET6 ? '[' + plan.address + ']' : plan.address;
  return host + ':' + std::to_string(plan.port);
}

}  // namespace sandproof
