// For tests only: the command line, started as a user starts it.
#pragma once

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <vector>

#include "harness/temp_dir_for_test.h"

namespace sandproof::testing {

inline const std::string kSandproof = SANDPROOF_BINARY_DIR "/bin/sandproof";
inline const std::string kConformance = SANDPROOF_BINARY_DIR "/bin/sandproof-conformance";

struct Ended {
  int code = -1;  // exit status; 128 + the signal that killed it
  std::string out = {};
  std::string err = {};
  std::chrono::milliseconds took = {};
};

// Runs a program with standard input closed off, in `cwd`, and waits for its end, at most a
// minute: a hang becomes 128 + SIGALRM.
inline Ended RunProgram(std::vector<std::string> argv, const std::string& cwd = "/") {
  const TempDir scratch;
  const std::string out = scratch / "out";
  const std::string err = scratch / "err";
  std::vector<char*> words;
  for (std::string& word : argv) words.push_back(word.data());
  words.push_back(nullptr);
  const auto start = std::chrono::steady_clock::now();
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(::open("/dev/null", O_RDONLY | O_CLOEXEC), 0);
    ::dup2(::open(out.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600), 1);
    ::dup2(::open(err.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600), 2);
    if (::chdir(cwd.c_str()) != 0) ::_exit(126);
    ::alarm(60);
    ::execv(words[0], words.data());
    ::_exit(127);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return {.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
          .out = TextOf(out),
          .err = TextOf(err),
          .took = std::chrono::duration_cast<std::chrono::milliseconds>(
              std::chrono::steady_clock::now() - start)};
}

inline Ended Sandproof(std::vector<std::string> arguments, const std::string& cwd = "/") {
  arguments.insert(arguments.begin(), kSandproof);
  return RunProgram(std::move(arguments), cwd);
}

// The text of a configuration with one sandbox, "box", launched as `launch` (JSON words).
inline std::string ConfigOf(const std::string& launch, const std::string& more = "") {
  return R"({"sandboxes": {"box": {"launch": [)" + launch + R"(], "payload": ["/usr/bin/true"])" +
         more + "}}}\n";
}

// A bubblewrap line on which some properties hold and others do not.
inline const std::string kBwrapLine =
    R"("bwrap", "--unshare-all", "--ro-bind", "/usr", "/usr", "--symlink", "usr/lib", "/lib",
       "--symlink", "usr/lib64", "/lib64", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp",
       "--", "{payload}")";

}  // namespace sandproof::testing
