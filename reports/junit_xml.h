// What the reports for CI servers have in common.
#pragma once

#include <chrono>
#include <pugixml.hpp>
#include <string>
#include <string_view>

namespace sandproof {

// pugixml escapes markup, "]]>" included, but writes control characters as references, which XML
// 1.0 forbids: every string goes through Printable before it comes here.
void SetAttribute(pugi::xml_node node, const char* name, std::string_view value);

// A <property>, unless the value is empty.
void AddXmlProperty(pugi::xml_node properties, std::string_view name, std::string_view value);

// What became of a testcase: "failure", "error" or "skipped". Some consumers read the attribute,
// GitLab only the text: the reason is in both.
void AddOutcome(pugi::xml_node testcase, const char* element, const char* type,
                std::string_view message, std::string_view text);

// What the root element counts.
struct JunitTotals {
  std::size_t tests = 0;
  int failures = 0;
  int errors = 0;
  std::chrono::microseconds time = {};
};

// The root element of a new document.
[[nodiscard]] pugi::xml_node AddSuites(pugi::xml_document& document, const JunitTotals& totals);

// "2026-11-23T18:51:19": JUnit's timestamps bear no zone.
[[nodiscard]] std::string JunitTimestamp(std::string_view started_at);

[[nodiscard]] std::string XmlText(const pugi::xml_document& document);

}  // namespace sandproof
