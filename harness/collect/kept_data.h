// What a sandbox writes where it is to last: two launches of it, one after the other.
#pragma once

#include <boost/asio/io_context.hpp>
#include <string>
#include <vector>

#include "harness/collect/peers.h"
#include "reports/run.h"

namespace sandproof {

// Whether there is anything to ask.
[[nodiscard]] bool HasKeptData(const PeersOrder& order);
// How often it launches each of the sandboxes: twice where that leaves something, once where it
// only looks for what another has left.
[[nodiscard]] std::vector<int> LaunchesForKeptData(const PeersOrder& order);

// Launches every sandbox that has such a path: its agent leaves a file in each, and ends. Launches
// all once more: each looks for its own files and for those of the others. One list of results for
// each seat, not judged yet. `silence` says of each seat why it cannot be launched; empty: it can.
[[nodiscard]] std::vector<std::vector<CheckResult>> AskKeptData(
    boost::asio::io_context& context, const PeersOrder& order,
    const std::vector<std::string>& silence);

}  // namespace sandproof
