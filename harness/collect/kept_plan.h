// What a sandbox leaves in the paths in which it is to last, and who is asked for it: names, chosen
// before anything is made, so that they can be journalled.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "harness/canary/kept.h"
#include "harness/driver/driver.h"
#include "harness/spec/spec.h"
#include "probes/wire/request.h"
#include "suites/judge.h"

namespace sandproof {

struct LeftFile {
  std::string directory = {};  // inside
  std::string outside = {};    // the host's directory; empty: no argument leads to one
  std::string name = {};
  std::string nonce = {};

  [[nodiscard]] std::string PathInside() const { return directory + '/' + name; }
  // Where the host has it, if it has it; without a directory of the host's, under the same name.
  [[nodiscard]] std::string PathOutside() const {
    return (outside.empty() ? directory : outside) + '/' + name;
  }
};

// One for each directory that the configuration or the launch line calls read-write. None of a
// launcher whose arguments nobody reads: where its paths lie on the host is not known.
[[nodiscard]] std::vector<LeftFile> NameLeftFiles(const SandboxSpec& spec, const LaunchPlan& plan);

// For the journal.
[[nodiscard]] std::vector<KeptObject> KeptByLeft(const std::vector<LeftFile>& files);

// A sandbox as far as it is asked.
struct KeptPlace {
  const SandboxSpec& spec;
  const LaunchPlan& plan;
  const std::vector<LeftFile>& files;
};

struct KeptCheck {
  std::size_t owner = 0;   // the sandbox that it is told of
  std::size_t keeper = 0;  // the one that leaves the file
  std::size_t file = 0;    // position among the keeper's
  Check check = {};
  Evidence evidence = {};
  Request request = {};

  [[nodiscard]] bool IsOfOther() const { return owner != keeper; }
};

// Every check that is selected.
[[nodiscard]] std::vector<KeptCheck> KeptChecks(const std::vector<KeptPlace>& places,
                                                const std::vector<std::string>& only);

// A file that was left, as it is seen outside.
struct SeenOutside {
  int error = 0;  // errno of opening it
  std::string text = {};
  unsigned owner = 0;
  unsigned mode = 0;
};

// What is wrong with it; `owner` is the payload's uid as the host numbers it.
[[nodiscard]] std::vector<std::string> WrongOutside(const LeftFile& file, const SeenOutside& seen,
                                                    unsigned owner);

}  // namespace sandproof
