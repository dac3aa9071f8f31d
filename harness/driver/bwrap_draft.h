// Changes of a bwrap line, and the line that they give.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "harness/driver/bwrap_line.h"
#include "harness/driver/mutation.h"

namespace sandproof {

// `count` words of spec.launch from `at`, replaced.
struct WordChange {
  std::size_t at = 0;
  std::size_t count = 0;
  std::vector<std::string> words = {};
};

// The same of bwrap's options, wherever they are written.
struct OptionChange {
  std::size_t at = 0;
  std::size_t count = 0;
  std::vector<BwrapOption> options = {};
};

// A mutation in the making.
struct MutationDraft {
  Mutation mutation = {};
  std::vector<WordChange> words = {};
  std::vector<OptionChange> options = {};
  std::vector<int> unused_fds = {};
  bool is_drop = false;  // the flag is gone, and not only weaker
  bool is_launched = true;
};

// A user's line, taken apart.
struct BwrapParts {
  const SandboxSpec& spec;
  const BwrapLine& line;
  const BwrapArguments& arguments;
};

// Both changes in one; false when they are of the same words.
[[nodiscard]] bool Join(MutationDraft& draft, const MutationDraft& other);

// Whether all that the other changes is changed already.
[[nodiscard]] bool Holds(const MutationDraft& draft, const MutationDraft& other);

// The same where one may hold what the other does; false when they contradict each other.
[[nodiscard]] bool Merge(MutationDraft& draft, const MutationDraft& other);

// The options after the changes, in the order in which bwrap obeys them.
[[nodiscard]] std::vector<BwrapOption> ChangedOptions(const BwrapParts& parts,
                                                      const MutationDraft& draft);

// The words before bwrap after the changes.
[[nodiscard]] std::vector<std::string> ChangedPrefix(const BwrapParts& parts,
                                                     const MutationDraft& draft);

// The line after the changes; options that stood in a file of --args stay in it.
[[nodiscard]] MutantLine Render(const BwrapParts& parts, const MutationDraft& draft);

}  // namespace sandproof
