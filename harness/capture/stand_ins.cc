#include "harness/capture/stand_ins.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "harness/canary/decoy.h"
#include "harness/collect/prepare.h"
#include "harness/text_file.h"
#include "probes/wire/start_record.h"

namespace sandproof {
namespace {

using Kind = KeptObject::Kind;

constexpr const char* kParents[] = {"/tmp", "/var/tmp", "/run", "/dev/shm"};

// Where files can be made, and programs run.
std::string Parent() {
  for (const char* parent : kParents) {
    struct statvfs status = {};
    const bool lets_run = ::statvfs(parent, &status) == 0 && (status.f_flag & ST_NOEXEC) == 0;
    if (lets_run && ::access(parent, W_OK | X_OK) == 0) return parent;
  }
  return {};
}

void AddProgram(const std::string& path, std::vector<std::string>& programs) {
  std::error_code error;
  const std::string real = std::filesystem::canonical(path, error).string();
  if (error || !IsExecutable(real)) return;
  if (std::ranges::find(programs, real) == programs.end()) programs.push_back(real);
}

bool IsOfPath(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view("/._-+@~").find(c) != std::string_view::npos;
}

}  // namespace

Result<StandIns> StandIns::Make(const std::string& agent_path,
                                const std::vector<std::string>& programs) {
  const std::string parent = Parent();
  if (parent.empty()) {
    return Internal("none of /tmp, /var/tmp, /run and /dev/shm lets us write and run programs");
  }
  SweepLeftovers(parent);
  const std::string directory = fmt::format("{}/sandproof-{}", parent, RandomHex(6));
  std::vector<KeptObject> objects;
  for (const char* name : {"socket", "bwrap"}) {
    objects.push_back({.kind = Kind::kOthers, .name = fmt::format("{}/{}", directory, name)});
  }
  std::vector<StagedCover> covers;
  for (std::size_t i = 0; i < programs.size(); ++i) {
    covers.push_back({.path = programs[i],
                      .with = fmt::format("{}/cover-{}", directory, i),
                      .as = fmt::format("{}/real-{}", directory, i)});
    objects.push_back({.kind = Kind::kOthers, .name = covers.back().with});
    objects.push_back({.kind = Kind::kFile, .name = covers.back().as});
  }
  TRY(Keeper keeper, Keeper::Begin(directory, objects));
  TRY(const bool is_kept, keeper.Wait());
  static_cast<void>(is_kept);
  StandIns made(std::move(keeper), directory);
  made.covers_ = std::move(covers);
  TRY(const bool is_written, made.WriteAll(agent_path, programs));
  static_cast<void>(is_written);
  TRY(const bool listens, made.Listen());
  static_cast<void>(listens);
  return made;
}

Result<bool> StandIns::WriteAll(const std::string& agent,
                                const std::vector<std::string>& programs) {
  const std::string bytes = ReadTextFile(agent);
  if (bytes.empty()) return CallError("read", agent, EIO);
  StandIn tail{.socket = SocketPath(), .directory = directory_};
  for (const StagedCover& cover : covers_) tail.hides[cover.path] = cover.as;
  TRY(const bool is_written, Write(directory_ + "/bwrap", bytes + EncodeStandIn(tail)));
  static_cast<void>(is_written);
  for (std::size_t i = 0; i < programs.size(); ++i) {
    tail.program = ReadTextFile(programs[i]);
    TRY(const bool is_cover_written, Write(covers_[i].with, bytes + EncodeStandIn(tail)));
    static_cast<void>(is_cover_written);
  }
  return true;
}

Result<bool> StandIns::Write(const std::string& path, const std::string& bytes) {
  UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700));
  if (!file) return CallError("open", path, errno);
  const bool is_whole =
      ::write(file.get(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
  // Whoever the launcher becomes must be able to run and read it.
  struct stat status = {};
  if (!is_whole || ::fchmod(file.get(), 0755) != 0 || ::fstat(file.get(), &status) != 0) {
    return CallError("write", path, errno);
  }
  files_.emplace_back(status.st_dev, status.st_ino);
  return true;
}

Result<bool> StandIns::Listen() {
  const std::string path = SocketPath();
  sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = {}};
  std::memcpy(address.sun_path, path.data(), path.size());  // 40 bytes at most
  socket_.reset(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  const bool listens = socket_ && ::bind(socket_.get(), generic, sizeof address) == 0 &&
                       ::chmod(path.c_str(), 0777) == 0 && ::listen(socket_.get(), 64) == 0;
  if (!listens) return CallError("bind", path, errno);
  return true;
}

bool StandIns::IsOne(dev_t device, ino_t inode) const {
  return std::ranges::find(files_, std::pair(device, inode)) != files_.end();
}

std::vector<std::string> ProgramsCalled(const std::string& name, const std::string& path,
                                        const std::string& script) {
  std::vector<std::string> programs;
  const std::string places = path + ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  for (std::size_t at = 0; at <= places.size();) {
    const std::size_t end = std::min(places.find(':', at), places.size());
    if (end > at) AddProgram(places.substr(at, end - at) + '/' + name, programs);
    at = end + 1;
  }
  const std::string word = '/' + name;
  for (std::size_t at = script.find(word); at != std::string::npos;
       at = script.find(word, at + 1)) {
    std::size_t begin = at;
    while (begin > 0 && IsOfPath(script[begin - 1])) --begin;
    const std::size_t end = at + word.size();
    const bool goes_on = end < script.size() && IsOfPath(script[end]);
    if (script[begin] == '/' && !goes_on) AddProgram(script.substr(begin, end - begin), programs);
  }
  return programs;
}

}  // namespace sandproof
