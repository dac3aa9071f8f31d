// What may come over the wire.
#pragma once

#include <string>

namespace sandproof {

[[nodiscard]] inline std::string EveryByte() {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  return bytes;
}

}  // namespace sandproof
