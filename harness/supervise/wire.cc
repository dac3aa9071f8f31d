#include "harness/supervise/wire.h"

#include <nlohmann/json.hpp>

namespace sandproof {

namespace {

using Json = nlohmann::json;

// Output of a system may be any bytes, and may be long: a message has a limit.
std::string Cut(const std::string& text) {
  constexpr std::size_t kMost = 1500;
  return text.size() <= kMost ? text : text.substr(0, kMost) + "…";
}

}  // namespace

std::string Pack(const ExperimentResult& result) {
  Json seen = Json::array();
  for (const Seen& one : result.findings) {
    Json facts = Json::object();
    for (const auto& [name, values] : one.seen.facts) {
      facts[name] = Json::array();
      for (const std::string& value : values) facts[name].push_back(Cut(value));
    }
    seen.push_back({{"property", one.property},
                    {"subject", one.subject},
                    {"silence", Cut(one.silence)},
                    {"call", one.seen.call},
                    {"facts", std::move(facts)}});
  }
  const Json json = {{"seen", std::move(seen)},
                     {"children", result.children},
                     {"failure", Cut(result.failure)},
                     {"log", Cut(result.log)},
                     {"took", result.took.count()}};
  // Bytes that are not UTF-8 are replaced.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<ExperimentResult> Unpack(std::string_view text) {
  try {
    const Json json = Json::parse(text);
    ExperimentResult result{.children = json.at("children").get<std::vector<std::string>>(),
                            .failure = json.at("failure").get<std::string>(),
                            .log = json.at("log").get<std::string>(),
                            .took = std::chrono::microseconds(json.at("took").get<long>())};
    for (const Json& one : json.at("seen")) {
      Seen seen{.property = one.at("property").get<std::string>(),
                .subject = one.at("subject").get<std::string>(),
                .silence = one.at("silence").get<std::string>()};
      seen.seen = {.probe = "supervise/experiment",
                   .outcome = Outcome::kReached,
                   .call = one.at("call").get<std::string>(),
                   .duration = result.took};
      for (const auto& [name, values] : one.at("facts").items()) {
        seen.seen.facts[name] = values.get<std::vector<std::string>>();
      }
      result.findings.push_back(std::move(seen));
    }
    return result;
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

}  // namespace sandproof
