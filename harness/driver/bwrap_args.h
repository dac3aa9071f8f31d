// The arguments of bwrap(1), read as bubblewrap 0.8.0 to 0.11 read them.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/result.h"

namespace sandproof {

// Where a word stands: in bwrap's own argv, or in a file that --args names.
struct BwrapPosition {
  int file = -1;          // the descriptor of --args, or -1 for argv
  std::size_t index = 0;  // counted without bwrap itself
};

struct BwrapOption {
  std::string name = {};
  std::vector<std::string> operands = {};
  BwrapPosition position = {};

  [[nodiscard]] std::string ToString() const;  // "--ro-bind /usr /usr"
};

struct BwrapArguments {
  // In the order in which bwrap obeys them: those of an --args file follow its "--args".
  std::vector<BwrapOption> options = {};
  std::vector<int> files = {};  // the descriptors of --args
  std::size_t end = 0;          // where an option can still be added: at "--" or the command
  std::size_t command = 0;      // the command's first word; the number of words when it is missing
};

// What the descriptors of --args hold: words, each ended by NUL.
using BwrapFiles = std::map<int, std::string>;

// Reads the words that follow "bwrap". Without `files` the words behind --args FD are left out,
// which is enough to learn the descriptors and the place of the command.
//
// Errors: kConfiguration for what bwrap itself refuses: an unknown option, a missing operand,
// --args
//         in an --args file, more than 9000 words. kInternal for a file that `files` lacks.
// Source: bwrap(1); parse_args_recurse() in bubblewrap.c.
[[nodiscard]] Result<BwrapArguments> ParseBwrapArguments(std::span<const std::string> words,
                                                         const std::optional<BwrapFiles>& files);

// The words of an --args file, and back.
[[nodiscard]] std::vector<std::string> SplitBwrapFile(std::string_view content);
[[nodiscard]] std::string JoinBwrapFile(const std::vector<std::string>& words);

// A descriptor's number as bwrap reads it, or -1.
[[nodiscard]] int ParseDescriptor(std::string_view word);

}  // namespace sandproof
