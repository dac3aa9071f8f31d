#include "harness/canary/secret_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace sandproof {

namespace {

bool IsWithin(const std::string& path, const std::string& directory) {
  if (directory == "/" || path == directory) return true;
  return path.starts_with(directory + '/');
}

}  // namespace

std::string SecretDirectory(const std::vector<std::string>& declared) {
  const char* home = std::getenv("HOME");
  // Not on a tmpfs by preference: file handles of one filesystem do not open through another, and
  // the filesystem that sandboxes bind from is the one that matters.
  std::vector<std::string> candidates = {"/var/tmp", "/var/lib", "/srv", "/opt", "/usr/local"};
  if (home != nullptr && *home == '/') candidates.emplace_back(home);
  std::string fallback;
  for (const std::string& candidate : candidates) {
    if (::access(candidate.c_str(), W_OK | X_OK) != 0) continue;
    if (fallback.empty()) fallback = candidate;
    const bool is_declared =
        std::any_of(declared.begin(), declared.end(),
                    [&](const std::string& source) { return IsWithin(candidate, source); });
    if (!is_declared) return candidate;
  }
  return fallback.empty() ? "/tmp" : fallback;
}

void AddFileHandle(Params& params) {
  constexpr unsigned kMostBytes = 128;  // MAX_HANDLE_SZ
  alignas(file_handle) std::array<char, sizeof(file_handle) + kMostBytes> buffer = {};
  auto* handle = reinterpret_cast<file_handle*>(buffer.data());
  handle->handle_bytes = kMostBytes;
  int mount = 0;
  if (::name_to_handle_at(AT_FDCWD, params["path"].c_str(), handle, &mount, 0) != 0) return;
  // By the buffer, because the member is declared as an array of no bytes.
  const std::string_view bytes(buffer.data() + offsetof(file_handle, f_handle),
                               std::min(handle->handle_bytes, kMostBytes));
  std::string hex;
  for (const char byte : bytes) hex += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  params["handle_type"] = std::to_string(handle->handle_type);
  params["handle"] = hex;
}

}  // namespace sandproof
