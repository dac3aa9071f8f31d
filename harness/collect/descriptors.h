// The descriptors that a launch is given.
#pragma once

#include <vector>

#include "harness/driver/driver.h"
#include "harness/process/process.h"
#include "harness/result.h"
#include "probes/wire/unique_fd.h"

namespace sandproof {

// Descriptors that one launch is given, kept open until it has started.
struct OpenDescriptors {
  std::vector<UniqueFd> owned = {};
  std::vector<ChildFd> fds = {};
  std::vector<int> numbers = {};
};

// Errors: kInternal, naming the path or number and the errno.
[[nodiscard]] Result<OpenDescriptors> OpenAll(const std::vector<LaunchDescriptor>& wanted);

}  // namespace sandproof
