// Entering a user namespace, for the harness and the agent alike.
#pragma once

#include <sys/types.h>

namespace sandproof {

// Whose ids a new user namespace knows. All others are the overflow ids in it: user_namespaces(7).
enum class Mapped {
  kNobody,    // it could not be entered, or not be mapped; errno says why
  kSelf,      // ours, and setgroups(2) is given up
  kEverybody  // each id that was known before, as itself
};

// Enters a new user namespace, with `more` namespaces (CLONE_NEWNS …) that it owns, in which we
// have these ids and all capabilities. Everybody is mapped where root keeps its ids and may do that
// (CAP_SETUID, CAP_SETGID, since Linux 5.12 CAP_SETFCAP): whoever becomes somebody else in there
// then can.
[[nodiscard]] Mapped EnterUserNamespace(uid_t uid, gid_t gid, int more);

}  // namespace sandproof
