// Attempts: open(2) and read(2) of the first bytes of "path", or of each of "paths" until one has
//   any. With "what" = address only a line that begins with an address other than zero counts.
// Harmless: the files named in the records are inventories that reading does not consume; nothing
//   of the content is handed on.
// Tells apart: ENOENT, absent; EACCES or EPERM, modes or capabilities; ENODATA, the file is
//   covered, empty, or shows zeros only.
// Source: proc(5), Documentation/admin-guide/sysctl/kernel.rst kptr_restrict.
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>

#include <cerrno>
#include <cstdlib>

#include "probes/agent/probe.h"
#include "probes/agent/targets.h"

namespace sandproof::probes::proc {

namespace {

// The kernel's function that answers zeros to who may not see addresses does so for every line.
bool HasAddress(const std::string& text) {
  for (std::size_t begin = 0; begin < text.size();) {
    if (std::strtoull(text.c_str() + begin, nullptr, 16) != 0) return true;
    const std::size_t end = text.find('\n', begin);
    if (end == std::string::npos) break;
    begin = end + 1;
  }
  return false;
}

Observation Look(const std::string& path, bool wants_address) {
  constexpr std::size_t kEnough = 1024;
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd) return Denied("open", path, errno);
  struct statfs status = {};
  if (::fstatfs(fd.get(), &status) != 0) return SetupFailed("fstatfs", path, errno);
  if (status.f_type != PROC_SUPER_MAGIC) return Denied("fstatfs", path + ": covered", ENODATA);
  errno = 0;
  const std::string text = ReadAll(fd.get(), kEnough);
  if (text.empty()) return Denied("read", path, errno == 0 ? ENODATA : errno);
  if (wants_address && !HasAddress(text)) return Denied("read", path + ": zeros", ENODATA);
  return Reached("read", path);
}

}  // namespace

Observation ReadFile(const Request& request) {
  Observation last = SetupFailed("open", "no path", EINVAL);
  for (const std::string& path : PathsOf(request)) {
    Observation now = Look(path, request.Param("what") == "address");
    if (now.outcome == Outcome::kReached) return now;
    if (last.outcome != Outcome::kDenied || last.error == ENOENT) last = std::move(now);
  }
  return last;
}

}  // namespace sandproof::probes::proc
