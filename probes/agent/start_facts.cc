#include "probes/agent/start_facts.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <string>
#include <vector>

#include "probes/agent/probe.h"

namespace sandproof::probes {

namespace {

constexpr std::size_t kLongest = 1 << 16;

std::string LinkAt(const std::string& path) {
  char link[PATH_MAX] = {};
  const ssize_t length = ::readlink(path.c_str(), link, sizeof link - 1);
  return length > 0 ? std::string(link, static_cast<std::size_t>(length)) : "";
}

std::vector<int> OpenNumbers() {
  std::vector<int> numbers;
  DIR* directory = ::opendir("/proc/self/fd");
  if (directory == nullptr) return numbers;
  const int own = ::dirfd(directory);
  while (const dirent* entry = ::readdir(directory)) {
    const int fd = std::atoi(entry->d_name);
    if (entry->d_name[0] != '.' && fd != own) numbers.push_back(fd);
  }
  ::closedir(directory);
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

StartDescriptor Describe(int fd) {
  StartDescriptor found{.fd = fd};
  struct stat status = {};
  if (::fstat(fd, &status) == 0) {
    found.mode = status.st_mode;
    found.device = status.st_dev;
    found.inode = status.st_ino;
  }
  found.flags = static_cast<unsigned>(std::max(::fcntl(fd, F_GETFL), 0));
  if (S_ISREG(found.mode)) found.offset = std::max<long>(::lseek(fd, 0, SEEK_CUR), 0);
  found.is_terminal = S_ISCHR(found.mode) && ::isatty(fd) == 1;
  found.target = LinkAt("/proc/self/fd/" + std::to_string(fd));
  return found;
}

}  // namespace

StartRecord OwnStart(std::span<char*> args) {
  StartRecord record;
  for (const int fd : OpenNumbers()) record.fds.push_back(Describe(fd));
  record.argv.assign(args.begin(), args.end());
  for (char** variable = environ; *variable != nullptr; ++variable) record.env.push_back(*variable);
  record.cwd = LinkAt("/proc/self/cwd");
  record.status = ReadFileAt("/proc/self/status", kLongest);
  record.limits = ReadFileAt("/proc/self/limits", kLongest);
  for (const char* name : {"pid", "net", "ipc", "uts", "mnt", "user", "cgroup", "time"}) {
    record.namespaces[name] = LinkAt(std::string("/proc/self/ns/") + name);
  }
  return record;
}

}  // namespace sandproof::probes
