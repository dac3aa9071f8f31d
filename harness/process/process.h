// The only place that starts processes.
#pragma once

#include <sys/types.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/process/v2/process.hpp>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/result.h"
#include "probes/wire/unique_fd.h"

namespace sandproof {

// A descriptor of ours that the child is to have under a number.
struct ChildFd {
  int target = -1;  // in the child
  int source = -1;  // ours; stays ours
};

// The first of `count` numbers in a row, at least `from`, that no descriptor of the child has.
[[nodiscard]] int FreeNumbers(const std::vector<ChildFd>& fds, int from, int count);

struct StartOptions {
  std::vector<std::string> argv = {};  // argv[0] is the path of the program
  std::vector<std::string> env = {};   // "NAME=VALUE"; the whole environment
  std::string cwd = {};                // empty: ours
  std::vector<ChildFd> fds = {};       // 0, 1 and 2 become /dev/null where not named
  bool new_session = false;            // and so a process group of its own
  std::string terminal = {};  // of a new session: the path of a pty, as 0, 1, 2 and to control it
};

using Process = boost::process::v2::process;

// Starts a program with exactly these descriptors, default signal dispositions and an empty mask.
//
// Why: launchers hand what they inherit on into the sandbox, so we would cause what we report:
// every descriptor of ours that is not named is marked close-on-exec. And posix_spawn(3) shares our
// memory with the child until it runs the program; the launchers of Boost.Process 1.81 copy it, or
// (vfork) make the child's event loop ours.
// Errors: kInternal, the call and the errno's name.
[[nodiscard]] Result<Process> Start(boost::asio::any_io_executor executor,
                                    const StartOptions& options);

// The same for whoever waits for the child by himself: a forked helper without an event loop.
[[nodiscard]] Result<pid_t> Spawn(const StartOptions& options);

// Raises our own limit of descriptors, as far as the hard one allows: each sandbox of a run takes
// some forty. Programs are started with the limit that we were started with, which must hold what
// they are given. Errors: kBadInput, where it is below 256.
[[nodiscard]] Result<bool> ExpectManyDescriptors();
// That limit: the soft one, RLIMIT_NOFILE of getrlimit(2).
[[nodiscard]] unsigned long DescriptorLimit();

// A pipe, both ends close-on-exec.
struct Pipe {
  UniqueFd read = {};
  UniqueFd write = {};
};
[[nodiscard]] Result<Pipe> MakePipe();

// A pty's two ends, close-on-exec, and the path of the slave.
struct Terminal {
  UniqueFd master = {};
  UniqueFd slave = {};
  std::string path = {};
};
[[nodiscard]] Result<Terminal> MakeTerminal();

// A pair of connected SOCK_SEQPACKET sockets, close-on-exec.
[[nodiscard]] Result<std::pair<UniqueFd, UniqueFd>> MakeSocketPair();

// "open(/x): EACCES"
[[nodiscard]] Error CallError(std::string_view name, std::string_view operand, int error);

// Our own environment as "NAME=VALUE".
[[nodiscard]] std::vector<std::string> OwnEnvironment();
// The same of a configured one; ours where none is.
[[nodiscard]] std::vector<std::string> EnvironmentOf(
    const std::optional<std::map<std::string, std::string>>& given);

}  // namespace sandproof
