#include "harness/driver/driver.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "harness/driver/bwrap.h"
#include "harness/driver/command.h"

namespace sandproof {
namespace {

// The first that recognises a line takes it, so `command`, which takes any, is last.
std::array<const Driver*, 2> Drivers() { return {&BwrapDriver(), &CommandDriver()}; }

}  // namespace

Result<const Driver*> FindDriver(const SandboxSpec& spec) {
  for (const Driver* driver : Drivers()) {
    const bool is_it =
        spec.driver.empty() ? driver->Recognises(spec.launch) : driver->name() == spec.driver;
    if (is_it) return driver;
  }
  if (spec.driver.empty()) return BadInput("there is no element {payload}");
  return BadInput(fmt::format("no driver is named \"{}\"; there are {}", spec.driver,
                              fmt::join(DriverNames(), ", ")));
}

std::vector<std::string> DriverNames() {
  std::vector<std::string> names;
  for (const Driver* driver : Drivers()) names.emplace_back(driver->name());
  return names;
}

}  // namespace sandproof
