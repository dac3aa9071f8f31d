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
  // Begins to make `directory` first, with the journal in it, and all objects in order.
  // Errors: kInternal when there can be no helper.
  [[nodiscard]] static Result<Keeper> Begin(const std::string& directory,
                                            const std::vector<KeptObject>& objects);

  // Waits until all is made.
  // Errors: kInternal when the directory or the journal cannot be made.
  [[nodiscard]] Result<bool> Wait();

  // Once it is made: the errno of each object, 0 for those that exist; in the order given.
  [[nodiscard]] const std::vector<int>& errors() const { return errors_; }

  // Removes one object early: for tests that need a canary to die.
  [[nodiscard]] bool Drop(std::size_t index);

  // Everything is taken back from now on; the destructor waits for the end of it.
  void LetGo() { helper_.LetGo(); }

 private:
  Keeper(ForkedHelper helper, std::string directory, std::vector<int> errors)
      : helper_(std::move(helper)), directory_(std::move(directory)), errors_(std::move(errors)) {}

  ForkedHelper helper_;
  std::string directory_;
  std::vector<int> errors_;
};

// Removes what killed keepers of this uid left under `parent`: directories "sandproof-*" whose
// journal nobody holds.
void SweepLeftovers(const std::string& parent);

}  // namespace sandproof
