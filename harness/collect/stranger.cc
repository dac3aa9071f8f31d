#include "harness/collect/stranger.h"

#include "suites/plan.h"

namespace sandproof {

namespace {

constexpr const char* kStarted = "somebody else was asked to start the payload, and did so ";

struct Domain {
  const char* word;
  const char* fact;
  const char* where;
};
constexpr Domain kDomains[] = {
    {"net", "net_ns",
     "in this machine's own network, and not where the canaries are; \"net\": "
     "{\"from\": \"host\"} puts them there"},
    {"uts", "uts_ns", "under this machine's own name, which the run did not change"}};

}  // namespace

Elsewhere WhereAStrangerIs(const Facts& payload, const Facts& launcher, const Facts& outer) {
  Elsewhere elsewhere;
  for (const auto& [word, fact, where] : kDomains) {
    const auto its = payload.find(fact);
    const auto ours = outer.find(fact);
    const auto made = launcher.find(fact);
    if (its == payload.end() || ours == outer.end() || its->second != ours->second) continue;
    if (made != launcher.end() && made->second == ours->second) continue;
    elsewhere.shared[fact] = ours->second;
    elsewhere.whys[word] = std::string(kStarted) + where;
  }
  return elsewhere;
}

std::string WhyMisplaced(const Elsewhere& elsewhere, const Property& property) {
  if (elsewhere.whys.empty() || property.probe == kHostProbe) return {};
  const auto why = elsewhere.whys.find(property.id.substr(0, property.id.find('.')));
  return why == elsewhere.whys.end() ? "" : why->second;
}

}  // namespace sandproof
