// The first entries of a directory, without reading the rest: a directory of thousands is common.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace sandproof::probes {

struct DirectoryEntry {
  std::string name = {};
  unsigned char type = 0;  // DT_REG, …; DT_UNKNOWN where the filesystem does not say
};

// Up to `limit` entries in the kernel's order, without "." and "..". Empty where the directory
// cannot be read.
//
// Why: readdir(3) asks for 32 KiB at once, which lets the kernel look at hundreds of inodes.
// Source: getdents64(2).
[[nodiscard]] std::vector<DirectoryEntry> EntriesOf(const std::string& directory,
                                                    std::size_t limit);

// Paths of directories in "/", among its first 100 entries.
[[nodiscard]] std::vector<std::string> DirectoriesOfRoot();

}  // namespace sandproof::probes
