// Becoming somebody else, and knowing one's children: what the guard and the decoy share.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string_view>
#include <vector>

namespace sandproof::probes {

// A uid, gid and groups to run as; empty: stay who we are.
struct Identity {
  std::optional<uid_t> uid = std::nullopt;
  std::optional<gid_t> gid = std::nullopt;
  std::optional<std::vector<gid_t>> groups = std::nullopt;
};

// Takes --uid=N, --gid=N and --groups=N,N; anything else is left alone.
void ParseIdentityOption(std::string_view option, Identity& identity);

// Takes the identity on for good. False with errno when refused.
[[nodiscard]] bool Assume(const Identity& identity);

// Our supplementary groups.
[[nodiscard]] std::vector<gid_t> OwnGroups();

// The direct children of this process, from /proc.
[[nodiscard]] std::vector<pid_t> Children();

}  // namespace sandproof::probes
