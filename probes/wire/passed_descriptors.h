// Descriptors on their way over a Unix socket. Source: unix(7) SCM_RIGHTS, cmsg(3).
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "probes/wire/unique_fd.h"

namespace sandproof {

// The most descriptors that the kernel takes in one message (SCM_MAX_FD).
inline constexpr std::size_t kMostPassed = 253;

// sendmsg(2) of `text` with the descriptors, at most kMostPassed of them; without any it is
// send(2).
//
// Errors: -1 with errno, as sendmsg(2); EINVAL for too many descriptors.
ssize_t SendWithDescriptors(int socket, std::string_view text, std::span<const int> fds, int flags);

// recvmsg(2) of one message into `text`, with room for `most` descriptors (at most kMostPassed),
// close-on-exec, which are put behind those in `fds`. The kernel closes what there is no room for.
//
// Errors: -1 with errno, as recvmsg(2).
ssize_t ReceiveWithDescriptors(int socket, std::span<char> text, std::size_t most,
                               std::vector<UniqueFd>& fds, int flags);

}  // namespace sandproof
