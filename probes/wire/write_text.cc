#include "probes/wire/write_text.h"

#include <fcntl.h>
#include <unistd.h>

#include "probes/wire/unique_fd.h"

namespace sandproof {

bool WriteText(const std::string& path, const std::string& text) {
  const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  return fd && ::write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

}  // namespace sandproof
