// How a file of ours gets into a sandbox that bwrap makes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/driver/bwrap_args.h"
#include "harness/driver/bwrap_layout.h"
#include "harness/driver/driver.h"

namespace sandproof {

// An option of ours, and before which word of the user's it goes.
struct BwrapInsertion {
  BwrapPosition before = {};
  std::vector<std::string> words = {};
};

struct BwrapEntry {
  std::string inside = {};  // the path under which the file is opened or run inside
  std::optional<BwrapInsertion> insertion = std::nullopt;
  std::optional<LaunchDescriptor> descriptor = std::nullopt;
  std::string perturbation = {};  // one sentence
  bool is_new_path = true;        // false when the user's own line shows something there
};

// A sandbox as the user's own arguments make it.
struct BwrapSandbox {
  const SandboxSpec& spec;
  const BwrapArguments& arguments;
  const BwrapLayout& layout;
  bool is_wrapped = false;  // a command of the user's runs inside and starts the payload
};

// Finds a way for the agent, in this order:
//  1. a read-only bind at a fixed path in the root, when the root is bwrap's own tmpfs;
//  2. the file's own path, when a bind mount of the user's shows it;
//  3. a read-only bind in a tmpfs of the user's;
//  4. a bind over the payload's own file, which must exist;
//  5. an inherited descriptor, run as /proc/self/fd/N.
//
// Why this order: 2 adds nothing, but only a root that comes from the host usually shows the file,
// and then 1 is impossible when the root is read-only and would make the mount point on the host
// itself when it is not. For the same reason nothing is ever created on a bind mount. 4 hides a
// file of the user's and 5 shows in every list of descriptors, so they come last. No way can tell
// whether the file's own filesystem is mounted noexec. Errors: kInternal when there is no way.
[[nodiscard]] Result<BwrapEntry> EnterAgent(const BwrapSandbox& sandbox, const std::string& host);

// The same for the file that holds the request: 1, 2, 3 and 5. `descriptor` is one not to take.
[[nodiscard]] Result<BwrapEntry> EnterBatch(const BwrapSandbox& sandbox, const std::string& host,
                                            std::optional<int> descriptor);

}  // namespace sandproof
