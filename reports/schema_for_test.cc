#include "reports/schema_for_test.h"

#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace sandproof {

std::string RefusalBy(std::string_view schema_text, const nlohmann::json& report) {
  const nlohmann::json text = nlohmann::json::parse(schema_text);
  valijson::Schema schema;
  valijson::SchemaParser(valijson::SchemaParser::kDraft7)
      .populateSchema(valijson::adapters::NlohmannJsonAdapter(text), schema);
  valijson::ValidationResults results;
  const valijson::adapters::NlohmannJsonAdapter target(report);
  valijson::Validator().validate(schema, target, &results);
  std::string refusal;
  valijson::ValidationResults::Error error;
  while (results.popError(error)) {
    for (const std::string& part : error.context) refusal += part;
    refusal += ": " + error.description + "\n";
  }
  return refusal;
}

}  // namespace sandproof
