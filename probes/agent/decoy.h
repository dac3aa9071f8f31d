// The decoy: a process outside that probes try to see, signal, trace and read.
#pragma once

#include <span>

namespace sandproof::probes {

// A harmless process with one of everything worth stealing: a token in its arguments, a nonce in
// its environment, its memory and an open file, a key in the user keyring of its uid.
//
// Arguments: [--uid=N --gid=N --groups=N,N] --token=TEXT --nonce=HEX --key=DESCRIPTION
// Prints:    "ready PID ADDRESS FD KEY_SERIAL\n" (ADDRESS in hex, of the nonce's bytes), then for
//            every line that it reads "count SIGURG MEMORY_CHANGED\n"
// Ends, and takes its key out of the keyring, when its standard input closes.
int RunDecoy(std::span<char*> args);

}  // namespace sandproof::probes
