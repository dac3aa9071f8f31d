// Lists of texts, paths mostly, in one parameter of a request: "/usr:/opt/x%3Ay".
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sandproof {

// Puts an element behind the others. A colon and a percent sign in it are percent-encoded, so that
// every path can be an element: those of devices ("/sys/devices/pci0000:00") hold colons.
void AppendTo(std::string& list, std::string_view element);

// A list of these.
[[nodiscard]] std::string JoinList(const std::vector<std::string>& elements);

// The elements; empty ones are passed over.
[[nodiscard]] std::vector<std::string> SplitList(std::string_view list);

}  // namespace sandproof
