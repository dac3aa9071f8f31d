// Decoys between two sessions that want one of the same identity.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "harness/canary/decoy.h"

namespace sandproof {

// Why: to start one costs a mutant a tenth of its time, and what a decoy counts is told apart by
// what it had counted before.
class DecoyShelf {
 public:
  // One that is ready and lived when it was put here; nullptr: none of this identity.
  [[nodiscard]] std::unique_ptr<Decoy> Take(const RunAs& identity) {
    for (auto& [whose, decoy] : decoys_) {
      if (decoy && whose == identity) return std::move(decoy);
    }
    return nullptr;
  }

  // Keeps one whose session is over. One that did not answer when it was last asked is dropped.
  void Put(const RunAs& identity, std::unique_ptr<Decoy> decoy) {
    if (!decoy || !decoy->LastSignals()) return;
    for (auto& [whose, kept] : decoys_) {
      if (!kept && whose == identity) {
        kept = std::move(decoy);
        return;
      }
    }
    decoys_.emplace_back(identity, std::move(decoy));
  }

 private:
  std::vector<std::pair<RunAs, std::unique_ptr<Decoy>>> decoys_ = {};
};

}  // namespace sandproof
