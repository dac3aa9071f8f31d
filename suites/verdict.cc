#include "suites/verdict.h"

#include <array>

namespace sandproof {

std::string_view Name(Verdict verdict) {
  constexpr std::array<std::string_view, 5> kNames = {"pass", "fail", "inconclusive", "skipped",
                                                      "waived"};
  return kNames.at(static_cast<std::size_t>(verdict));
}

}  // namespace sandproof
