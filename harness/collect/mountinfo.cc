#include "harness/collect/mountinfo.h"

#include <fmt/format.h>

#include "harness/text_file.h"

namespace sandproof {

std::string MountinfoWithoutProc(int pid) {
  constexpr std::size_t kLargest = std::size_t{64} * 1024;
  std::string text = ReadTextFile(fmt::format("/proc/{}/mountinfo", pid));
  const bool has_proc = text.find(" /proc ") != std::string::npos;
  return has_proc || text.size() > kLargest ? "" : text;
}

}  // namespace sandproof
