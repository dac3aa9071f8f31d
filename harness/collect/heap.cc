#include "harness/collect/heap.h"

#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <memory>

namespace sandproof {

namespace {

// What a run of a few sandboxes allocates, and a huge page more for the alignment.
constexpr std::size_t kRun = std::size_t{6} * 1024 * 1024;
// Larger than what is left on top of the heap, so that it grows by all that is wanted.
constexpr std::size_t kProbe = std::size_t{96} * 1024;

}  // namespace

void ExpectLargeHeap() {
  ::mallopt(M_TOP_PAD, kRun);
  const auto block = std::make_unique<char[]>(kProbe);
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const std::uintptr_t begin = reinterpret_cast<std::uintptr_t>(block.get()) / page * page;
  const std::uintptr_t end = reinterpret_cast<std::uintptr_t>(::sbrk(0)) / page * page;
  if (end <= begin || end - begin > 2 * kRun) return;
  // What is refused is mapped page by page, as ever.
  static_cast<void>(::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE));
}

}  // namespace sandproof
