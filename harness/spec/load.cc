#include "harness/spec/file.h"
#include "harness/spec/spec.h"

namespace sandproof {

Result<Spec> LoadSpec(const std::string& file,
                      const std::map<std::string, std::string>& variables) {
  TRY(const std::string text,
      ReadFile(file, {.what = "a configuration", .max_bytes = kMaxSpecBytes}));
  return ParseSpec(text, file, variables);
}

}  // namespace sandproof
