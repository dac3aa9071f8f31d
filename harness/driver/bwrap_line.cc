#include "harness/driver/bwrap_line.h"

#include <algorithm>

#include "harness/driver/payload.h"
#include "probes/wire/text.h"

namespace sandproof {

bool IsBwrap(std::string_view word) { return !word.starts_with('-') && BaseName(word) == "bwrap"; }

std::optional<BwrapLine> FindBwrap(std::span<const std::string> launch) {
  const auto payload = std::ranges::find(launch, kPayload);
  const auto bwrap = std::find_if(launch.begin(), payload, IsBwrap);
  if (payload == launch.end() || bwrap == payload) return std::nullopt;
  const std::size_t at = static_cast<std::size_t>(bwrap - launch.begin());
  return BwrapLine{.prefix = launch.first(at),
                   .program = *bwrap,
                   .words = launch.subspan(at + 1),
                   .payload = static_cast<std::size_t>(payload - bwrap) - 1};
}

Result<BwrapLine> CutBwrapLine(const SandboxSpec& spec) {
  const std::optional<BwrapLine> line = FindBwrap(spec.launch);
  if (line) return *line;
  return BadInput("bwrap is to stand before {payload}, by its name or its path");
}

Result<BwrapArguments> ParseBwrapLine(const BwrapLine& line,
                                      const std::optional<BwrapFiles>& files) {
  TRY(BwrapArguments arguments, ParseBwrapArguments(line.words, files));
  if (line.payload < arguments.command)
    return BadInput("{payload} stands among bwrap's options, not in its command");
  const std::span<const std::string> wrapper =
      line.words.subspan(arguments.command, line.payload - arguments.command);
  if (std::ranges::any_of(wrapper, IsBwrap)) {
    return BadInput(
        "the bwrap driver reads no bwrap inside a bwrap; \"driver\": \"command\" launches it "
        "all the same");
  }
  return arguments;
}

}  // namespace sandproof
