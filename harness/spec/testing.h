// For tests only: small configurations and what becomes of them.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "harness/spec/spec.h"

namespace sandproof::testing {

inline constexpr std::string_view kFile = "/etc/sp/sandproof.json";

// A configuration of one sandbox "auth", whose further members are `members`: all on line 1.
[[nodiscard]] inline std::string WithMembers(std::string_view members) {
  return R"({"sandboxes": {"auth": {"launch": ["bwrap", "--", "{payload}"], "payload": ["/srv"])" +
         std::string(members.empty() ? "" : ", ") + std::string(members) + "}}}";
}

// The same of a sandbox with just these members.
[[nodiscard]] inline std::string OnlyMembers(std::string_view members) {
  return R"({"sandboxes": {"auth": {)" + std::string(members) + "}}}";
}

[[nodiscard]] inline Result<Spec> Parse(std::string_view text,
                                        const std::map<std::string, std::string>& variables = {}) {
  return ParseSpec(text, std::string(kFile), variables);
}

// The message of a refusal, without "FILE:" in front; what was not refused is told.
[[nodiscard]] inline std::string Refusal(std::string_view text,
                                         const std::map<std::string, std::string>& variables = {}) {
  const Result<Spec> spec = Parse(text, variables);
  if (spec) return "(accepted)";
  if (spec.error().kind != ErrorKind::kConfiguration) return "(not a configuration error)";
  const std::string prefix = std::string(kFile) + ":";
  const std::string& message = spec.error().message;
  return message.starts_with(prefix) ? message.substr(prefix.size()) : message;
}

// The one sandbox of a configuration; a default one where it was refused.
[[nodiscard]] inline SandboxSpec OnlySandbox(
    std::string_view text, const std::map<std::string, std::string>& variables = {}) {
  const Result<Spec> spec = Parse(text, variables);
  return spec && spec->sandboxes.size() == 1 ? spec->sandboxes.front() : SandboxSpec{};
}

}  // namespace sandproof::testing
