// The answers to a knock from outside (probe net/inbound).
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/canary/networks.h"
#include "probes/wire/request.h"

namespace sandproof {

// Whether the agent must stay after its answers, to be knocked at.
[[nodiscard]] bool HasInbound(const std::vector<Request>& requests);

// How long an answer to a knock from outside may take. It comes within microseconds, but on a host
// whose processors all have other things to do.
inline constexpr std::chrono::milliseconds kInboundLimit(5000);

// Whether anything lies unread at a UDP port, by a table of /proc/PID/net/udp.
// Source: proc_pid_net(5); the fifth word of a line is tx_queue:rx_queue, in hexadecimal.
[[nodiscard]] bool IsUnread(std::string_view table, std::uint16_t port);

// How often somebody inside has answered. The probe reads the knock when it has answered it: as
// long as it lies unread at the port, in the network of `agent` (a pid as the host numbers it), the
// answer is on its way and is waited for.
[[nodiscard]] boost::asio::awaitable<long> AnswersFromInside(const Arrivals& arrivals,
                                                             std::optional<int> agent,
                                                             std::uint16_t port);

}  // namespace sandproof
