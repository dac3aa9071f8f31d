// The mutations of a bwrap line in the making, and which of them may be launched.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "harness/driver/bwrap_draft.h"

namespace sandproof {

// Only lines that leave the host as it is are launched.
class BwrapGate {
 public:
  explicit BwrapGate(const BwrapParts& parts);

  // Why the line is not launched, which would change the host; empty: it may be.
  [[nodiscard]] std::string Refusal(const MutationDraft& draft) const;

  // Every draft of the line and of what stands around bwrap, in their order; is_launched is false
  // where the gate refuses it.
  [[nodiscard]] std::vector<MutationDraft> Drafts(const MutationInput& input) const;

 private:
  BwrapParts parts_;
  std::set<std::string> own_;  // what the user's own line changes
};

}  // namespace sandproof
