#include "harness/driver/handed.h"

#include <algorithm>

namespace sandproof {

std::vector<LaunchDescriptor> HandedDescriptors(const LaunchInput& input) {
  std::vector<LaunchDescriptor> handed;
  for (const GivenDescriptor& given : input.spec.fds) {
    if (input.fd_content.contains(given.fd)) continue;
    handed.push_back({.fd = given.fd, .path = given.path, .writable = given.writable});
  }
  for (const auto& [fd, content] : input.fd_content)
    handed.push_back({.fd = fd, .content = content});
  std::ranges::sort(handed, {}, &LaunchDescriptor::fd);
  return handed;
}

}  // namespace sandproof
