#include "harness/collect/file_modes.h"

#include <sys/stat.h>

namespace sandproof {

bool IsOpenToAll(const std::string& path, mode_t right) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0 || (status.st_mode & right) == 0) return false;
  for (std::size_t at = path.find('/', 1); at != std::string::npos; at = path.find('/', at + 1)) {
    if (::stat(path.substr(0, at).c_str(), &status) != 0 || (status.st_mode & S_IXOTH) == 0)
      return false;
  }
  return true;
}

}  // namespace sandproof
