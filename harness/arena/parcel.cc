#include "harness/arena/parcel.h"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "harness/process/process.h"

namespace sandproof {

namespace {

constexpr std::size_t kMostBytes = 32768;
constexpr std::size_t kControlBytes = CMSG_SPACE(kMostInParcel * sizeof(int));

std::vector<std::string> Lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

void TakeDescriptors(msghdr& message, std::vector<UniqueFd>& fds) {
  for (cmsghdr* one = CMSG_FIRSTHDR(&message); one != nullptr; one = CMSG_NXTHDR(&message, one)) {
    if (one->cmsg_level != SOL_SOCKET || one->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (one->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(one) + i * sizeof fd, sizeof fd);
      fds.emplace_back(fd);
    }
  }
}

}  // namespace

bool SendParcel(int socket, const Parcel& parcel) {
  std::string text;
  for (const std::string& word : parcel.words) text += word + '\n';
  if (parcel.fds.size() > kMostInParcel || text.size() > kMostBytes) return false;
  iovec part = {.iov_base = text.data(), .iov_len = text.size()};
  alignas(cmsghdr) std::array<char, kControlBytes> control = {};
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (!parcel.fds.empty()) {
    message.msg_control = control.data();
    message.msg_controllen = CMSG_SPACE(parcel.fds.size() * sizeof(int));
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(parcel.fds.size() * sizeof(int));
    for (std::size_t i = 0; i < parcel.fds.size(); ++i) {
      const int fd = parcel.fds[i].get();
      std::memcpy(CMSG_DATA(header) + i * sizeof fd, &fd, sizeof fd);
    }
  }
  return ::sendmsg(socket, &message, MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
}

Result<Parcel> ReceiveParcel(int socket, int limit_ms) {
  pollfd entry = {.fd = socket, .events = POLLIN, .revents = 0};
  int ready = 0;
  while ((ready = ::poll(&entry, 1, limit_ms)) < 0 && errno == EINTR) {
  }
  if (ready <= 0) return CallError("poll", "the helper", ETIMEDOUT);
  std::array<char, kMostBytes> text = {};
  alignas(cmsghdr) std::array<char, kControlBytes> control = {};
  iovec part = {.iov_base = text.data(), .iov_len = text.size()};
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const ssize_t got = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  if (got <= 0) return CallError("recvmsg", "the helper", got == 0 ? EPIPE : errno);
  Parcel parcel;
  TakeDescriptors(message, parcel.fds);
  parcel.words = Lines(std::string_view(text.data(), static_cast<std::size_t>(got)));
  return parcel;
}

}  // namespace sandproof
