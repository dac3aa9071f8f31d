// The protocols that this kernel has loaded.
#pragma once

#include <string>
#include <vector>

namespace sandproof {

// Names such as "TCP" and "SCTP", read once. To ask for another by socket(2) would load its module
// into the kernel of whoever runs this.
// Source: /proc/net/protocols, proto_seq_show() in net/core/sock.c.
[[nodiscard]] const std::vector<std::string>& LoadedProtocols();

}  // namespace sandproof
