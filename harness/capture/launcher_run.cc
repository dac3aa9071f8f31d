#include "harness/capture/launcher_run.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "harness/canary/decoy.h"
#include "harness/process/capabilities.h"
#include "harness/process/detach.h"
#include "harness/process/token.h"
#include "harness/spec/quote.h"
#include "harness/text_file.h"
#include "suites/property.h"

namespace sandproof {

namespace asio = boost::asio;

namespace {

using Clock = StagedLaunch::Clock;

constexpr const char* kProgram = "bwrap";
constexpr const char* kDefaultPath = "/usr/local/bin:/bin:/usr/bin";
constexpr std::chrono::seconds kReadyLimit(60);
constexpr std::chrono::seconds kEnding(10);    // of a launcher that was asked to end
constexpr std::chrono::seconds kLeftovers(2);  // of what a launcher that has ended left
constexpr std::chrono::hours kForEver(24 * 365);
// Numbers that scripts do not use by themselves.
constexpr std::array<int, 2> kMarks = {61, 211};

constexpr int kForwarded[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};

std::string NamespaceOf(const std::string& process, const std::string& name) {
  std::error_code error;
  return std::filesystem::read_symlink(fmt::format("/proc/{}/ns/{}", process, name), error)
      .string();
}

// A user's set-uid program, covered in a user namespace, would lose what it is set-uid for.
bool IsSetUid(const std::string& program) {
  struct stat status = {};
  return ::stat(program.c_str(), &status) == 0 && (status.st_mode & S_ISUID) != 0;
}

}  // namespace

class LauncherRun::Impl {
 public:
  Impl(asio::io_context& context, const CaptureOrder& order, LauncherExtras extras)
      : order_(order), extras_(std::move(extras)), context_(context) {}

  Result<bool> Begin() {
    for (const int number : kForwarded) signals_.add(number);
    Prepare();
    TRY(stand_ins_, MakeStandIns());
    reception_.emplace(context_.get_executor(),
                       ReceptionOrder{.stand_ins = *stand_ins_,
                                      .launcher = order_.launcher,
                                      .stage_pid = [this] { return launch_->stage_pid(); },
                                      .on_start = [this] { launch_->Wake(); },
                                      .instruct =
                                          [this](const CapturedStart& start, int pid) {
                                            LookAtLauncher();
                                            return extras_.instruct ? extras_.instruct(start, pid)
                                                                    : Instructions{};
                                          }});
    TRY(launch_, StagedLaunch::Begin(context_.get_executor(), Stage()));
    Detach(context_, Forward());
    return true;
  }

  void Finish() {
    Detach(context_, Conduct());
    context_.restart();
    context_.run();
  }

  Result<Captured> Take() {
    captured_.end = launch_->end();
    captured_.starts = reception_->starts();
    if (captured_.end.exec_error) {
      return BadInput(fmt::format("{} cannot be started: {}", Escaped(order_.launcher.front()),
                                  ErrnoName(*captured_.end.exec_error)));
    }
    DescribeCovers();
    return std::move(captured_);
  }

  StagedLaunch& launch() { return *launch_; }

 private:
  static void AddOwn(int fd, Baseline& baseline) {
    struct stat status = {};
    if (::fstat(fd, &status) != 0) return;
    baseline.fds.push_back({.fd = fd, .device = status.st_dev, .inode = status.st_ino});
  }

  void Prepare() {
    Baseline& baseline = captured_.baseline;
    baseline.status = ReadTextFile("/proc/self/status");
    baseline.limits = ReadTextFile("/proc/self/limits");
    baseline.is_root = ::geteuid() == 0;
    baseline.marker = fmt::format("SANDPROOF_CAPTURE_{}=1", RandomHex(6));
    baseline.env = OwnEnvironment();
    // With canaries, marks of ours would be judged as the launcher's.
    const bool has_canaries = !extras_.env.empty();
    if (!has_canaries) baseline.env.push_back(baseline.marker);
    baseline.env.insert(baseline.env.end(), extras_.env.begin(), extras_.env.end());
    for (const int fd : {0, 1, 2}) AddOwn(fd, baseline);
    for (const ChildFd& fd : order_.inherited) AddOwn(fd.target, baseline);
    for (const char* name : {"pid", "net", "ipc", "uts", "cgroup", "time"}) {
      baseline.namespaces[name] = NamespaceOf("self", name);
    }
    if (!has_canaries) mark_.reset(::memfd_create("sandproof-mark", MFD_CLOEXEC));
    for (const int number : kMarks) {
      const bool is_taken = std::ranges::any_of(
          order_.inherited, [&](const ChildFd& fd) { return fd.target == number; });
      if (!is_taken && mark_) baseline.marked_fds.push_back(number);
    }
    if (has_canaries) return;
    captured_.perturbation = {
        "the launcher runs in a process group of its own, with one variable and two descriptors "
        "more, and its orphans become children of sandproof's"};
  }

  std::vector<std::string> Programs() {
    std::vector<std::string> programs;
    if (!order_.covers) return programs;
    std::string script;
    for (const std::string& word : order_.launcher) {
      std::error_code error;
      const bool is_small = std::filesystem::is_regular_file(word, error) &&
                            std::filesystem::file_size(word, error) < (1U << 20U);
      if (is_small) script += ReadTextFile(word) + '\n';
    }
    const char* path = std::getenv("PATH");
    for (const std::string& program :
         ProgramsCalled(kProgram, path == nullptr ? "" : path, script)) {
      if (!captured_.baseline.is_root && IsSetUid(program)) {
        captured_.perturbation.push_back(fmt::format(
            "{} is set-uid, so it stays as it is: a start by this path is not seen", program));
        continue;
      }
      programs.push_back(program);
    }
    return programs;
  }

  Result<std::optional<StandIns>> MakeStandIns() {
    TRY(StandIns made, StandIns::Make(order_.agent_path, Programs()));
    return std::optional<StandIns>(std::move(made));
  }

  // Our environment with the marker, and our directory first on PATH.
  std::vector<std::string> Environment() const {
    std::vector<std::string> env = captured_.baseline.env;
    const auto path = std::ranges::find_if(
        env, [](const std::string& entry) { return entry.starts_with("PATH="); });
    if (path == env.end()) {
      env.push_back(fmt::format("PATH={}:{}", stand_ins_->directory(), kDefaultPath));
    } else {
      *path = fmt::format("PATH={}:{}", stand_ins_->directory(), path->substr(5));
    }
    return env;
  }

  StageOrder Stage() const {
    StageOrder stage{.agent_path = order_.agent_path,
                     .argv = order_.launcher,
                     .env = Environment(),
                     .fds = order_.inherited,
                     .covers = stand_ins_->covers(),
                     .user_namespace = NeedsUserNamespace()};
    for (const int number : captured_.baseline.marked_fds) {
      stage.fds.push_back({.target = number, .source = mark_.get()});
    }
    stage.fds.insert(stage.fds.end(), extras_.fds.begin(), extras_.fds.end());
    stage.session_key = extras_.session_key;
    stage.counts_signals = extras_.counts_signals;
    return stage;
  }

  // The covers gave it a mount namespace, and maybe a user namespace, that are no doing of its own.
  void LookAtLauncher() {
    Baseline& baseline = captured_.baseline;
    if (baseline.namespaces.contains("mnt")) return;
    const std::string pid = std::to_string(launch_->launcher_pid());
    for (const char* name : {"mnt", "user"}) baseline.namespaces[name] = NamespaceOf(pid, name);
  }

  // Our signals are the launcher's. Those of a terminal reach it without us.
  asio::awaitable<void> Forward() {
    for (;;) {
      const auto [error, number] = co_await signals_.async_wait(kToken);
      if (error) co_return;
      launch_->Signal(number);
    }
  }

  asio::awaitable<void> AwaitReady() {
    asio::steady_timer pause(context_);
    while (!is_ready_ && !launch_->is_gone()) {
      is_ready_ = co_await IsReady(*order_.ready);
      if (is_ready_) launch_->Wake();
      // Nobody announces readiness.
      pause.expires_after(std::chrono::milliseconds(20));
      static_cast<void>(co_await pause.async_wait(kToken));
    }
  }

  asio::awaitable<void> Conduct() {
    if (order_.ready) Detach(context_, AwaitReady());
    const bool is_limited = order_.ready || order_.limit;
    const auto limit = order_.limit   ? std::chrono::nanoseconds(*order_.limit)
                       : order_.ready ? std::chrono::nanoseconds(kReadyLimit)
                                      : std::chrono::nanoseconds(kForEver);
    const StageEnd& end = launch_->end();
    const auto is_over = [&] {
      const bool has_ended = is_limited ? end.is_alone : end.wait_status.has_value();
      return is_ready_ || has_ended || end.exec_error.has_value();
    };
    const bool is_done = co_await launch_->WaitUntil(is_over, Clock::now() + limit);
    captured_.is_never_ready = order_.ready && !is_ready_;
    if (!end.wait_status && !end.exec_error && (is_ready_ || !is_done)) {
      captured_.is_ended_by_us = true;
      launch_->Signal(SIGTERM);
      static_cast<void>(co_await launch_->WaitUntil([&] { return end.wait_status.has_value(); },
                                                    Clock::now() + kEnding));
    }
    static_cast<void>(
        co_await launch_->WaitUntil([&] { return end.is_alone; }, Clock::now() + kLeftovers));
    captured_.killed = co_await launch_->Finish(Clock::now() + kEnding);
    context_.stop();
  }

  void DescribeCovers() {
    std::vector<std::string>& said = captured_.perturbation;
    said.emplace_back("a stand-in goes before bwrap on PATH, and becomes the real one");
    if (captured_.end.cover_error) {
      said.push_back(fmt::format(
          "no mount namespace can be had here ({}), so a bwrap that is called by its path is not "
          "seen",
          ErrnoName(*captured_.end.cover_error)));
      return;
    }
    for (const StagedCover& cover : stand_ins_->covers()) {
      said.push_back(fmt::format(
          "{} is covered by a stand-in, in a mount namespace of the launcher's: what it mounts "
          "does "
          "not reach the host, and a sandbox that shows this path shows the stand-in, unless its "
          "bwrap is started with CAP_SYS_ADMIN",
          cover.path));
    }
    if (!stand_ins_->covers().empty() && NeedsUserNamespace()) {
      said.emplace_back(
          captured_.baseline.is_root
              ? "the launcher runs in a user namespace, with the same ids, because CAP_SYS_ADMIN "
                "is missing; --path-only captures without it"
              : "the launcher runs in a user namespace, with the same uid: other users' files "
                "belong to nobody there, and sudo and su do not work; --path-only captures without "
                "it");
    }
  }

  static bool NeedsUserNamespace() { return !HasCapabilities({CAP_SYS_ADMIN}); }

  const CaptureOrder& order_;
  LauncherExtras extras_;
  asio::io_context& context_;
  asio::signal_set signals_{context_};
  Captured captured_ = {};
  UniqueFd mark_ = {};
  std::optional<StandIns> stand_ins_ = std::nullopt;
  std::unique_ptr<StagedLaunch> launch_ = {};
  std::optional<Reception> reception_ = std::nullopt;
  bool is_ready_ = false;
};

LauncherRun::LauncherRun(asio::io_context& context, const CaptureOrder& order,
                         LauncherExtras extras)
    : impl_(std::make_unique<Impl>(context, order, std::move(extras))) {}

LauncherRun::~LauncherRun() = default;

Result<bool> LauncherRun::Begin() { return impl_->Begin(); }

void LauncherRun::Finish() { impl_->Finish(); }

Result<Captured> LauncherRun::Take() { return impl_->Take(); }

StagedLaunch& LauncherRun::launch() { return impl_->launch(); }

std::vector<ChildFd> InheritedDescriptors() {
  std::vector<ChildFd> fds;
  DIR* directory = ::opendir("/proc/self/fd");
  if (directory == nullptr) return fds;
  while (const dirent* entry = ::readdir(directory)) {
    const int fd = std::atoi(entry->d_name);
    const int flags = fd > 2 ? ::fcntl(fd, F_GETFD) : -1;
    if (flags >= 0 && (flags & FD_CLOEXEC) == 0) fds.push_back({.target = fd, .source = fd});
  }
  ::closedir(directory);
  return fds;
}

}  // namespace sandproof
