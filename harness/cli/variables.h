// "NAME=VALUE" words of the command line.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/result.h"

namespace sandproof::cli {

// Errors: kConfiguration for a word without "=", a name that is no name, or a name twice.
[[nodiscard]] Result<std::map<std::string, std::string>> ParseVariables(
    const std::vector<std::string>& words);

}  // namespace sandproof::cli
