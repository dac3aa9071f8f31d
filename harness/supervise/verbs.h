// What experiments do to processes: each says what went wrong, or nothing.
#pragma once

#include <string>

#include "harness/supervise/experiment.h"
#include "harness/supervise/trial.h"

namespace sandproof {

// Has the process make exit_group(code), after write(1, `last_words`) where there are any.
[[nodiscard]] std::string MakeExit(const ProcessFacts& process, int code,
                                   const std::string& last_words);

// Has a launcher end as one does that cannot set its sandbox up: nothing runs below it any more,
// and it makes exit_group(code). One that just exits could leave a sandbox behind that has not
// asked yet to die with it (--die-with-parent), which no failed set-up does.
[[nodiscard]] std::string MakeSetupFail(const ProcessFacts& launcher, int code);

// Has the service fork a process that stays, in a session of its own, and exit with 0.
[[nodiscard]] std::string MakeBackground(const ProcessFacts& process);

// Has the service fork a process whose child becomes an orphan and ends; the orphan's pid.
[[nodiscard]] Result<pid_t> MakeOrphan(const ProcessFacts& process);

// Has the service stop its process group by kill(0, SIGSTOP); what the call gave.
[[nodiscard]] Result<long> StopGroup(const ProcessFacts& process);

// Stops a process by SIGSTOP, every thread of it: until then a signal that comes later may be taken
// first.
[[nodiscard]] std::string StopAll(System& system, const ProcessFacts& process);

// Whether every thread of the process is stopped.
[[nodiscard]] bool IsStopped(const ProcessFacts& process);

// Whether the signal tells of a crash: its default action is to end with a core (signal(7)), and
// the fault that it stands for would come again, were its handler to return.
[[nodiscard]] bool IsCrash(int signal);

// Sends a signal to a process whose handler for it neither returns nor ends: with the default
// action and unblocked, as crash handlers themselves do last.
[[nodiscard]] std::string CrashAgain(const ProcessFacts& process, int signal);

// Why this signal cannot end the process; empty: it can.
[[nodiscard]] std::string WhyNotBy(const ProcessFacts& process, int signal);

// Whether a signal waits for the process (proc_pid_status(5), ShdPnd and SigPnd).
[[nodiscard]] bool IsPending(const ProcessFacts& process, int signal);

}  // namespace sandproof
