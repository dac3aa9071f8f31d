// For tests only: a directory that goes with its owner.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace sandproof::testing {

// A new directory that every uid may search. Aborts where none can be made.
class TempDir {
 public:
  TempDir() {
    path_ = (std::filesystem::temp_directory_path() / "sp-test-XXXXXX").string();
    if (::mkdtemp(path_.data()) == nullptr || ::chmod(path_.c_str(), 0755) != 0) std::abort();
  }
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string operator/(std::string_view name) const {
    return path_ + '/' + std::string(name);
  }
  // Writes a file and names it.
  [[nodiscard]] std::string Write(std::string_view name, std::string_view text,
                                  mode_t mode = 0644) const {
    std::ofstream(*this / name, std::ios::binary) << text;
    ::chmod((*this / name).c_str(), mode);
    return *this / name;
  }

 private:
  std::string path_;
};

[[nodiscard]] inline bool Exists(const std::string& path) {
  struct stat status = {};
  return ::lstat(path.c_str(), &status) == 0;
}

[[nodiscard]] inline std::string TextOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace sandproof::testing
