// What the guard and the stage share: each starts a launcher, reaps whatever descends from it, and
// obeys the harness at the other end of a socket.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

#include "probes/wire/unique_fd.h"

namespace sandproof::probes {

// One message to the harness. One that is gone is seen as end of file in Watch.
void Tell(int control, const std::string& message);

// From now on SIGURG is counted, and interrupts nothing.
void CountSigurg();
[[nodiscard]] long SigurgCount();

// Blocks SIGCHLD. Readable whenever a child has ended.
[[nodiscard]] UniqueFd ChildEnded();

// Reaps what has ended. Of the launcher's own end it tells "exit STATUS 1" where others are left,
// else "exit STATUS 0", once `on_end` has run; `launcher` is then -1, because its number may be
// somebody else's from now on.
void Reap(int control, pid_t& launcher, const std::function<void()>& on_end = {});

// Calls `reap` whenever a child has ended and `obey` with each message of the harness, until that
// returns false or the harness is gone.
void Watch(int control, int child_ended, const std::function<void()>& reap,
           const std::function<bool(const std::string& message)>& obey);

}  // namespace sandproof::probes
