// What is known of versions of bubblewrap.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sandproof {

// The defects of the version that `said` names ("bubblewrap 0.8.0"), as far as they concern a
// program that is, or is not, set-user-ID. nullopt: it names none.
//
// Distributions mend old versions without another number, so none of them is more than a hint.
[[nodiscard]] std::optional<std::vector<std::string>> BwrapDefects(std::string_view said,
                                                                   bool is_set_id);

}  // namespace sandproof
