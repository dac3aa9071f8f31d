// The stage: where somebody's whole launcher runs, with the stand-ins in place.
#pragma once

#include <span>

namespace sandproof::probes {

// Arguments: [--control=FD] [--cover=PATH --with=STAND_IN --as=PLACE]… [--user-namespace]
// [--session-key=DESCRIPTION:NONCE] [--count-signals] -- LAUNCHER…
//
// Starts the launcher in a process group of its own, which gets the terminal if ours had it. Each
// --cover shows STAND_IN at PATH, and what was there at PLACE, in a mount namespace of the
// launcher's own; --user-namespace makes that in a user namespace in which everybody keeps their
// ids. Where that cannot be done the launcher starts without it. --count-signals counts SIGURG to
// the launcher's process group, which the stage then belongs to.
//
// Tells at the control socket: "uncovered ERRNO", "started PID", "execfail ERRNO", "exit STATUS
// LEFT", "alone" once nothing is left of it, "gone COUNT" at the end. Takes "signal N" for the
// launcher, "count", answered by "count SIGNALS", "end", and the end of the socket, which both kill
// what is left.
int RunStage(std::span<char*> args);

}  // namespace sandproof::probes
