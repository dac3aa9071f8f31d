#include "harness/spec/property_ref.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "harness/spec/quote.h"
#include "harness/spec/sandbox.h"
#include "harness/spec/value.h"
#include "suites/catalogue/catalogue.h"
#include "suites/plan.h"

namespace sandproof {
namespace {

Error UnknownProperty(const Place& at, std::string_view id) {
  std::vector<std::string> ids;
  for (const Property& property : Catalogue()) ids.emplace_back(property.id);
  const std::string nearest = Nearest(id, ids);
  return at.Wrong(fmt::format(
      "unknown property {}; {}", Quoted(id),
      nearest.empty() ? "`sandproof list` names them all" : "did you mean \"" + nearest + "\"?"));
}

Result<Expectation> ReadExpectation(const Place& at, const Property& property) {
  if (property.fact) {
    return ReadWord<Expectation>(at,
                                 {{Name(Expectation::kRequired), Expectation::kRequired},
                                  {Name(Expectation::kAny), Expectation::kAny}},
                                 "this property is a fact, which holds or does not");
  }
  return ReadWord<Expectation>(at,
                               {{Name(Expectation::kBlocked), Expectation::kBlocked},
                                {Name(Expectation::kAllowed), Expectation::kAllowed},
                                {Name(Expectation::kAny), Expectation::kAny}},
                               "this property is an attempt, which gets through or does not");
}

Result<std::string> ReadDate(const Place& at) {
  TRY(std::string date, at.String());
  // DaysBetween also knows years before 0.
  if (date.starts_with('-') || !DaysBetween(date, date))
    return at.Unexpected("a calendar date, YYYY-MM-DD");
  return date;
}

Result<std::string> ReadPropertyId(const Place& at) {
  TRY(const std::string text, at.String());
  TRY(const PropertyRef ref, ReadPropertyRef(at, text));
  return ref.id;
}

Result<Waiver> ReadWaiver(const Place& at) {
  constexpr std::array<std::string_view, 4> kWaiverKeys = {"property", "reason", "owner", "until"};
  if (std::optional<Error> wrong = at.WrongKeys(kWaiverKeys)) return *std::move(wrong);
  Waiver waiver;
  TRY(waiver.property, ReadMember(at, "property", ReadPropertyId));
  TRY(waiver.reason, ReadMember(at, "reason", ReadText));
  TRY(waiver.owner, ReadMember(at, "owner", ReadText));
  TRY(waiver.until, ReadMember(at, "until", ReadDate));
  return waiver;
}

Result<PropertyRef> EndpointRef(const Place& at, const Property& property, std::string_view text) {
  const std::size_t bracket = text.find('[');
  const std::string subject(text.substr(bracket + 1, text.size() - bracket - 2));
  const std::optional<Endpoint> endpoint = ParseEndpoint(subject);
  if (!endpoint) {
    return at.Wrong(
        fmt::format("{} is no destination; write it as in \"net\": \"allow\"", Quoted(subject)));
  }
  return PropertyRef{&property, fmt::format("{}[{}]", property.id, endpoint->text)};
}

bool IsAboutSandbox(const Property& property) {
  return property.subject == SubjectKind::kPeer || property.subject == SubjectKind::kServer;
}

// Errors: a reference that names a sandbox which there is not.
Result<bool> CheckPeer(const Place& at, std::string_view text,
                       const std::vector<std::string>& sandboxes) {
  TRY(const PropertyRef ref, ReadPropertyRef(at, text));
  const bool is_known =
      ref.sandbox.empty() || std::ranges::find(sandboxes, ref.sandbox) != sandboxes.end();
  if (is_known) return true;
  const std::string nearest = Nearest(ref.sandbox, sandboxes);
  return at.Wrong(fmt::format("no sandbox is called {}; {}", Quoted(ref.sandbox),
                              nearest.empty()
                                  ? "the property is asked of each other one of \"sandboxes\""
                                  : fmt::format("did you mean \"{}\"?", nearest)));
}

// Which experiments there are depends on the children that are found; these are the characters of
// their names.
Result<PropertyRef> ExperimentRef(const Place& at, const Property& property,
                                  std::string_view text) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-+/@";
  const std::size_t bracket = text.find('[');
  const std::string subject(text.substr(bracket + 1, text.size() - bracket - 2));
  if (subject.empty() || subject.find_first_not_of(kLetters) != std::string::npos) {
    return at.Wrong(
        fmt::format("{} is no experiment; they are called auth/SIGKILL, or SIGTERM, as in a report",
                    Quoted(subject)));
  }
  return PropertyRef{&property, std::string(text)};
}

}  // namespace

Result<bool> CheckPeers(const Place& sandbox, const std::vector<std::string>& sandboxes) {
  if (const std::optional<Place> expect = sandbox.Find("expect")) {
    TRY(const std::vector<Place> members, expect->Members());
    for (const Place& member : members) {
      TRY(const bool is_right, CheckPeer(member, member.key(), sandboxes));
      static_cast<void>(is_right);
    }
  }
  if (const std::optional<Place> waive = sandbox.Find("waive")) {
    TRY(const std::vector<Place> elements, waive->Elements());
    for (const Place& element : elements) {
      TRY(const Place property, element.Require("property"));
      TRY(const bool is_right, CheckPeer(property, property.node().text, sandboxes));
      static_cast<void>(is_right);
    }
  }
  return true;
}

std::optional<Error> WrongKind(const Place& object,
                               const std::map<std::string, Expectation>& expectations,
                               bool of_supervisor) {
  const std::optional<Place> at = object.Find("expect");
  for (const auto& [id, expectation] : expectations) {
    const Property* property = FindProperty(std::string_view(id).substr(0, id.find('[')));
    const bool is_of_supervisor = IsOfSupervisor(*property);
    if (!at || is_of_supervisor == of_supervisor) continue;
    const Place where = at->Find(id).value_or(*at);
    return where.Wrong(of_supervisor ? "is asked of sandboxes, not of the supervisor"
                                     : "is asked of the supervisor, not of a sandbox");
  }
  return std::nullopt;
}

Result<PropertyRef> ReadPropertyRef(const Place& at, std::string_view text) {
  const std::size_t bracket = text.find('[');
  const std::string_view id = text.substr(0, bracket);
  const Property* property = FindProperty(id);
  if (property == nullptr) return UnknownProperty(at, id);
  if (bracket == std::string_view::npos) return PropertyRef{property, std::string(id)};
  if (!text.ends_with(']')) {
    return at.Wrong(fmt::format("{} lacks its closing bracket", Quoted(text)));
  }
  if (IsOfSupervisor(*property)) return ExperimentRef(at, *property, text);
  if (property->subject == SubjectKind::kNone) {
    return at.Wrong(fmt::format("{0} is not asked path by path; write \"{0}\"", id));
  }
  if (property->subject == SubjectKind::kEndpoint) return EndpointRef(at, *property, text);
  const bool is_free =
      property->subject == SubjectKind::kCall || property->subject == SubjectKind::kKeptByPeer;
  if (is_free) return PropertyRef{property, std::string(text)};
  if (IsAboutSandbox(*property)) {
    // Which sandboxes there are is known only when all are read.
    const std::string_view name = text.substr(bracket + 1, text.size() - bracket - 2);
    if (name.empty()) return at.Wrong(fmt::format("{} names no sandbox", Quoted(text)));
    return PropertyRef{property, std::string(text), std::string(name)};
  }
  TRY(const std::string subject,
      AbsolutePath(at, text.substr(bracket + 1, text.size() - bracket - 2)));
  return PropertyRef{property, fmt::format("{}[{}]", id, subject)};
}

Result<std::map<std::string, Expectation>> ReadExpectations(const Place& at) {
  TRY(const std::vector<Place> members, at.Members());
  std::map<std::string, Expectation> expectations;
  for (const Place& member : members) {
    TRY(const PropertyRef ref, ReadPropertyRef(member, member.key()));
    TRY(const Expectation expectation, ReadExpectation(member, *ref.property));
    if (!expectations.emplace(ref.id, expectation).second) {
      return member.Wrong(fmt::format("{} is there already", Quoted(ref.id)));
    }
  }
  return expectations;
}

Result<std::vector<Waiver>> ReadWaivers(const Place& at) {
  TRY(const std::vector<Place> elements, at.Elements());
  std::vector<Waiver> waivers;
  std::map<std::string, int> lines;
  for (const Place& element : elements) {
    TRY(Waiver waiver, ReadWaiver(element));
    const auto [first, is_new] = lines.emplace(waiver.property, element.line());
    if (!is_new) {
      return element.Wrong(
          fmt::format("{} is waived already, on line {}", Quoted(waiver.property), first->second));
    }
    waivers.push_back(std::move(waiver));
  }
  return waivers;
}

}  // namespace sandproof
