// Attempts: truncate(2) of a regular file to one byte more than it has, under RLIMIT_FSIZE 0.
// Harmless: the limit refuses the growth before anything changes; measured on ext4 and tmpfs: size
//   and ctime stay. A file with capabilities is not taken, because they are removed before the
//   limit is looked at. SIGXFSZ is ignored meanwhile.
// Tells apart: EROFS, the mount refuses; EFBIG, it does not, only the limit did; EACCES, modes or
//   an LSM; ETXTBSY, a running program; EISDIR, there is no regular file.
// Source: truncate(2), setrlimit(2); do_truncate() in fs/open.c, inode_newsize_ok() in fs/attr.c.
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "probes/agent/probe.h"
#include "probes/agent/targets.h"

namespace sandproof::probes::fs {

namespace {

// No file can grow as long as this lives.
class NoGrowth {
 public:
  NoGrowth() {
    handler_ = ::signal(SIGXFSZ, SIG_IGN);
    is_set_ = ::getrlimit(RLIMIT_FSIZE, &before_) == 0;
    rlimit none = before_;
    none.rlim_cur = 0;
    is_set_ = is_set_ && ::setrlimit(RLIMIT_FSIZE, &none) == 0;
  }
  ~NoGrowth() {
    if (is_set_) ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, handler_);
  }
  NoGrowth(const NoGrowth&) = delete;
  NoGrowth& operator=(const NoGrowth&) = delete;

  [[nodiscard]] bool is_set() const { return is_set_; }

 private:
  rlimit before_ = {};
  void (*handler_)(int) = SIG_DFL;
  bool is_set_ = false;
};

bool HasCapabilities(const std::string& file) {
  return ::getxattr(file.c_str(), "security.capability", nullptr, 0) >= 0;
}

Observation Grow(const std::string& file) {
  struct stat status = {};
  if (::stat(file.c_str(), &status) != 0) return Denied("stat", file, errno);
  const NoGrowth limit;
  if (!limit.is_set()) return SetupFailed("setrlimit", "RLIMIT_FSIZE", errno);
  if (::truncate(file.c_str(), status.st_size + 1) == 0) return Reached("truncate", file);
  return Denied("truncate", file, errno);
}

}  // namespace

Observation Truncate(const Request& request) {
  const std::string& path = request.Param("path");
  return TryFilesAt(path, NoRegularFile(path), [](const std::string& file) {
    return HasCapabilities(file) ? std::nullopt : std::optional(Grow(file));
  });
}

}  // namespace sandproof::probes::fs
