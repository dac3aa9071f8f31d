// Attempts: getresuid(2), getresgid(2) and getgroups(2).
// Harmless: reads.
// Tells apart: an errno would be a filter's.
// Source: credentials(7). In a user namespace a group without a mapping shows as 65534 and still
//   gives its rights.
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "probes/agent/identity.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::user {

namespace {

constexpr std::size_t kMostGroups = 16;

std::vector<std::string> ExtraGroups(gid_t real, gid_t effective) {
  std::vector<std::string> extra;
  for (const gid_t group : OwnGroups()) {
    const bool is_extra = group != real && group != effective;
    if (is_extra && extra.size() < kMostGroups) extra.push_back(std::to_string(group));
  }
  return extra;
}

}  // namespace

Observation Credentials(const Request& /*request*/) {
  uid_t uids[3] = {};
  gid_t gids[3] = {};
  if (::getresuid(&uids[0], &uids[1], &uids[2]) != 0) return Denied("getresuid", "", errno);
  if (::getresgid(&gids[0], &gids[1], &gids[2]) != 0) return Denied("getresgid", "", errno);
  Facts facts = {{"uid", {std::to_string(uids[0])}},
                 {"euid", {std::to_string(uids[1])}},
                 {"gid", {std::to_string(gids[0])}},
                 {"egid", {std::to_string(gids[1])}},
                 {"extra_groups", ExtraGroups(gids[0], gids[1])},
                 {"uid0", {}}};
  constexpr const char* kNames[] = {"ruid=0", "euid=0", "suid=0"};
  for (std::size_t i = 0; i < 3; ++i) {
    if (uids[i] == 0) facts["uid0"].emplace_back(kNames[i]);
  }
  return Read("getresuid", "", std::move(facts));
}

}  // namespace sandproof::probes::user
