// One run of somebody's whole launcher, in which every start of a sandbox is recorded.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/capture/launch_prefix.h"
#include "harness/capture/readiness.h"
#include "harness/capture/start.h"
#include "harness/process/staged_launch.h"
#include "harness/result.h"

namespace sandproof {

struct CaptureOrder {
  std::string agent_path = {};
  std::vector<std::string> launcher = {};
  std::optional<AwaitedService> ready = std::nullopt;  // ends it …
  std::optional<std::chrono::seconds> limit =
      std::nullopt;    // … and this; neither: the launcher does
  bool covers = true;  // also show a stand-in in place of programs that are called by their path
  std::vector<ChildFd> inherited = {};  // what the launcher is given besides 0, 1 and 2
};

// Descriptors of our caller's, which are the launcher's too. To be asked before anything is
// launched: each launch makes ours close-on-exec.
[[nodiscard]] std::vector<ChildFd> InheritedDescriptors();

struct Captured {
  std::vector<std::shared_ptr<CapturedStart>> starts = {};
  Baseline baseline = {};
  StageEnd end = {};
  bool is_ended_by_us = false;  // the launcher, when what was waited for had come
  bool is_never_ready = false;
  long killed = 0;  // processes that were left, and are not any more
  std::vector<std::string> perturbation = {};
};

// Runs the launcher with its standard input and output ours, hands our signals on to it, and ends
// everything that is left of it.
// Errors: kConfiguration for a launcher that cannot be started; kInternal.
[[nodiscard]] Result<Captured> Capture(const CaptureOrder& order);

}  // namespace sandproof
