// Attempts: mmap(2) of "most" bytes of address space in one piece, without access to it; where
//   that is refused, of less and less.
// Harmless: no page of it is ever touched, so it takes no memory; it is unmapped at once.
// Tells apart: ENOMEM, RLIMIT_AS. The size is far below what the kernel gives to a process.
// Source: mmap(2) ERRORS, setrlimit(2).
#include <sys/mman.h>

#include <algorithm>
#include <cerrno>

#include "probes/agent/exhausting.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::limit {

namespace {

// The errno; 0: it was there.
int Map(std::int64_t bytes) {
  const auto size = static_cast<std::size_t>(bytes);
  void* const memory =
      ::mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return errno;
  ::munmap(memory, size);
  return 0;
}

}  // namespace

Observation AddressSpace(const Request& request) {
  constexpr std::int64_t kEver = std::int64_t{1} << 45;
  const std::int64_t most = MostOf(request, kEver);
  if (most == 0) return SetupFailed("most", "", EINVAL);
  const int error = Map(most);
  std::int64_t taken = most;
  // What does fit, to the nearest sixteenth: it tells this limit from a far lower one.
  while (error != 0 && taken > 0 && Map(taken) != 0) taken -= std::max<std::int64_t>(most / 16, 1);
  Observation observation = error == 0
                                ? Took("mmap", most, "bytes of address space")
                                : Stopped("mmap", std::max<std::int64_t>(taken, 0), "bytes", error);
  observation.facts["given_back"] = {"unmapped"};
  return observation;
}

}  // namespace sandproof::probes::limit
