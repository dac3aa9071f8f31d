#include "harness/spec/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "harness/spec/quote.h"
#include "probes/wire/unique_fd.h"
#include "suites/property.h"

namespace sandproof {
namespace {

std::string_view KindOf(mode_t mode) {
  if (S_ISDIR(mode)) return "a directory";
  if (S_ISFIFO(mode)) return "a FIFO";
  if (S_ISSOCK(mode)) return "a socket";
  if (S_ISCHR(mode) || S_ISBLK(mode)) return "a device";
  return "no file";
}

Error Failed(std::string_view call, const std::string& file, int error) {
  return BadInput(fmt::format("{}({}): {}", call, Escaped(file), ErrnoName(error)));
}

Error TooLarge(const std::string& file, const Wanted& wanted) {
  return BadInput(fmt::format("{}: larger than the {} bytes that {} may have", Escaped(file),
                              wanted.max_bytes, wanted.what));
}

Result<UniqueFd> OpenRegular(const std::string& file, const Wanted& wanted) {
  // O_NONBLOCK, because opening a FIFO would wait for its writer; O_NOCTTY for a terminal.
  UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd) return Failed("open", file, errno);
  struct stat status = {};
  if (::fstat(fd.get(), &status) != 0) return Failed("fstat", file, errno);
  if (!S_ISREG(status.st_mode)) {
    return BadInput(fmt::format("{}: {}; expected a file with {} in JSON", Escaped(file),
                                KindOf(status.st_mode), wanted.what));
  }
  if (static_cast<std::size_t>(status.st_size) > wanted.max_bytes) return TooLarge(file, wanted);
  return fd;
}

Result<std::string> ReadAll(const UniqueFd& fd, const std::string& file, const Wanted& wanted) {
  constexpr std::size_t kChunk = std::size_t{64} * 1024;
  std::string text;
  while (true) {
    const std::size_t had = text.size();
    text.resize(had + kChunk);
    const ssize_t count = ::read(fd.get(), text.data() + had, kChunk);
    const int error = errno;
    text.resize(had + (count > 0 ? static_cast<std::size_t>(count) : 0));
    if (count < 0 && error != EINTR) return Failed("read", file, error);
    if (count == 0) return text;
    // Again, because the file can grow, and files of /proc say that they have 0 bytes.
    if (text.size() > wanted.max_bytes) return TooLarge(file, wanted);
  }
}

}  // namespace

Result<std::string> ReadFile(const std::string& file, const Wanted& wanted) {
  TRY(const UniqueFd fd, OpenRegular(file, wanted));
  return ReadAll(fd, file, wanted);
}

}  // namespace sandproof
