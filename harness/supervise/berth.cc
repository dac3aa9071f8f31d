#include "harness/supervise/berth.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/algorithm/string/replace.hpp>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <utility>

#include "harness/process/process.h"

namespace sandproof {

namespace {

constexpr std::string_view kParent = "/tmp";
constexpr std::string_view kPrefix = "sandproof_berth.";

Result<std::uint16_t> FreePort() {
  const UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in name = {};
  name.sin_family = AF_INET;
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof name;
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0 ||
      ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&name), &size) != 0) {
    return CallError("bind", "127.0.0.1", errno);
  }
  return ntohs(name.sin_port);
}

// What is mounted where, without the numbers that differ between namespaces.
std::vector<std::string> MountPoints() {
  std::ifstream file("/proc/self/mountinfo");
  std::vector<std::string> points;
  for (std::string line; std::getline(file, line);) {
    std::size_t at = 0;
    for (int field = 0; field < 4 && at != std::string::npos; ++field) at = line.find(' ', at + 1);
    if (at == std::string::npos) continue;
    points.push_back(line.substr(at + 1, line.find(' ', at + 1) - at - 1));
  }
  std::ranges::sort(points);
  return points;
}

// So that what the system mounts is known to be its own, and goes with this process.
bool EnterOwnMounts() {
  return ::unshare(CLONE_NEWNS) == 0 &&
         ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

void RemoveTree(const std::string& path) {
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
}

}  // namespace

Result<Berth> Berth::Take(bool has_space) {
  Berth berth;
  std::string path = fmt::format("{}/{}XXXXXX", kParent, kPrefix);
  if (::mkdtemp(path.data()) == nullptr) return CallError("mkdtemp", path, errno);
  berth.directory_ = path;
  berth.lock_.reset(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!berth.lock_ || ::flock(berth.lock_.get(), LOCK_EX | LOCK_NB) != 0) {
    return CallError("flock", path, errno);
  }
  berth.scratch_ = has_space ? path + "/a b" : path;
  if (has_space && ::mkdir(berth.scratch_.c_str(), 0755) != 0) {
    return CallError("mkdir", berth.scratch_, errno);
  }
  // Services have uids of their own; neither the umask nor mkdtemp() may keep them out.
  for (const std::string& directory : {path, berth.scratch_}) {
    if (::chmod(directory.c_str(), 0755) != 0) return CallError("chmod", directory, errno);
  }
  TRY(berth.port_, FreePort());
  berth.has_mounts_ = EnterOwnMounts();
  berth.mounts_ = MountPoints();
  return berth;
}

Berth::Berth(Berth&& other) noexcept
    : directory_(std::exchange(other.directory_, "")),
      scratch_(std::move(other.scratch_)),
      lock_(std::move(other.lock_)),
      port_(other.port_),
      has_mounts_(other.has_mounts_),
      mounts_(std::move(other.mounts_)) {}

Berth::~Berth() {
  if (!directory_.empty()) RemoveTree(directory_);
}

std::string Berth::Fill(std::string text) const {
  for (const auto& [mark, value] :
       {std::pair(kScratchMark, scratch_), std::pair(kPortMark, std::to_string(port_))}) {
    boost::replace_all(text, mark, value);
  }
  return text;
}

std::vector<ReadyCheck> Berth::Fill(std::vector<ReadyCheck> checks) const {
  for (ReadyCheck& check : checks) check.value = Fill(check.value);
  return checks;
}

std::vector<std::string> Berth::SocketFiles() const {
  std::vector<std::string> found;
  std::error_code error;
  constexpr auto kOptions = std::filesystem::directory_options::skip_permission_denied;
  std::filesystem::recursive_directory_iterator at(directory_, kOptions, error);
  for (const std::filesystem::recursive_directory_iterator end; !error && at != end;
       at.increment(error)) {
    std::error_code ignored;
    if (at->symlink_status(ignored).type() == std::filesystem::file_type::socket) {
      found.push_back(at->path().string().substr(directory_.size()));
    }
  }
  return found;
}

std::vector<std::string> Berth::NewMounts() const {
  std::vector<std::string> added;
  if (!has_mounts_) return added;
  const std::vector<std::string> now = MountPoints();
  std::ranges::set_difference(now, mounts_, std::back_inserter(added));
  return added;
}

void SweepBerths() {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(kParent, error)) {
    const std::string path = entry.path().string();
    if (!entry.path().filename().string().starts_with(kPrefix)) continue;
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    struct stat status = {};
    const bool is_ours = fd && ::fstat(fd.get(), &status) == 0 && status.st_uid == ::geteuid();
    // One that is being made is not locked yet, for a moment.
    constexpr time_t kSettled = 5;
    if (!is_ours || ::time(nullptr) - status.st_ctim.tv_sec < kSettled) continue;
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) RemoveTree(path);
  }
}

}  // namespace sandproof
