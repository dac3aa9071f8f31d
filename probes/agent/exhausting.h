// What probes share that take all they are given, up to a number that the harness has found safe.
//
// Bounds, besides the harness's own from outside: no probe takes more than "most"; whatever it
// makes dies with it (PR_SET_PDEATHSIG, unnamed files); and all is given back before it answers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "probes/wire/observation.h"
#include "probes/wire/request.h"

namespace sandproof::probes {

// Never more than these, whatever a request says.
inline constexpr long kMostProcesses = 8192;
inline constexpr long kMostDescriptors = 1048576;
inline constexpr std::int64_t kMostMemory = std::int64_t{8} << 30;

// How much may be taken: "most" of the request, at most `ever`; 0 where there is none.
[[nodiscard]] std::int64_t MostOf(const Request& request, std::int64_t ever);

// All of it was had, "fork(64 processes)": reached, with the facts "taken" and "given_back".
[[nodiscard]] Observation Took(std::string_view call, std::int64_t taken, std::string_view unit);

// An errno stood in the way behind `taken`.
[[nodiscard]] Observation Stopped(std::string_view call, std::int64_t taken, std::string_view unit,
                                  int error);

// Tells the kernel to end this process first when memory runs out, where /proc is there. The
// harness does the same from outside.
void OfferToOomKiller();

// With the process that made it, this one dies. For children that are not to outlive anybody.
void DieWithParent();

}  // namespace sandproof::probes
