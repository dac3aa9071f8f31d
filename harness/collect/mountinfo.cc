#include "harness/collect/mountinfo.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>

namespace sandproof {

std::string MountinfoWithoutProc(int pid) {
  constexpr std::size_t kLargest = std::size_t{64} * 1024;
  std::ifstream file(fmt::format("/proc/{}/mountinfo", pid));
  std::string text{std::istreambuf_iterator<char>(file), {}};
  const bool has_proc = text.find(" /proc ") != std::string::npos;
  return has_proc || text.size() > kLargest ? "" : text;
}

}  // namespace sandproof
