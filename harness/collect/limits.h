// Limits shown by hitting them, one at a time, each in a launch of its own.
//
// What bounds it: the numbers of limit_plan.h, which the probes obey; what they make dies with
// them; and from outside a watch that ends the launch when this host runs short or time is over.
#pragma once

#include <boost/asio/io_context.hpp>
#include <vector>

#include "harness/collect/peers.h"
#include "reports/run.h"

namespace sandproof {

// One list of results for each seat, not judged yet.
[[nodiscard]] std::vector<std::vector<CheckResult>> AskLimits(boost::asio::io_context& context,
                                                              const PeersOrder& order);

}  // namespace sandproof
