#include "harness/driver/bwrap_line.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/driver/payload.h"

namespace sandproof {
namespace {

Error Named(const SandboxSpec& spec, Error error) {
  error.message = fmt::format("sandbox {}: {}", spec.name, error.message);
  return error;
}

}  // namespace

bool IsBwrap(std::string_view word) {
  return !word.starts_with('-') && word.substr(word.find_last_of('/') + 1) == "bwrap";
}

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
  return Named(spec, BadInput("\"launch\" has no bwrap before an element {payload}"));
}

Result<BwrapArguments> ParseBwrapLine(const SandboxSpec& spec, const BwrapLine& line,
                                      const std::optional<BwrapFiles>& files) {
  Result<BwrapArguments> arguments = ParseBwrapArguments(line.words, files);
  if (!arguments) return Named(spec, std::move(arguments).error());
  if (line.payload < arguments->command)
    return Named(spec, BadInput("{payload} stands among bwrap's options, not in its command"));
  const std::span<const std::string> wrapper =
      line.words.subspan(arguments->command, line.payload - arguments->command);
  if (std::ranges::any_of(wrapper, IsBwrap))
    return Named(spec, Internal("a bwrap inside a bwrap is not supported"));
  return arguments;
}

}  // namespace sandproof
