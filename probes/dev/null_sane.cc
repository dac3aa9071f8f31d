// Attempts: open(2) of /dev/null, write(2) of a byte to it and read(2) from it.
// Harmless: it swallows what is written.
// Tells apart: ENOENT, no node; EACCES, modes or nodev; ENODATA, something else under its name.
// Source: null(4), CVE-2025-31133.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>

#include "probes/agent/probe.h"

namespace sandproof::probes::dev {

Observation NullSane(const Request&) {
  constexpr char kPath[] = "/dev/null";
  struct stat status = {};
  if (::stat(kPath, &status) != 0) return Denied("stat", kPath, errno);
  // Looked at before it is opened: a file of that name would keep what is written.
  if (!S_ISCHR(status.st_mode) || status.st_rdev != ::makedev(1, 3)) {
    return Denied("stat", "/dev/null: not 1:3", ENODATA);
  }
  const UniqueFd fd(::open(kPath, O_RDWR | O_CLOEXEC | O_NOCTTY));
  if (!fd) return Denied("open", kPath, errno);
  char byte = 'x';
  if (::write(fd.get(), &byte, 1) != 1) return Denied("write", kPath, errno);
  const ssize_t got = ::read(fd.get(), &byte, 1);
  if (got < 0) return Denied("read", kPath, errno);
  return ReachedIf(got == 0, "read", kPath);
}

}  // namespace sandproof::probes::dev
