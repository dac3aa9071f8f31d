// One netlink dump.
#pragma once

#include <linux/netlink.h>

#include <cstddef>
#include <functional>

namespace sandproof::probes {

// Sends the request as a dump and hands every message of the answer to `see`.
//
// Units:  waits up to 1 s for each part of the answer.
// Errors: the errno of socket(2), send(2), recv(2) or of the kernel's answer; ETIMEDOUT.
[[nodiscard]] int Dump(int protocol, nlmsghdr* request, std::size_t size,
                       const std::function<void(const nlmsghdr&)>& see);

}  // namespace sandproof::probes
