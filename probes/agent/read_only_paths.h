// Read-only paths, and the ways around them that the layout of a sandbox leaves.
#pragma once

#include <string>
#include <vector>

#include "probes/agent/mounts.h"
#include "probes/agent/probe.h"
#include "probes/agent/targets.h"

namespace sandproof::probes {

// A path on a mount that refuses writes.
struct ReadOnlyPath {
  std::string path = {};         // without symbolic links
  const Mount* mount = nullptr;  // that it lies on
  std::string in_fs = {};        // where it lies in the file system of that mount
};

// Those of `paths` that exist and whose mount refuses writes; "/" is never one of them, because
// everything lies below it. `table` must outlive them.
[[nodiscard]] std::vector<ReadOnlyPath> ReadOnlyPaths(const std::vector<std::string>& paths,
                                                      const MountTable& table);

void AddAliases(const ReadOnlyPath& path, const MountTable& table,
                std::vector<std::string>& findings);
void AddSubmounts(const ReadOnlyPath& path, const MountTable& table,
                  const std::vector<std::string>& open, std::vector<std::string>& findings);
void AddRenamableParents(const ReadOnlyPath& path, std::vector<std::string>& findings);

// Files with several names, one below `paths` and one below `open`; a few hundred entries of each
// are looked at.
[[nodiscard]] std::vector<std::string> HardLinks(const std::vector<ReadOnlyPath>& paths,
                                                 const std::vector<std::string>& open);

}  // namespace sandproof::probes
