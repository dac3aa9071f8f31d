// The program that is planted to see whether it raises privilege: canary/program/main.cc.
#pragma once

#include <string>
#include <string_view>

namespace sandproof {

// Its bytes, with a nonce of 32 characters that it will answer with.
[[nodiscard]] std::string ProgramImage(std::string_view nonce);

}  // namespace sandproof
