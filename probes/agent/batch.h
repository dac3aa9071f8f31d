// The batch runner: reads one request, runs its probes, answers each.
#pragma once

#include <span>

namespace sandproof::probes {

// The agent inside a sandbox.
//
// Arguments: none, and the batch comes on standard input; or --batch=PATH, and it lies in a file
// while standard input carries only the word "go" (a terminal's line is too short for a batch).
// Writes {"sandproof":"ready","pid":N} once it runs, then the lines of observation.h, to standard
// output. Exit status: 0 when every request was answered, 3 when the answers could not be written,
// 4 when no batch came.
int RunBatch(std::span<char*> args);

}  // namespace sandproof::probes
