#include "harness/process/child_processes.h"

#include <dirent.h>
#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <memory>
#include <string>

#include "harness/text_file.h"
#include "probes/wire/start_record.h"

namespace sandproof {

namespace {

void AddNumbers(const std::string& text, std::vector<pid_t>& numbers) {
  const char* const end = text.data() + text.size();
  for (const char* at = text.data(); at < end;) {
    pid_t number = 0;
    const auto [next, error] = std::from_chars(at, end, number);
    if (error == std::errc()) numbers.push_back(number);
    at = error == std::errc() ? next + 1 : at + 1;
  }
}

}  // namespace

std::vector<pid_t> ChildrenOf(pid_t pid) {
  const std::string tasks = fmt::format("/proc/{}/task", pid);
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(tasks.c_str()), ::closedir);
  std::vector<pid_t> children;
  if (!directory) return children;
  while (const dirent* entry = ::readdir(directory.get())) {
    if (entry->d_name[0] == '.') continue;
    AddNumbers(ReadTextFile(fmt::format("{}/{}/children", tasks, entry->d_name)), children);
  }
  return children;
}

pid_t ParentOf(pid_t pid) {
  const std::string status = ReadTextFile(fmt::format("/proc/{}/status", pid));
  const std::vector<std::string> words = StatusWords(status, "PPid");
  return words.empty() ? 0 : std::atoi(words.front().c_str());
}

bool IsBelow(pid_t pid, pid_t ancestor) {
  // Numbers are given anew: what ends between two looks could otherwise make a circle.
  constexpr int kMostGenerations = 256;
  pid_t at = pid;
  for (int i = 0; i < kMostGenerations && at > 1 && at != ancestor; ++i) at = ParentOf(at);
  return at > 0 && at == ancestor;
}

}  // namespace sandproof
