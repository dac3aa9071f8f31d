#include "harness/supervise/missing_source.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <optional>
#include <span>
#include <vector>

#include "harness/driver/bwrap_args.h"
#include "harness/driver/bwrap_line.h"

namespace sandproof {

namespace {

long Trace(int request, pid_t pid, unsigned long data) {
  return ::syscall(SYS_ptrace, request, pid, 0UL, data);
}

struct BindSource {
  std::string option = {};
  std::string path = {};
  std::size_t word = 0;  // its place in argv
};

// A bind that must be there, the last one: what comes late is the service's own rather than the
// system's. Else one that may be absent, for whose absence the start should fail all the same if
// nothing else is bound.
std::optional<BindSource> ChooseSource(std::span<const std::string> argv) {
  const Result<BwrapArguments> arguments = ParseBwrapArguments(argv.subspan(1), std::nullopt);
  if (!arguments) return std::nullopt;
  std::optional<BindSource> optional;
  for (auto option = arguments->options.rbegin(); option != arguments->options.rend(); ++option) {
    const bool is_bind = option->name == "--bind" || option->name == "--ro-bind" ||
                         option->name == "--dev-bind" || option->name == "--bind-try" ||
                         option->name == "--ro-bind-try" || option->name == "--dev-bind-try";
    if (!is_bind || option->position.file >= 0 || option->operands.empty()) continue;
    BindSource source{.option = option->ToString(),
                      .path = option->operands.front(),
                      .word = option->position.index + 2};
    if (!option->name.ends_with("-try")) return source;
    if (!optional) optional = std::move(source);
  }
  return optional;
}

// A name of the same length that is not there, as the process sees it.
std::optional<std::string> AbsentName(pid_t pid, const std::string& path) {
  if (path.empty()) return std::nullopt;
  const bool is_absolute = path.front() == '/';
  for (const char letter : {'~', '_', '0', '#', '%'}) {
    std::string name = path;
    name.back() = letter;
    const std::string seen = is_absolute && name.size() > 1
                                 ? fmt::format("/proc/{}/root{}", pid, name)
                                 : fmt::format("/proc/{}/cwd/{}", pid, name);
    if (::faccessat(AT_FDCWD, seen.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) != 0 && errno == ENOENT) {
      return name;
    }
  }
  return std::nullopt;
}

// Where an argument lies in the memory of a process that has not run yet.
unsigned long long AddressOf(const ProcessFacts& process, std::size_t word) {
  unsigned long long at = process.argv_at;
  for (std::size_t i = 0; i < word; ++i) at += process.argv[i].size() + 1;
  return at;
}

bool Write(pid_t pid, unsigned long long address, const std::string& bytes) {
  const iovec ours = {.iov_base = const_cast<char*>(bytes.data()), .iov_len = bytes.size()};
  const iovec theirs = {.iov_base = reinterpret_cast<void*>(address), .iov_len = bytes.size()};
  return ::process_vm_writev(pid, &ours, 1, &theirs, 1, 0) == static_cast<ssize_t>(bytes.size());
}

}  // namespace

void MissingSource::Follow(pid_t pid) {
  constexpr unsigned long kOptions =
      PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC;
  is_over_ = Trace(PTRACE_SEIZE, pid, kOptions) != 0;
  if (!is_over_) followed_.insert(pid);
}

void MissingSource::OnExec(pid_t pid) {
  const std::optional<ProcessFacts> process = FactsOf(pid);
  if (!process || process->argv.empty() || !IsBwrap(process->argv.front())) return;
  if (!is_of_child_(*process)) return;
  is_over_ = true;
  const std::optional<BindSource> source = ChooseSource(process->argv);
  if (!source) return;
  const std::optional<std::string> name = AbsentName(pid, source->path);
  if (name && Write(pid, AddressOf(*process, source->word), *name)) {
    renamed_ = fmt::format("{} with {} in its place", source->option, *name);
  }
}

void MissingSource::GoOn(pid_t pid, int stop, int signal) {
  const auto data = static_cast<unsigned long>(signal);
  if (!is_over_) {
    Trace(stop == PTRACE_EVENT_STOP && signal != SIGTRAP ? PTRACE_LISTEN : PTRACE_CONT, pid,
          stop == 0 ? data : 0);
    return;
  }
  Trace(PTRACE_DETACH, pid, stop == 0 ? data : 0);
  followed_.erase(pid);
}

void MissingSource::OnStatus(pid_t pid, int status) {
  if (!WIFSTOPPED(status)) {
    followed_.erase(pid);
    return;
  }
  followed_.insert(pid);
  const bool was_over = is_over_;
  const int stop = status >> 16;
  if (stop == PTRACE_EVENT_EXEC && !is_over_) OnExec(pid);
  GoOn(pid, stop, WSTOPSIG(status));
  if (was_over || !is_over_) return;
  for (const pid_t other : followed_) Trace(PTRACE_INTERRUPT, other, 0);
}

}  // namespace sandproof
