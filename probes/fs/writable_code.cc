// Attempts: mmap(2) with PROT_EXEC of a file without a name (O_TMPFILE), in each mount that lets
//   write.
// Harmless: the file holds nothing, never gets a name and is gone when it is closed; nothing is
//   run.
// Tells apart: fact "writable_code", the mount points where it worked: neither read-only nor
//   noexec. Without those in "ignore".
// Source: mmap(2) EPERM, mount(8) noexec.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "probes/agent/mounts.h"
#include "probes/agent/probe.h"
#include "probes/wire/list.h"

namespace sandproof::probes::fs {

namespace {

bool RunsWhatIsWritten(const std::string& point) {
  const UniqueFd fd(::open(point.c_str(), O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0700));
  if (!fd) return false;
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  void* const memory = ::mmap(nullptr, page, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd.get(), 0);
  if (memory != MAP_FAILED) ::munmap(memory, page);
  return memory != MAP_FAILED;
}

}  // namespace

Observation WritableCode(const Request& request) {
  const MountTable table = Mounts();
  if (!table.complete) {
    return SetupFailed("listmount", "mount table", table.error == 0 ? E2BIG : table.error);
  }
  const std::vector<std::string> ignored = SplitList(request.Param("ignore"));
  Facts facts = {{"writable_code", {}}};
  for (const Mount& mount : table.mounts) {
    if (mount.read_only || mount.noexec) continue;
    if (std::find(ignored.begin(), ignored.end(), mount.point) != ignored.end()) continue;
    if (RunsWhatIsWritten(mount.point)) {
      facts["writable_code"].push_back(mount.point.substr(0, 64));
    }
  }
  return Read("mmap", "PROT_EXEC in each mount", std::move(facts));
}

}  // namespace sandproof::probes::fs
