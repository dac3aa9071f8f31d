#include "probes/agent/identity.h"

#include <dirent.h>
#include <grp.h>
#include <unistd.h>

#include <cctype>
#include <charconv>
#include <cstdlib>
#include <string>

#include "probes/agent/probe.h"

namespace sandproof::probes {

namespace {

// Numbers that are separated by anything else.
template <typename Number>
std::vector<Number> Numbers(std::string_view text) {
  std::vector<Number> numbers;
  const char* end = text.data() + text.size();
  for (const char* at = text.data(); at < end;) {
    Number number = 0;
    const auto [next, error] = std::from_chars(at, end, number);
    if (error == std::errc()) numbers.push_back(number);
    at = next == at ? at + 1 : next;
  }
  return numbers;
}

// The parent of a process by /proc/PID/stat; 0 when it has ended.
pid_t ParentOf(std::string_view pid) {
  const std::string stat = ReadFileAt("/proc/" + std::string(pid) + "/stat", 4096);
  // The name in parentheses may hold anything, so the fields are counted from its end.
  const std::size_t end = stat.rfind(") ");
  if (end == std::string::npos || stat.size() < end + 4) return 0;
  const std::vector<pid_t> fields = Numbers<pid_t>(std::string_view(stat).substr(end + 4));
  return fields.empty() ? 0 : fields.front();
}

std::vector<pid_t> ChildrenByScan() {
  std::vector<pid_t> children;
  DIR* proc = ::opendir("/proc");
  if (proc == nullptr) return children;
  while (const dirent* entry = ::readdir(proc)) {
    const std::string_view name = entry->d_name;
    if (std::isdigit(static_cast<unsigned char>(name.front())) == 0) continue;
    if (ParentOf(name) == ::getpid()) children.push_back(std::atoi(entry->d_name));
  }
  ::closedir(proc);
  return children;
}

}  // namespace

void ParseIdentityOption(std::string_view option, Identity& identity) {
  const std::size_t equals = option.find('=');
  if (equals == std::string_view::npos) return;
  const std::string_view name = option.substr(0, equals);
  const std::vector<gid_t> numbers = Numbers<gid_t>(option.substr(equals + 1));
  if (name == "--groups") identity.groups = numbers;
  if (numbers.empty()) return;
  if (name == "--uid") identity.uid = numbers.front();
  if (name == "--gid") identity.gid = numbers.front();
}

bool Assume(const Identity& identity) {
  // The uid goes last: without it the others may no longer be changed.
  if (identity.groups && ::setgroups(identity.groups->size(), identity.groups->data()) != 0) {
    return false;
  }
  if (identity.gid && ::setresgid(*identity.gid, *identity.gid, *identity.gid) != 0) return false;
  return !identity.uid || ::setresuid(*identity.uid, *identity.uid, *identity.uid) == 0;
}

std::vector<gid_t> OwnGroups() {
  const int count = ::getgroups(0, nullptr);
  std::vector<gid_t> groups(count > 0 ? static_cast<std::size_t>(count) : 0);
  const int got = groups.empty() ? 0 : ::getgroups(count, groups.data());
  groups.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return groups;
}

std::vector<pid_t> Children() {
  const std::string path = "/proc/self/task/" + std::to_string(::getpid()) + "/children";
  if (::access(path.c_str(), R_OK) == 0) return Numbers<pid_t>(ReadFileAt(path, 1 << 20));
  return ChildrenByScan();
}

}  // namespace sandproof::probes
