// What every probe is written with: the ways to say what happened, and a child to try it in.
//
// CMake makes the agent's table from the file names: probes/fs/read_file.cc must define
// Observation sandproof::probes::fs::ReadFile(const Request&).
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "probes/wire/observation.h"
#include "probes/wire/request.h"
#include "probes/wire/unique_fd.h"

namespace sandproof::probes {

// "open(/x)". Operands are joined by ", ".
[[nodiscard]] std::string Call(std::string_view name, std::string_view operand);

[[nodiscard]] Observation Reached(std::string_view name, std::string_view operand);
[[nodiscard]] Observation Denied(std::string_view name, std::string_view operand, int error);
[[nodiscard]] Observation SetupFailed(std::string_view name, std::string_view operand, int error);
// Something answered, but without proof that it was the canary: setup_failed with errno EBADMSG,
// which no verdict takes for a denial or a reach.
[[nodiscard]] Observation NotProven(std::string_view name, std::string_view operand);
// Reached if the proof holds, NotProven otherwise.
[[nodiscard]] Observation ReachedIf(bool proven, std::string_view name, std::string_view operand);
// A probe that only reads: reached, with the facts.
[[nodiscard]] Observation Read(std::string_view name, std::string_view operand, Facts facts);

// Runs `attempt` in a forked child and hands back its observation; a death by signal comes back as
// killed. For whatever changes the state of the process: mounts, namespaces, traces, terminals.
// The child's own limit is `request.limit`.
// Errors: setup_failed "fork" where a child cannot be had.
[[nodiscard]] Observation InChild(const Request& request,
                                  const std::function<Observation()>& attempt);

// InChild for attempts that leave credentials and user namespaces alone: the child shares our
// memory and we stand still until it ends, as with vfork(2), at a fifth of the price of fork(2).
//
// Not within another quick child, whose stack it would take.
//
// Why not always: a change of credentials makes the shared memory undumpable, and with it our own
// /proc/self unreadable to us.
// Errors: setup_failed "clone" where a child cannot be had.
[[nodiscard]] Observation InQuickChild(const Request& request,
                                       const std::function<Observation()>& attempt);

// Lets the agent stay until its input ends, at most 3 s, though all is answered: for a probe that
// has left something behind which somebody outside is to try. PrepareToStay goes before any worker.
void AskToStay();
void PrepareToStay();
[[nodiscard]] bool IsAskedToStay();

// Up to `limit` bytes of a descriptor, until EOF, an error or EAGAIN.
[[nodiscard]] std::string ReadAll(int fd, std::size_t limit = 65536);
// The file's bytes, empty when it cannot be opened. For files under the payload's own /proc.
[[nodiscard]] std::string ReadFileAt(const std::string& path, std::size_t limit = 65536);

// Waits for `events` on fd. False when the milliseconds passed first.
[[nodiscard]] bool PollFor(int fd, short events, int timeout_ms);

// What the agent found when it started, before it opened anything itself. Probes that report what
// was inherited read it here, because the agent's own channels would disturb the answer.
struct Inherited {
  struct Descriptor {
    int fd = -1;
    std::string kind = {};    // "file", "dir", "pipe", "socket", "chr", "anon"
    std::string access = {};  // "r", "w", "rw", "path"
    std::string link = {};    // readlink of /proc/self/fd/N, empty without /proc
  };
  std::vector<Descriptor> descriptors = {};  // 3 and above, without the agent's own channels
  bool complete = false;                     // every possible number was looked at
  int scanned_below = 0;                     // numbers below this were looked at
  int parent_death_signal = 0;               // 0: none
  std::vector<int> ignored = {};             // signals; the agent itself ignores some
  std::vector<std::string> timers = {};      // those that run: they survive execve(2)
};
[[nodiscard]] const Inherited& InheritedState();

}  // namespace sandproof::probes
