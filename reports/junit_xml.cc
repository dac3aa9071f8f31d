#include "reports/junit_xml.h"

#include "reports/printable.h"
#include "reports/text.h"

namespace sandproof {
namespace {

struct StringWriter : pugi::xml_writer {
  std::string text = {};
  void write(const void* data, std::size_t size) override {
    text.append(static_cast<const char*>(data), size);
  }
};

}  // namespace

void SetAttribute(pugi::xml_node node, const char* name, std::string_view value) {
  node.append_attribute(name).set_value(std::string(value).c_str());
}

void AddXmlProperty(pugi::xml_node properties, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  pugi::xml_node property = properties.append_child("property");
  SetAttribute(property, "name", name);
  SetAttribute(property, "value", value);
}

void AddOutcome(pugi::xml_node testcase, const char* element, const char* type,
                std::string_view message, std::string_view text) {
  pugi::xml_node node = testcase.append_child(element);
  if (*type != '\0') SetAttribute(node, "type", type);
  SetAttribute(node, "message", message);
  node.text().set(std::string(text).c_str());
}

pugi::xml_node AddSuites(pugi::xml_document& document, const JunitTotals& totals) {
  pugi::xml_node declaration = document.append_child(pugi::node_declaration);
  SetAttribute(declaration, "version", "1.0");
  SetAttribute(declaration, "encoding", "UTF-8");
  pugi::xml_node suites = document.append_child("testsuites");
  SetAttribute(suites, "name", "sandproof");
  SetAttribute(suites, "tests", std::to_string(totals.tests));
  SetAttribute(suites, "failures", std::to_string(totals.failures));
  SetAttribute(suites, "errors", std::to_string(totals.errors));
  SetAttribute(suites, "time", SecondsText(totals.time));
  return suites;
}

std::string JunitTimestamp(std::string_view started_at) {
  if (started_at.ends_with('Z')) started_at.remove_suffix(1);
  return Printable(started_at);
}

std::string XmlText(const pugi::xml_document& document) {
  StringWriter output;
  document.save(output, "  ", pugi::format_indent, pugi::encoding_utf8);
  return output.text;
}

}  // namespace sandproof
