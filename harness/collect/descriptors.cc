#include "harness/collect/descriptors.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

namespace sandproof {

namespace {

Result<UniqueFd> OpenOne(const LaunchDescriptor& wanted) {
  if (wanted.path.empty() && !wanted.content) {
    UniqueFd own(::fcntl(wanted.fd, F_DUPFD_CLOEXEC, 3));
    if (!own) return CallError("dup", std::to_string(wanted.fd), errno);
    return own;
  }
  if (!wanted.content) {
    const int flags = (wanted.writable ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NOCTTY;
    UniqueFd fd(::open(wanted.path.c_str(), flags));
    if (!fd) return CallError("open", wanted.path, errno);
    return fd;
  }
  UniqueFd fd(::memfd_create("sandproof-arguments", MFD_CLOEXEC));
  const std::string& text = *wanted.content;
  const bool is_written =
      fd && ::write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      ::lseek(fd.get(), 0, SEEK_SET) == 0;
  if (!is_written) return CallError("memfd_create", "arguments", errno);
  return fd;
}

}  // namespace

Result<OpenDescriptors> OpenAll(const std::vector<LaunchDescriptor>& wanted) {
  OpenDescriptors open;
  for (const LaunchDescriptor& one : wanted) {
    TRY(UniqueFd fd, OpenOne(one));
    open.fds.push_back({.target = one.fd, .source = fd.get()});
    open.numbers.push_back(one.fd);
    open.owned.push_back(std::move(fd));
  }
  return open;
}

}  // namespace sandproof
