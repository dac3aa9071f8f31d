#include "harness/driver/bwrap_defects.h"

#include <array>
#include <charconv>

namespace sandproof {

namespace {

using Version = std::array<int, 3>;

struct Defect {
  Version since = {};
  Version mended = {};
  bool is_of_set_id = false;
  const char* text = "";
};

constexpr auto kDefects = std::to_array<Defect>({
    {.mended = {0, 1, 3},
     .is_of_set_id = true,
     .text = "CVE-2016-8659: whoever starts it may trace it while it is root"},
    {.mended = {0, 3, 3},
     .text = "CVE-2019-12439: it mounts in a directory of /tmp that somebody else may have made"},
    {.since = {0, 4, 0},
     .mended = {0, 4, 1},
     .is_of_set_id = true,
     .text = "CVE-2020-5291: --userns2 leaves it root and lets it be traced"},
    {.since = {0, 11, 0},
     .mended = {0, 11, 2},
     .is_of_set_id = true,
     .text = "CVE-2026-41163: whoever starts it may trace its set-up, and so mount overlays"},
});

std::optional<Version> VersionIn(std::string_view said) {
  const std::size_t digit = said.find_first_of("0123456789");
  if (digit == std::string_view::npos) return std::nullopt;
  Version version = {};
  const char* at = said.data() + digit;
  const char* const end = said.data() + said.size();
  for (int& number : version) {
    const auto [next, error] = std::from_chars(at, end, number);
    if (error != std::errc()) return std::nullopt;
    at = next == end || *next != '.' ? next : next + 1;
    if (at == end) break;
  }
  return version;
}

}  // namespace

std::optional<std::vector<std::string>> BwrapDefects(std::string_view said, bool is_set_id) {
  const std::optional<Version> version = VersionIn(said);
  if (!version) return std::nullopt;
  std::vector<std::string> defects;
  for (const Defect& defect : kDefects) {
    const bool is_concerned = !defect.is_of_set_id || is_set_id;
    if (is_concerned && *version >= defect.since && *version < defect.mended) {
      defects.emplace_back(defect.text);
    }
  }
  return defects;
}

}  // namespace sandproof
