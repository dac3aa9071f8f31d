// The real services of a configuration, started as they are deployed, and what is said over their
// channels.
#pragma once

#include <boost/asio/io_context.hpp>
#include <vector>

#include "harness/collect/peers.h"
#include "reports/run.h"

namespace sandproof {

// Starts the payload of every sandbox that a channel with a request leads to, by its own launch
// line or all of them by the supervisor, and asks it from the channel's other end, and from every
// sandbox that has none. One list of results for each seat, not judged yet; empty lists where no
// channel says anything.
[[nodiscard]] std::vector<std::vector<CheckResult>> AskServices(boost::asio::io_context& context,
                                                                const PeersOrder& order);

}  // namespace sandproof
