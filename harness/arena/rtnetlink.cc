#include "harness/arena/rtnetlink.h"

#include <arpa/inet.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "harness/process/process.h"

namespace sandproof {

namespace {

constexpr int kWaitMs = 2000;

// A numeric address as the kernel takes it.
struct Bytes {
  int family = AF_UNSPEC;
  std::size_t size = 0;
  std::array<unsigned char, 16> data = {};
};

Bytes BytesOf(const std::string& address) {
  Bytes bytes;
  if (::inet_pton(AF_INET, address.c_str(), bytes.data.data()) == 1) {
    bytes.family = AF_INET;
    bytes.size = 4;
  } else if (::inet_pton(AF_INET6, address.c_str(), bytes.data.data()) == 1) {
    bytes.family = AF_INET6;
    bytes.size = 16;
  }
  return bytes;
}

Bytes BroadcastOf(Bytes address, int prefix_length) {
  for (int bit = prefix_length; bit < 32; ++bit) {
    address.data.at(static_cast<std::size_t>(bit / 8)) |=
        static_cast<unsigned char>(1U << (7 - bit % 8));
  }
  return address;
}

}  // namespace

Result<RtNetlink> RtNetlink::Open() {
  UniqueFd socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  if (!socket) return CallError("socket", "AF_NETLINK, NETLINK_ROUTE", errno);
  return RtNetlink(std::move(socket));
}

void RtNetlink::Begin(int type, int flags, std::string what) {
  message_ = buffer_.size();
  nlmsghdr header = {};
  header.nlmsg_type = static_cast<__u16>(type);
  header.nlmsg_flags = static_cast<__u16>(NLM_F_REQUEST | NLM_F_ACK | flags);
  header.nlmsg_seq = static_cast<__u32>(whats_.size());
  whats_.push_back(std::move(what));
  Append(&header, sizeof header);
}

void RtNetlink::Append(const void* data, std::size_t size) {
  const char* bytes = static_cast<const char*>(data);
  buffer_.insert(buffer_.end(), bytes, bytes + size);
  buffer_.resize(NLMSG_ALIGN(buffer_.size()));
}

void RtNetlink::Attribute(int type, const void* data, std::size_t size) {
  rtattr attribute = {};
  attribute.rta_type = static_cast<unsigned short>(type);
  attribute.rta_len = static_cast<unsigned short>(RTA_LENGTH(size));
  Append(&attribute, sizeof attribute);
  Append(data, size);
}

void RtNetlink::Attribute(int type, std::string_view text) {
  const std::string terminated(text);
  Attribute(type, terminated.c_str(), terminated.size() + 1);
}

std::size_t RtNetlink::BeginNest(int type) {
  const std::size_t at = buffer_.size();
  Attribute(type, nullptr, 0);
  return at;
}

void RtNetlink::EndNest(std::size_t at) {
  const auto length = static_cast<unsigned short>(buffer_.size() - at);
  std::memcpy(buffer_.data() + at + offsetof(rtattr, rta_len), &length, sizeof length);
}

void RtNetlink::EndMessage() {
  const auto length = static_cast<__u32>(buffer_.size() - message_);
  std::memcpy(buffer_.data() + message_ + offsetof(nlmsghdr, nlmsg_len), &length, sizeof length);
}

void RtNetlink::AddVeth(const VethEnd& here, const VethEnd& there, int there_fd) {
  Begin(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, "RTM_NEWLINK(" + here.name + ")");
  ifinfomsg link = {};
  link.ifi_index = here.index;
  Append(&link, sizeof link);
  Attribute(IFLA_IFNAME, here.name);
  const std::size_t info = BeginNest(IFLA_LINKINFO);
  Attribute(IFLA_INFO_KIND, "veth");
  const std::size_t data = BeginNest(IFLA_INFO_DATA);
  const std::size_t peer = BeginNest(VETH_INFO_PEER);
  link.ifi_index = there.index;
  Append(&link, sizeof link);
  Attribute(IFLA_IFNAME, there.name);
  Attribute(IFLA_NET_NS_FD, &there_fd, sizeof there_fd);
  EndNest(peer);
  EndNest(data);
  EndNest(info);
  EndMessage();
}

void RtNetlink::SetUp(int index) {
  Begin(RTM_NEWLINK, 0, "RTM_NEWLINK(up)");
  ifinfomsg link = {};
  link.ifi_index = index;
  link.ifi_flags = IFF_UP;
  link.ifi_change = IFF_UP;
  Append(&link, sizeof link);
  EndMessage();
}

void RtNetlink::Activate(int index) {
  Begin(RTM_NEWLINK, 0, "RTM_NEWLINK(txqlen)");
  ifinfomsg link = {};
  link.ifi_index = index;
  Append(&link, sizeof link);
  constexpr __u32 kOtherThanTheDefault = 999;
  Attribute(IFLA_TXQLEN, &kOtherThanTheDefault, sizeof kOtherThanTheDefault);
  EndMessage();
}

void RtNetlink::AddAddress(int index, const std::string& address, int prefix_length) {
  Begin(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, "RTM_NEWADDR(" + address + ")");
  const Bytes bytes = BytesOf(address);
  ifaddrmsg message = {};
  message.ifa_family = static_cast<__u8>(bytes.family);
  message.ifa_prefixlen = static_cast<__u8>(prefix_length);
  message.ifa_index = static_cast<__u32>(index);
  Append(&message, sizeof message);
  Attribute(IFA_LOCAL, bytes.data.data(), bytes.size);
  Attribute(IFA_ADDRESS, bytes.data.data(), bytes.size);
  if (bytes.family == AF_INET && prefix_length < 31) {
    const Bytes broadcast = BroadcastOf(bytes, prefix_length);
    Attribute(IFA_BROADCAST, broadcast.data.data(), broadcast.size);
  }
  // Nobody else is here whom duplicate address detection could find, and it takes a second.
  const __u32 flags = IFA_F_NOPREFIXROUTE | (bytes.family == AF_INET6 ? IFA_F_NODAD : 0U);
  Attribute(IFA_FLAGS, &flags, sizeof flags);
  EndMessage();
}

void RtNetlink::AddRoute(int index, int family, const std::string& destination, int prefix_length,
                         const std::string& gateway) {
  rtmsg route = {};
  route.rtm_family = static_cast<unsigned char>(family);
  route.rtm_dst_len = static_cast<unsigned char>(prefix_length);
  route.rtm_scope = gateway.empty() && family == AF_INET ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
  route.rtm_type = RTN_UNICAST;
  BeginRoute(route, index, destination.empty() ? "default" : destination);
  if (const Bytes bytes = BytesOf(destination); bytes.size > 0) {
    Attribute(RTA_DST, bytes.data.data(), bytes.size);
  }
  if (const Bytes bytes = BytesOf(gateway); bytes.size > 0) {
    Attribute(RTA_GATEWAY, bytes.data.data(), bytes.size);
  }
  EndMessage();
}

// In the main table: in the local one it would come before the routes to others.
void RtNetlink::OwnTheRest(int family) {
  constexpr int kLoopback = 1;
  rtmsg route = {};
  route.rtm_family = static_cast<unsigned char>(family);
  route.rtm_scope = RT_SCOPE_HOST;
  route.rtm_type = RTN_LOCAL;
  BeginRoute(route, kLoopback, "local default");
  EndMessage();
}

void RtNetlink::BeginRoute(rtmsg route, int index, const std::string& what) {
  route.rtm_table = RT_TABLE_MAIN;
  route.rtm_protocol = RTPROT_BOOT;
  Begin(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, "RTM_NEWROUTE(" + what + ")");
  Append(&route, sizeof route);
  Attribute(RTA_OIF, &index, sizeof index);
}

// One datagram of the kernel's answers.
Result<bool> RtNetlink::Hear(std::size_t& unanswered) {
  pollfd entry = {.fd = socket_.get(), .events = POLLIN, .revents = 0};
  if (::poll(&entry, 1, kWaitMs) <= 0) return CallError("poll", "NETLINK_ROUTE", ETIMEDOUT);
  alignas(nlmsghdr) std::array<char, 8192> answers = {};
  const ssize_t got = ::recv(socket_.get(), answers.data(), answers.size(), 0);
  if (got < 0) return CallError("recv", "NETLINK_ROUTE", errno);
  auto left = static_cast<unsigned>(got);
  for (const auto* one = reinterpret_cast<const nlmsghdr*>(answers.data()); NLMSG_OK(one, left);
       one = NLMSG_NEXT(one, left)) {
    if (one->nlmsg_type != NLMSG_ERROR) continue;
    const int error = -static_cast<const nlmsgerr*>(NLMSG_DATA(one))->error;
    if (error != 0) return Internal(whats_.at(one->nlmsg_seq) + ": " + strerrorname_np(error));
    --unanswered;
  }
  return true;
}

Result<bool> RtNetlink::Commit() {
  const bool is_sent = ::send(socket_.get(), buffer_.data(), buffer_.size(), 0) ==
                       static_cast<ssize_t>(buffer_.size());
  if (!is_sent) return CallError("send", "NETLINK_ROUTE", errno);
  std::size_t unanswered = whats_.size();
  while (unanswered > 0) {
    TRY(const bool is_heard, Hear(unanswered));
    static_cast<void>(is_heard);
  }
  buffer_.clear();
  whats_.clear();
  return true;
}

}  // namespace sandproof
