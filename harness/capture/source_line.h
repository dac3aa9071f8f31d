// Which line of a script started a program.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sandproof {

// The lines of `script` that may have started `argv`, best first and all equally good: those that
// name the program and bear most of its words in the lines that follow. `read_to` is how far the
// interpreter has read the script, in bytes; negative where that is not known.
[[nodiscard]] std::vector<int> LinesThatStart(std::string_view script,
                                              std::span<const std::string> argv, long read_to);

// "entrypoint.sh:83", "entrypoint.sh:83 or 90" or empty: searches the scripts of the process's
// ancestors up to `top`, and then those that `launcher` names, which may have become the process.
//
// Why a search: a shell tells its children no line, and what would make it (PS4, BASH_ENV) changes
// the program that is looked at.
[[nodiscard]] std::string FindSource(int pid, int top, std::span<const std::string> launcher,
                                     std::span<const std::string> argv);

}  // namespace sandproof
