// The one element of a launch line that stands for the payload.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sandproof {

inline constexpr std::string_view kPayload = "{payload}";

// What starts the agent at a path inside; `batch` is empty when the request comes on stdin.
[[nodiscard]] inline std::vector<std::string> AgentCommand(const std::string& agent,
                                                           const std::string& batch) {
  if (batch.empty()) return {agent};
  return {agent, "--batch=" + batch};
}

}  // namespace sandproof
