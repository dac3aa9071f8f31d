// Attempts: open(2) of each path of "read" for reading and of each of "write" for writing.
// Harmless: nothing is read (reading /proc/kmsg consumes it) and nothing is written: the open of a
//   kernel setting changes nothing.
// Tells apart: fact "shown", those that opened and that a file system of the kernel's shows: what
//   another file covers, as container runtimes mask it, is not shown. ENOENT: neither /proc nor
//   /sys is one.
// Source: proc(5), sysfs(5); OCI runtime specification, "Masked Paths", "Readonly Paths".
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>

#include <algorithm>
#include <cerrno>

#include "probes/agent/probe.h"
#include "probes/wire/list.h"

namespace sandproof::probes::proc {

namespace {

bool IsOfKernel(const std::string& path) {
  constexpr long kTypes[] = {PROC_SUPER_MAGIC, SYSFS_MAGIC, DEBUGFS_MAGIC, TRACEFS_MAGIC};
  struct statfs status = {};
  return ::statfs(path.c_str(), &status) == 0 &&
         std::ranges::find(kTypes, status.f_type) != std::end(kTypes);
}

void AddShown(const Request& request, const char* how, int access,
              std::vector<std::string>& shown) {
  for (const std::string& path : SplitList(request.Param(how))) {
    // Looked at before it is opened: what covers it may be anything.
    if (!IsOfKernel(path)) continue;
    const UniqueFd fd(::open(path.c_str(), access | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (fd) shown.push_back(std::string(how) + ' ' + path);
  }
}

}  // namespace

Observation ShownFiles(const Request& request) {
  if (!IsOfKernel("/proc") && !IsOfKernel("/sys")) return Denied("statfs", "/proc, /sys", ENOENT);
  std::vector<std::string> shown;
  AddShown(request, "read", O_RDONLY, shown);
  AddShown(request, "write", O_WRONLY, shown);
  return Read("open", "/proc/…, /sys/…", {{"shown", std::move(shown)}});
}

}  // namespace sandproof::probes::proc
