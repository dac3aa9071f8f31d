#include "harness/collect/outside.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>

#include "harness/collect/host_facts.h"
#include "harness/process/child_processes.h"

namespace sandproof {

namespace {

namespace fs = std::filesystem;

std::string InodeOf(const std::string& path) {
  struct stat status = {};
  return ::stat(path.c_str(), &status) == 0 ? std::to_string(status.st_ino) : "";
}

// The same of a process: its link is read and not followed, which would make the kernel open each.
std::string NetworkOf(int pid) {
  const std::string path = fmt::format("/proc/{}/ns/net", pid);
  std::array<char, 64> target = {};  // "net:[4026531840]"
  const ssize_t size = ::readlink(path.c_str(), target.data(), target.size());
  std::string_view text(target.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  if (!text.starts_with("net:[") || !text.ends_with(']')) return "";
  text.remove_prefix(5);
  text.remove_suffix(1);
  return std::string(text);
}

// Names given to network namespaces by ip-netns(8).
bool IsNamed(const std::string& net_id) {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator("/run/netns", error)) {
    if (InodeOf(entry.path().string()) == net_id) return true;
  }
  return false;
}

bool HasStrangers(const std::string& net_id, int guard) {
  return std::ranges::any_of(
      AllProcesses(), [&](int pid) { return NetworkOf(pid) == net_id && !IsBelow(pid, guard); });
}

}  // namespace

std::string WhyNotOutside(const Whereabouts& where) {
  constexpr const char* kRemedy =
      "; nothing is sent to addresses outside from there. \"net\": {\"from\": \"host\"} asks for "
      "this machine's own addresses instead";
  if (!where.agent) {
    return std::string(
               "the payload's process does not descend from the launcher, so that its "
               "network may be this machine's own") +
           kRemedy;
  }
  if (where.net_id.empty()) {
    return std::string(
               "which network the payload is in cannot be seen without CAP_SYS_PTRACE, so that it "
               "may be this machine's own") +
           kRemedy;
  }
  if (where.net_id == where.launcher_id) return {};
  const bool is_foreign = where.net_id == InodeOf("/proc/self/ns/net") || IsNamed(where.net_id) ||
                          HasStrangers(where.net_id, where.guard);
  if (!is_foreign) return {};
  return std::string("the payload runs in a network that was there before the launcher") + kRemedy;
}

}  // namespace sandproof
