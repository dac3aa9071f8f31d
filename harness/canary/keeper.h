// The keeper: makes the canaries that would outlive us and removes them whatever ends us.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "harness/canary/kept.h"
#include "harness/process/forked_helper.h"
#include "harness/result.h"

namespace sandproof {

// A forked helper that owns files and IPC objects.
//
// Each object is written to a journal before it is made; the keeper removes them when the harness
// ends, however it ends, and the next keeper removes what a killed keeper left.
class Keeper {
 public:
  // `directory` is made first, with the journal in it; all objects follow in order.
  // Errors: kInternal when the directory or the journal cannot be made.
  [[nodiscard]] static Result<Keeper> Begin(const std::string& directory,
                                            const std::vector<KeptObject>& objects);

  // The errno of each object, 0 for those that exist; in the order given.
  [[nodiscard]] const std::vector<int>& errors() const { return errors_; }

  // Removes one object early: for tests that need a canary to die.
  [[nodiscard]] bool Drop(std::size_t index);

  // Everything is taken back from now on; the destructor waits for the end of it.
  void LetGo() { helper_.LetGo(); }

 private:
  Keeper(ForkedHelper helper, std::vector<int> errors)
      : helper_(std::move(helper)), errors_(std::move(errors)) {}

  ForkedHelper helper_;
  std::vector<int> errors_;
};

// Removes what killed keepers of this uid left under `parent`: directories "sandproof-*" whose
// journal nobody holds.
void SweepLeftovers(const std::string& parent);

}  // namespace sandproof
