// What stands around bwrap in a launch line: setpriv(1), env(1), and programs that we do not know.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "harness/driver/bwrap_draft.h"

namespace sandproof {

// What is known of whoever starts the words, and of what they start.
struct WrapperFacts {
  std::string drops_all = {};  // what behind them drops all capabilities; empty: nothing does
  bool has_groups = true;      // whoever starts them has supplementary groups
};

// Takes away or weakens each flag of setpriv and env, and setpriv and each program that is neither
// as a whole. `words` begin at `offset` in spec.launch.
[[nodiscard]] std::vector<MutationDraft> DraftWrappers(std::span<const std::string> words,
                                                       std::size_t offset,
                                                       const WrapperFacts& facts);

// The uid behind such words when `uid` starts them.
[[nodiscard]] unsigned UidBehind(std::span<const std::string> words, unsigned uid);

}  // namespace sandproof
