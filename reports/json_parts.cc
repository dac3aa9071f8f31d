#include "reports/json_parts.h"

#include <utility>

#include "reports/utf8.h"

namespace sandproof {
namespace {

// Makes every text Unicode; the keys are it already.
void MakeUnicode(Json& json) {
  if (json.is_string()) {
    std::string& text = json.get_ref<std::string&>();
    text = ToUtf8(text);
  } else if (json.is_structured()) {
    for (Json& element : json) MakeUnicode(element);
  }
}

}  // namespace

Json TextOrNull(std::string_view text) { return text.empty() ? Json() : Json(text); }

Json SummaryJson(const Summary& summary) {
  return {{"pass", summary.pass},
          {"fail", summary.fail},
          {"inconclusive", summary.inconclusive},
          {"skipped", summary.skipped},
          {"waived", summary.waived}};
}

Json FingerprintJson(const Fingerprint& fingerprint) {
  Json settings = Json::object();
  for (const auto& [name, value] : fingerprint.settings) settings[ToUtf8(name)] = value;
  return {{"tool_version", fingerprint.tool_version}, {"kernel", fingerprint.kernel},
          {"architecture", fingerprint.architecture}, {"lsms", fingerprint.lsms},
          {"identity", fingerprint.identity},         {"settings", std::move(settings)}};
}

Json LaunchLineJson(const std::string& file, int line) {
  if (file.empty()) return {};
  return {{"file", file}, {"line", line}};
}

std::string DumpAscii(Json document) {
  MakeUnicode(document);
  return document.dump(2, ' ', true) + "\n";
}

}  // namespace sandproof
