#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>

#include "harness/cli/cli.h"
#include "harness/spec/spec.h"
#include "probes/wire/unique_fd.h"
#include "suites/catalogue/catalogue.h"

namespace sandproof::cli {

namespace {

struct CheckArguments {
  RunOptions run = {};
  std::string profile = "strict";
  std::string driver = {};
  std::vector<std::string> expect = {};
  std::vector<std::string> paths = {};
  bool terminal = false;
  std::vector<std::string> command = {};
};

// The launch line ends where the payload begins: at "{payload}" if it is written, else behind the
// last "--".
Result<bool> SplitCommand(const std::vector<std::string>& command, SandboxSpec& spec) {
  if (std::find(command.begin(), command.end(), "{payload}") != command.end()) {
    spec.launch = command;
    spec.payload = {"/bin/true"};
    return true;
  }
  const auto dashes = std::find(command.rbegin(), command.rend(), "--");
  if (dashes == command.rend() || dashes == command.rbegin()) {
    return BadInput(
        "check: the payload cannot be told from the launcher; write the launch line as "
        "`sandproof check -- LAUNCHER ARG… -- PAYLOAD ARG…`, or put {payload} in its place");
  }
  spec.launch.assign(command.begin(), dashes.base());
  spec.launch.emplace_back("{payload}");
  spec.payload.assign(dashes.base(), command.end());
  return true;
}

Result<bool> TakeExpectations(const std::vector<std::string>& words, SandboxSpec& spec) {
  for (const std::string& word : words) {
    const std::size_t equals = word.rfind('=');
    const auto expectation =
        ParseExpectation(equals == std::string::npos ? "" : word.substr(equals + 1));
    const std::string id = word.substr(0, equals);
    if (!expectation || FindProperty(id.substr(0, id.find('['))) == nullptr) {
      return BadInput("--expect " + word +
                      ": it must be ID=blocked, ID=allowed, ID=required or "
                      "ID=any, with an id of `sandproof list`");
    }
    spec.expect[id] = *expectation;
  }
  return true;
}

Result<bool> TakePaths(const std::vector<std::string>& words, SandboxSpec& spec) {
  static const std::map<std::string, PathAccess> kWords = {{"read-only", PathAccess::kReadOnly},
                                                           {"read-write", PathAccess::kReadWrite},
                                                           {"private", PathAccess::kPrivate},
                                                           {"absent", PathAccess::kAbsent}};
  for (const std::string& word : words) {
    const std::size_t equals = word.rfind('=');
    const auto access = kWords.find(equals == std::string::npos ? "" : word.substr(equals + 1));
    if (access == kWords.end() || !word.starts_with('/')) {
      return BadInput("--path " + word +
                      ": it must be /PATH=read-only, read-write, private or absent");
    }
    spec.paths[word.substr(0, equals)] = access->second;
  }
  return true;
}

// The name under which a file can be opened anew, so that whoever reads it leaves the launcher's
// offset alone; empty for a socket, which cannot be, a pipe, which need not, and a file that
// somebody opened who may do more than we.
std::string NameToOpen(int fd, bool is_writable) {
  struct stat status = {};
  if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) return "";
  const std::string path = fmt::format("/proc/{}/fd/{}", ::getpid(), fd);
  const UniqueFd again(::open(path.c_str(), (is_writable ? O_RDWR : O_RDONLY) | O_CLOEXEC));
  return again ? path : "";
}

// Descriptors that our caller gave us beyond the standard ones are part of the launch: its user
// may have written `9<arguments` for `--args 9`.
void TakeDescriptors(SandboxSpec& spec) {
  DIR* directory = ::opendir("/proc/self/fd");
  if (directory == nullptr) return;
  const int own = ::dirfd(directory);
  while (const dirent* entry = ::readdir(directory)) {
    const int fd = std::atoi(entry->d_name);
    if (fd <= 2 || fd == own || (::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0) continue;
    const bool is_writable = (::fcntl(fd, F_GETFL) & O_ACCMODE) != O_RDONLY;
    spec.fds.push_back({.fd = fd, .path = NameToOpen(fd, is_writable), .writable = is_writable});
  }
  ::closedir(directory);
}

Result<int> Act(const CheckArguments& options) {
  SandboxSpec sandbox;
  TRY(const bool is_split, SplitCommand(options.command, sandbox));
  TRY(const bool has_expectations, TakeExpectations(options.expect, sandbox));
  TRY(const bool has_paths, TakePaths(options.paths, sandbox));
  static_cast<void>(is_split && has_expectations && has_paths);
  TakeDescriptors(sandbox);
  sandbox.name = std::filesystem::path(sandbox.launch.front()).filename().string();
  sandbox.driver = options.driver;
  sandbox.profile = *ParseProfile(options.profile);
  sandbox.stdio = options.terminal ? StdioKind::kPty : StdioKind::kPipe;
  std::error_code error;
  sandbox.cwd = std::filesystem::current_path(error).string();
  if (error) return BadInput("check: the working directory is gone; start it from one that exists");
  Spec spec;
  spec.sandboxes = {std::move(sandbox)};
  return RunAndReport(spec, options.run);
}

}  // namespace

Action AddCheck(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("check", "judge one launch line, without a configuration file");
  const auto options = std::make_shared<CheckArguments>();
  command->add_option("--profile", options->profile, "the baseline: strict, service or agent")
      ->check(CLI::IsMember({"strict", "service", "agent"}));
  command->add_option("--driver", options->driver, "the kind of launcher; found from the line");
  command->add_option("--expect", options->expect, "ID=blocked|allowed|required|any");
  command->add_option("--path", options->paths, "/PATH=read-only|read-write|private|absent");
  command->add_flag("--pty", options->terminal, "give the launcher a terminal");
  command->add_option("command", options->command, "-- LAUNCHER ARG… -- PAYLOAD ARG…")->required();
  AddRunOptions(*command, options->run);
  command->positionals_at_end();
  return [command, options]() -> Result<int> {
    return command->parsed() ? Act(*options) : Result<int>(-1);
  };
}

}  // namespace sandproof::cli
