// Whether a launcher tells how its payload ended.
#pragma once

#include <string>

#include "harness/process/forked_helper.h"
#include "harness/spec/spec.h"
#include "suites/judge.h"

namespace sandproof {

// Launches one sandbox again and again with a payload that ends in a known way: exits with every
// code from 0 to 255, dies of signals and, where a cgroup can be had, of want of memory.
//
// Facts: "wrong", failures that come out as success and exits that come out as another one;
// "confused", different ends that come out alike; "untried"; "launches".
class ExitTrial {
 public:
  // Begins, in a helper of its own.
  ExitTrial(const Spec& spec, const std::string& sandbox, const std::string& agent_path);
  // Waits for the end of it.
  [[nodiscard]] Evidence Take() const;

 private:
  ForkedHelper helper_ = {};
  std::string silence_ = {};  // why it did not begin
};

}  // namespace sandproof
