// A launch line with one of its protections taken away or weakened. A driver only computes it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/spec/spec.h"

namespace sandproof {

// What a driver may know when it takes a line apart.
struct MutationInput {
  const SandboxSpec& spec;
  std::map<int, std::string> fd_content = {};  // as for a launch
  unsigned uid = 0;                            // who starts the line
  std::vector<unsigned> groups = {};           // and the supplementary ones
};

// A launch line in place of the user's; everything else stays as the user has it.
struct MutantLine {
  std::vector<std::string> launch = {};
  std::map<int, std::string> fd_content = {};
  std::vector<int> unused_fds = {};  // given for what is no longer in the line
  bool is_bare = false;              // {payload} alone: nothing of the launcher is left
};

// Another protection that may stand in for the one that is gone.
struct Cover {
  std::string id = {};   // of its mutation
  MutantLine both = {};  // with the two of them taken away
};

struct Mutation {
  std::string id = {};    // "--ro-bind /usr /usr → --bind"; unique within a line
  std::string flag = {};  // "--ro-bind"
  std::optional<MutantLine> line = std::nullopt;  // nullopt: not to be launched
  // Why nothing may turn red although the flag does what it is there for; believed only when
  // nothing did.
  std::string unobservable = {};
  std::string covered_by = {};         // what certainly has the same effect; believed likewise
  std::vector<std::string> with = {};  // ids of others that cannot stay without it and go with it
  std::vector<Cover> covers = {};      // to be tried where nothing turned red
};

// Protections that stand behind each other, all taken away at once: what several of them hold turns
// red only without the last one.
struct Combination {
  std::vector<std::string> ids = {};  // of the mutations
  std::optional<MutantLine> line = std::nullopt;
  std::string unobservable = {};  // why it is not launched
};

}  // namespace sandproof
