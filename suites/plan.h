// From records and what is known of a sandbox to the questions that are put to it. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "probes/wire/request.h"
#include "suites/judge.h"
#include "suites/property.h"

namespace sandproof {

// A path, a destination or another sandbox that a property is about.
struct Subject {
  std::string inside = {};
  std::string outside = {};   // the same object on the host; empty where it has no counterpart
  Params params_inside = {};  // besides "path", and instead of it where they name one
  Params params_outside = {};
  std::string unasked = {};  // why no probe can be sent for it, which leaves it inconclusive
  bool operator==(const Subject&) const = default;
};

// What becomes of the properties that exhaust something.
enum class Exhaustion : std::uint8_t {
  kNotTried,  // they are skipped, and say so
  kApart,     // they are not among the checks of this plan, because another has them
  kOnly,      // no others are among the checks of this plan
};

// What the harness knows of a sandbox before it launches it.
struct PlanInput {
  Profile profile = Profile::kStrict;
  std::map<std::string, Expectation> overrides = {};  // by id or id[subject]
  std::map<SubjectKind, std::vector<Subject>> subjects = {};
  std::map<Canary, Params> canaries = {};
  std::map<Canary, Params> canaries_outside = {};  // what the controls are told besides, or instead
  std::map<Canary, std::string> missing = {};      // why a canary is not there
  std::map<std::string, std::vector<std::string>> expected = {};  // by property id
  std::map<std::string, std::string> not_applicable = {};  // by id or id[subject]: the reason
  std::map<std::string, Params> extra = {};  // by probe, for the request inside and outside
  std::vector<std::string> only = {};        // ids or prefixes ("net", "fs.ro"); empty: everything
  Exhaustion exhaustion = Exhaustion::kNotTried;
  bool operator==(const PlanInput&) const = default;
};

struct PlannedCheck {
  Check check = {};
  // Position of its request in Plan::inside and Plan::outside; nullopt for what the harness reads
  // itself and for what cannot be asked.
  std::optional<std::size_t> request = std::nullopt;
  std::string unasked = {};  // of its subject
};

// Checks, and the requests that answer them: the same request serves every check that asks it.
struct Plan {
  std::vector<PlannedCheck> checks = {};
  std::vector<Request> inside = {};
  std::vector<Request> outside = {};  // the controls, at the same positions
};

[[nodiscard]] Plan MakePlan(std::span<const Property> catalogue, const PlanInput& input);

// Requests at some positions, numbered anew for the agent; and its answers, numbered as the plan.
[[nodiscard]] std::vector<Request> Select(const std::vector<Request>& requests,
                                          const std::set<std::size_t>& positions);
[[nodiscard]] std::map<std::uint32_t, Observation> Restore(
    std::map<std::uint32_t, Observation> answers, const std::set<std::size_t>& positions);

// Whether `id` is selected by one of `patterns`: equal, or below it in the dotted order. No pattern
// at all selects every id.
[[nodiscard]] bool IsSelected(std::string_view id, const std::vector<std::string>& patterns);

// The same for many ids and many patterns.
class Selection {
 public:
  explicit Selection(const std::vector<std::string>& patterns)
      : patterns_(patterns.begin(), patterns.end()) {}
  [[nodiscard]] bool Has(std::string_view id) const;

 private:
  std::set<std::string, std::less<>> patterns_;
};

// The probe name of properties that the harness reads from the host's /proc.
inline constexpr std::string_view kHostProbe = "host/process";

// Whether a property is asked of the supervisor, one experiment at a time, and of no sandbox.
[[nodiscard]] bool IsOfSupervisor(const Property& property);

// What it reads of the launcher: its line with the files that it names, and its log.
inline constexpr std::string_view kLauncherProbe = "host/launcher";
inline constexpr std::string_view kLogProbe = "host/log";
// What its version is known for.
inline constexpr std::string_view kVersionProbe = "host/version";

// Whether the harness answers a probe itself.
[[nodiscard]] bool IsReadByHarness(std::string_view probe);

}  // namespace sandproof
