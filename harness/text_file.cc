#include "harness/text_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "probes/wire/unique_fd.h"

namespace sandproof {

std::string ReadTextFile(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  return file ? ReadRest(file.get()).value_or("") : "";
}

std::string ReadOnce(const std::string& path, std::size_t most) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string text(most, '\0');
  const ssize_t got = file ? ::read(file.get(), text.data(), text.size()) : -1;
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return text;
}

// Not by a stream: its iterators throw where a read fails, as those in /proc of a process that has
// ended do.
std::optional<std::string> ReadRest(int fd, std::size_t most) {
  std::string text;
  std::array<char, 4096> buffer = {};
  while (text.size() < most) {
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::nullopt;
    if (got == 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return text;
}

}  // namespace sandproof
