// Memory for what a run will hold.
#pragma once

namespace sandproof {

// Asks the kernel for huge pages below what will be allocated next: each small page by itself is a
// fault, and those are a tenth of a run. Goes after whatever is forked without an exec, since a
// page that is shared with a child costs a fault again.
//
// Does nothing where the heap is not that of glibc or the host has no huge pages to give.
// Source: madvise(2) MADV_HUGEPAGE.
void ExpectLargeHeap();

}  // namespace sandproof
