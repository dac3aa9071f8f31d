#include "harness/arena/parcel.h"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "harness/process/process.h"
#include "probes/wire/passed_descriptors.h"

namespace sandproof {

namespace {

constexpr std::size_t kMostBytes = 32768;

std::vector<std::string> Lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

}  // namespace

bool SendParcel(int socket, const Parcel& parcel) {
  std::string text;
  for (const std::string& word : parcel.words) text += word + '\n';
  if (text.size() > kMostBytes) return false;
  std::vector<int> fds;
  for (const UniqueFd& fd : parcel.fds) fds.push_back(fd.get());
  return SendWithDescriptors(socket, text, fds, MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
}

Result<Parcel> ReceiveParcel(int socket, int limit_ms) {
  pollfd entry = {.fd = socket, .events = POLLIN, .revents = 0};
  int ready = 0;
  while ((ready = ::poll(&entry, 1, limit_ms)) < 0 && errno == EINTR) {
  }
  if (ready <= 0) return CallError("poll", "the helper", ETIMEDOUT);
  std::array<char, kMostBytes> text = {};
  Parcel parcel;
  const ssize_t got = ReceiveWithDescriptors(socket, text, kMostPassed, parcel.fds, 0);
  if (got <= 0) return CallError("recvmsg", "the helper", got == 0 ? EPIPE : errno);
  parcel.words = Lines(std::string_view(text.data(), static_cast<std::size_t>(got)));
  return parcel;
}

}  // namespace sandproof
