#include "probes/agent/inherited_fd.h"

#include <fcntl.h>

#include <algorithm>

#include "probes/agent/probe.h"

namespace sandproof::probes {

bool WasInherited(int fd) {
  const Inherited& inherited = InheritedState();
  const auto& found = inherited.descriptors;
  const bool listed = std::any_of(found.begin(), found.end(),
                                  [fd](const Inherited::Descriptor& one) { return one.fd == fd; });
  const bool looked_at = inherited.complete || fd < inherited.scanned_below;
  return listed || (!looked_at && ::fcntl(fd, F_GETFD) >= 0);
}

}  // namespace sandproof::probes
