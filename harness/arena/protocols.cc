#include "harness/arena/protocols.h"

#include <fstream>

namespace sandproof {

const std::vector<std::string>& LoadedProtocols() {
  static const std::vector<std::string> loaded = [] {
    std::vector<std::string> names;
    std::ifstream file("/proc/net/protocols");
    std::string line;
    std::getline(file, line);  // the heading
    while (std::getline(file, line)) names.push_back(line.substr(0, line.find(' ')));
    return names;
  }();
  return loaded;
}

}  // namespace sandproof
