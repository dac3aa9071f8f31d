#include "harness/canary/program_image.h"

#include "probes/wire/planted_program.h"

namespace sandproof {

extern const std::string_view kPlantedProgram;  // made by cmake/Embed.cmake

std::string ProgramImage(std::string_view nonce) {
  std::string image(kPlantedProgram);
  const std::string_view place(kPlantedNonce.text, kPlantedNonceSize);
  const std::size_t at = image.find(place);
  if (at != std::string::npos) image.replace(at, place.size(), nonce.substr(0, place.size()));
  return image;
}

}  // namespace sandproof
