// Properties as a configuration names them: expectations and waivers.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/spec/place.h"
#include "harness/spec/spec.h"
#include "suites/waiver.h"

namespace sandproof {

// A property with the subject that was asked for, if any.
struct PropertyRef {
  const Property* property = nullptr;
  std::string id = {};       // "fs.ro.open_write", or "fs.ro.open_write[/app]"
  std::string sandbox = {};  // that is its subject
};

// Reads `text`, a part of the value at `at`.
//
// Errors: an id that the catalogue does not have, with the nearest one; a subject that is no path
//         or that the property does not have.
[[nodiscard]] Result<PropertyRef> ReadPropertyRef(const Place& at, std::string_view text);

// Errors: an "expect" or "waive" of the sandbox at `sandbox` that names another which there is not.
[[nodiscard]] Result<bool> CheckPeers(const Place& sandbox,
                                      const std::vector<std::string>& sandboxes);

// An error for the first expectation, at "expect" of `object`, of what is asked of a sandbox where
// this is the supervisor, or the other way round; nullopt: none.
[[nodiscard]] std::optional<Error> WrongKind(const Place& object,
                                             const std::map<std::string, Expectation>& expectations,
                                             bool of_supervisor);

// The values of "expect" and "waive".
[[nodiscard]] Result<std::map<std::string, Expectation>> ReadExpectations(const Place& at);
[[nodiscard]] Result<std::vector<Waiver>> ReadWaivers(const Place& at);

}  // namespace sandproof
