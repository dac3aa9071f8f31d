// Attempts: system calls that the native entry refuses, by another one: "entry" = int80, the 32-bit
//   entry of x86, or x32, the numbers of that ABI. The control asks whether the entry works at all.
// Harmless: the arguments cannot act: no descriptor, an absent path, an unknown request. Nothing
//   is passed by a pointer that 32 bits could not hold.
// Tells apart: ENOSYS, SIGSYS, the entry is closed, or the kernel lacks it (then the control says
//   so too); EPERM, it is open and refuses what the native one refuses; ENODATA, the native one
//   refuses nothing of this.
// Source: seccomp(2) "an x86-64 process can make i386 calls", Documentation/arch/x86/entry_64.rst.
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <vector>

#include "probes/agent/attempts.h"

namespace sandproof::probes::sys {

namespace {

constexpr long kX32Bit = 0x40000000;

// The agent is linked to lie below 4 GiB, and so do its constants.
long Below4G(const char* text) { return reinterpret_cast<std::intptr_t>(text); }

struct Numbers {
  const char* name;
  long native;
  long i386;
  long x32;  // without its bit
  std::array<long, 5> arguments;
};

#if defined(__x86_64__) && !defined(__ILP32__)

// Minus an errno, or the result.
long Int80(long number, const std::array<long, 5>& arguments) {
  long result = number;
  __asm__ volatile("int $0x80"
                   : "+a"(result)
                   : "b"(arguments[0]), "c"(arguments[1]), "d"(arguments[2]), "S"(arguments[3]),
                     "D"(arguments[4])
                   : "memory", "r8", "r9", "r10", "r11");
  return result;
}

std::vector<Numbers> Calls() {
  constexpr long kNone = 0xffff;  // no request, no option, no subcommand
  return {{"keyctl", 250, 288, 250, {kNone}},
          {"add_key", 248, 286, 248, {Below4G("sandproof-absent-type"), Below4G("x"), 0, 0, -2}},
          {"ptrace", 101, 26, 521, {kNone, 0, 0, 0}},
          {"kcmp", 312, 349, 312, {0, 0, kNone}},
          {"mount", 165, 21, 165, {0, Below4G("/.sandproof-absent"), 0, 0, 0}},
          {"setns", 308, 346, 308, {-1, 0}},
          {"process_vm_readv", 310, 347, 539, {-1, 0, 0, 0, 0}},
          {"userfaultfd", 323, 374, 323, {kNone}},
          {"perf_event_open", 298, 336, 298, {0, 0, 0, 0, 0}},
          {"io_uring_setup", 425, 425, 425, {0, 0}},
          {"pidfd_getfd", 438, 438, 438, {-1, -1, 0}},
          {"open_tree", 428, 428, 428, {-1, Below4G(""), 0}},
          {"quotactl_fd", 443, 443, 443, {-1, 0, 0, 0}}};
}

constexpr long kGetpid64 = 39;
constexpr long kGetpid32 = 20;

#else

long Int80(long, const std::array<long, 5>&) { return -ENOSYS; }
std::vector<Numbers> Calls() { return {}; }
constexpr long kGetpid64 = kX32Bit;
constexpr long kGetpid32 = kX32Bit;

#endif

Observation ByInt80(const char* name, long number, const std::array<long, 5>& arguments) {
  const long result = Int80(number, arguments);
  return result < 0 && result > -4096 ? Denied(name, "int 0x80", static_cast<int>(-result))
                                      : Reached(name, "int 0x80");
}

Observation BySyscall(const char* name, long number, const std::array<long, 5>& arguments,
                      const char* entry) {
  const long result =
      ::syscall(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4]);
  return result < 0 ? Denied(name, entry, errno) : Reached(name, entry);
}

bool IsRefused(const Observation& answer) {
  if (answer.outcome == Outcome::kKilled) return answer.error == SIGSYS;
  return answer.outcome == Outcome::kDenied &&
         (answer.error == EPERM || answer.error == EACCES || answer.error == ENOSYS);
}

}  // namespace

Observation OtherEntry(const Request& request) {
  const bool is_int80 = request.Param("entry") == "int80";
  const char* const name = is_int80 ? "int 0x80" : "x32";
  std::vector<Attempt> attempts = {[=] {
    return is_int80 ? ByInt80("getpid", kGetpid32, {})
                    : BySyscall("getpid", kGetpid64 | kX32Bit, {}, name);
  }};
  const std::vector<Numbers> calls = Calls();
  for (const Numbers& one : calls) {
    attempts.emplace_back([&] { return BySyscall(one.name, one.native, one.arguments, "native"); });
    attempts.emplace_back([&, is_int80, name] {
      return is_int80 ? ByInt80(one.name, one.i386, one.arguments)
                      : BySyscall(one.name, one.x32 | kX32Bit, one.arguments, name);
    });
  }
  std::vector<Observation> answers = TryEach(request, attempts);
  Observation& entry = answers.front();
  // A kernel without the entry answers the instruction with a fault.
  if (entry.outcome == Outcome::kKilled && entry.error == SIGSEGV) {
    return Denied("getpid", name, ENOSYS);
  }
  if (entry.outcome != Outcome::kReached || !request.Param("control").empty()) {
    return std::move(entry);
  }
  bool is_any_refused = false;
  for (std::size_t i = 1; i + 1 < answers.size(); i += 2) {
    if (!IsRefused(answers[i])) continue;
    is_any_refused = true;
    if (!IsRefused(answers[i + 1])) return Reached(calls[i / 2].name, name);
  }
  return Denied("calls", name, is_any_refused ? EPERM : ENODATA);
}

}  // namespace sandproof::probes::sys
