#include "harness/canary/planted_kinds.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

namespace sandproof {

namespace {

bool Put(int fd, const std::string& nonce) {
  return ::write(fd, nonce.data(), nonce.size()) == static_cast<ssize_t>(nonce.size());
}

}  // namespace

PlantedKinds PlantedKinds::Make(const std::string& nonce) {
  PlantedKinds kinds;
  kinds.memfd_.reset(::memfd_create("sandproof-planted", MFD_CLOEXEC));
  if (kinds.memfd_ && !Put(kinds.memfd_.get(), nonce)) kinds.memfd_.reset();
  std::array<int, 2> ends = {-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) == 0) {
    kinds.pipe_.reset(ends[0]);
    kinds.pipe_writer_.reset(ends[1]);
    if (!Put(ends[1], nonce)) kinds.pipe_.reset();
  }
  if (::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends.data()) == 0) {
    kinds.socket_.reset(ends[0]);
    kinds.socket_peer_.reset(ends[1]);
    if (!Put(ends[1], nonce)) kinds.socket_.reset();
  }
  kinds.pidfd_.reset(static_cast<int>(::syscall(SYS_pidfd_open, ::getpid(), 0)));
  kinds.terminal_master_.reset(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  const int master = kinds.terminal_master_.get();
  const bool is_open = master >= 0 && ::grantpt(master) == 0 && ::unlockpt(master) == 0;
  const char* const name = is_open ? ::ptsname(master) : nullptr;
  if (name != nullptr) kinds.terminal_.reset(::open(name, O_RDWR | O_NOCTTY | O_CLOEXEC));
  return kinds;
}

void PlantedKinds::Plant(std::vector<int> taken, std::vector<ChildFd>& planted,
                         Params& params) const {
  constexpr int kFirst = 7;
  for (const ChildFd& fd : planted) taken.push_back(fd.target);
  int at = kFirst;
  for (const auto& [name, fd] :
       {std::pair("memfd", &memfd_), std::pair("pipe", &pipe_), std::pair("socket", &socket_),
        std::pair("pidfd", &pidfd_), std::pair("terminal", &terminal_)}) {
    if (!*fd) continue;
    while (std::find(taken.begin(), taken.end(), at) != taken.end()) ++at;
    params[name] = std::to_string(at);
    planted.push_back({.target = at++, .source = fd->get()});
  }
}

}  // namespace sandproof
