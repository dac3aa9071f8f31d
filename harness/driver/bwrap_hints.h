// What to do where bubblewrap could not set a sandbox up.
#pragma once

#include <string_view>

namespace sandproof {

// Empty where its last words ("bwrap: Can't mount proc on /newroot/proc: …") say it themselves.
[[nodiscard]] std::string_view BwrapHint(std::string_view last_words);

}  // namespace sandproof
