#include "harness/driver/bwrap_hints.h"

#include <array>

namespace sandproof {

namespace {

struct Hint {
  std::string_view words = {};
  std::string_view hint = {};
};

constexpr std::string_view kNoNamespace =
    "whoever starts it may make no user namespace here: see `sandproof doctor`, and sysctl "
    "kernel.unprivileged_userns_clone and user.max_user_namespaces; the root of a container has to "
    "ask for one (--unshare-user), and its seccomp profile to let it";
constexpr std::string_view kEmptyNamespace =
    "the user namespace gives no capabilities: with kernel.apparmor_restrict_unprivileged_userns=1 "
    "bwrap takes an AppArmor profile that has `userns,`; the root of a container needs CAP_SETFCAP";
constexpr std::string_view kCoveredProc =
    "parts of the /proc here are covered, as container runtimes do, so that nobody may mount a "
    "fresh one in a user namespace: --ro-bind /proc /proc instead of --proc /proc, or start the "
    "container without the covers (systempaths=unconfined)";

// Of bubblewrap 0.4 to 0.11.
constexpr std::array kHints = {Hint{"No permissions to creat", kNoNamespace},
                               Hint{"Creating new namespace failed", kNoNamespace},
                               Hint{"setting up uid map", kEmptyNamespace},
                               Hint{"Failed RTM_NEWADDR", kEmptyNamespace},
                               Hint{"Can't mount proc", kCoveredProc}};

}  // namespace

std::string_view BwrapHint(std::string_view last_words) {
  for (const Hint& one : kHints) {
    if (last_words.find(one.words) != std::string_view::npos) return one.hint;
  }
  return {};
}

}  // namespace sandproof
