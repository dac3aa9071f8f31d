// Attempts: fallocate(2) of unnamed files (O_TMPFILE) below "path", until it is refused or there
//   are "most" bytes. With "control", the same in memory that no mount limits.
// Harmless: at most "most" bytes, which the harness has compared with what the host has free; the
//   files have no name, so they are gone with their descriptors, whoever is killed. Nothing that is
//   there is opened.
// Tells apart: ENOSPC, the file system is full; EDQUOT, a quota; EFBIG, a limit of a file's size
//   that leaves no file at all. Others at the open: there is nothing to fill.
// Source: fallocate(2) ERRORS, open(2) "O_TMPFILE", tmpfs(5).
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <vector>

#include "probes/agent/exhausting.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::limit {

namespace {

constexpr std::int64_t kStep = std::int64_t{1} << 20;
constexpr std::size_t kMostFiles = 256;

int OpenFile(const Request& request) {
  const bool is_control = request.Param("medium") == "memory";
  return is_control ? ::memfd_create("sandproof", MFD_CLOEXEC)
                    : ::open(request.Param("path").c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
}

// Grows one file until an errno; 0 when `room` is used up. `grown` is its size.
int Grow(int file, std::int64_t room, std::int64_t& grown) {
  while (grown < room) {
    const std::int64_t step = std::min(kStep, room - grown);
    int failed = ::fallocate(file, 0, grown, step);
    while (failed != 0 && errno == EINTR) failed = ::fallocate(file, 0, grown, step);
    if (failed != 0) return errno;
    grown += step;
  }
  return 0;
}

std::int64_t FreeBytes(const std::string& path) {
  struct statvfs status = {};
  if (::statvfs(path.c_str(), &status) != 0) return -1;
  return static_cast<std::int64_t>(status.f_bfree) * static_cast<std::int64_t>(status.f_frsize);
}

Observation FillUp(const Request& request, std::int64_t most) {
  OfferToOomKiller();
  // Its death would hide the errno.
  ::signal(SIGXFSZ, SIG_IGN);
  std::vector<UniqueFd> files;
  std::int64_t taken = 0;
  while (files.size() < kMostFiles) {
    files.emplace_back(OpenFile(request));
    if (!files.back()) return Denied("open", request.Param("path") + ", O_TMPFILE", errno);
    std::int64_t grown = 0;
    const int error = Grow(files.back().get(), most - taken, grown);
    taken += grown;
    if (error == 0) return Took("fallocate", taken, "bytes below " + request.Param("path"));
    // A file that may not grow has a sibling that may.
    if (error != EFBIG || grown == 0) {
      return Stopped("fallocate", taken, "bytes below " + request.Param("path"), error);
    }
  }
  return SetupFailed("open", "too many files of a limited size", E2BIG);
}

}  // namespace

Observation Fill(const Request& request) {
  const std::int64_t most = MostOf(request, kMostMemory);
  if (most == 0) return SetupFailed("most", "", EINVAL);
  const std::int64_t before = FreeBytes(request.Param("path"));
  Observation observation = InChild(request, [&] { return FillUp(request, most); });
  observation.facts["free_before"] = {std::to_string(before)};
  observation.facts["free_after"] = {std::to_string(FreeBytes(request.Param("path")))};
  return observation;
}

}  // namespace sandproof::probes::limit
