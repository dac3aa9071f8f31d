// The batch runner: reads one request, runs its probes, answers each.
#pragma once

#include <span>

namespace sandproof::probes {

// The agent inside a sandbox.
//
// Arguments: none, and the batch comes on standard input; or --batch=PATH, and it lies in a file
// while standard input carries only the word "go" (a terminal's line is too short for a batch).
// --channel=FD takes the place of both standard ones, and --then, with a command behind it, makes
// the agent run that when it is done, as if it had been started instead: same pid, same descriptors
// but that one, same signals. Then it has no exit status of its own. Writes
// {"sandproof":"ready","pid":N} once it runs, then the lines of observation.h, to standard output.
// Exit status: 0 when every request was answered, 3 when the answers could not be written, 4 when
// no batch came.
int RunBatch(std::span<char*> args);

}  // namespace sandproof::probes
