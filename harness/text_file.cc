#include "harness/text_file.h"

#include <fstream>
#include <iterator>

namespace sandproof {

std::string ReadTextFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace sandproof
