// What a planted program says of itself: harness/canary/program/main.cc.
#pragma once

#include <cstdint>

namespace sandproof {

inline constexpr unsigned kPlantedNonceSize = 32;

// What it writes to its standard output, in the bytes of this machine.
struct PlantedAnswer {
  char nonce[kPlantedNonceSize];
  std::uint32_t effective_uid;
  std::uint32_t effective_gid;
  std::uint64_t permitted;  // capabilities
};

struct PlantedNonce {
  char text[kPlantedNonceSize + 1];
};

// What stands in the program where the run's nonce is put.
inline constexpr PlantedNonce kPlantedNonce = {"sandproof: here comes the nonce."};

}  // namespace sandproof
