// Whether a number still means the decoy: numbers of processes are per namespace and are reused.
#pragma once

#include <sys/types.h>

#include <string_view>

namespace sandproof::probes {

// 0 when `pid` names a session leader other than ourselves, as the decoy is one; otherwise the
// errno of getsid(2), or ESRCH for a namesake. Ask this before a signal or a trace: what is not the
// decoy must not be touched.
// Source: pid_namespaces(7), getsid(2): on Linux only an LSM refuses it for a visible process.
[[nodiscard]] int LookForDecoy(pid_t pid);

// The same for /proc, which may belong to another PID namespace than we do: 0 when the arguments of
// /proc/PID bear the token, otherwise the errno of open(2), or ESRCH for a namesake.
[[nodiscard]] int LookForDecoyInProc(std::string_view pid, std::string_view token);

}  // namespace sandproof::probes
