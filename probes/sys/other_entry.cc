// Attempts: system calls that the native entry refuses, by another one: "entry" = int80, the 32-bit
//   entry of x86, or x32, the numbers of that ABI. The control asks whether the entry works at all.
// Harmless: the arguments cannot act: no descriptor, an absent path, an unknown request. Nothing
//   is passed by a pointer that 32 bits could not hold.
// Tells apart: ENOSYS, SIGSYS, the entry is closed, or the kernel lacks it (then the control says
//   so too); EPERM, it is open and refuses what the native one refuses; ENODATA, the native one
//   refuses nothing of this, or there is no filter.
// Source: seccomp(2) "an x86-64 process can make i386 calls", Documentation/arch/x86/entry_64.rst.
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <span>
#include <string_view>
#include <vector>

#include "probes/agent/attempts.h"
#include "probes/agent/entry_numbers.h"

namespace sandproof::probes::sys {

namespace {

constexpr long kX32Bit = 0x40000000;

using Registers = std::array<long, 5>;

// The agent is linked to lie below 4 GiB, and so do its constants.
long AddressOf(Text text) {
  const char* const texts[] = {"/.sandproof-absent", "sandproof-absent-type", "x", ""};
  return reinterpret_cast<std::intptr_t>(texts[static_cast<std::size_t>(text)]);
}

Registers RegistersOf(const EntryNumbers& call) {
  Registers registers = {};
  for (std::size_t i = 0; i < registers.size(); ++i) {
    const Argument& argument = call.arguments[i];
    registers[i] = argument.is_text ? AddressOf(argument.text) : argument.number;
  }
  return registers;
}

#if defined(__x86_64__) && !defined(__ILP32__)

// Minus an errno, or the result.
long Int80(long number, const Registers& arguments) {
  long result = number;
  __asm__ volatile("int $0x80"
                   : "+a"(result)
                   : "b"(arguments[0]), "c"(arguments[1]), "d"(arguments[2]), "S"(arguments[3]),
                     "D"(arguments[4])
                   : "memory", "r8", "r9", "r10", "r11");
  return result;
}

std::span<const EntryNumbers> Calls() { return kEntryNumbers; }

constexpr long kGetpid64 = 39;
constexpr long kGetpid32 = 20;

#else

long Int80(long, const Registers&) { return -ENOSYS; }
std::span<const EntryNumbers> Calls() { return {}; }
constexpr long kGetpid64 = kX32Bit;
constexpr long kGetpid32 = kX32Bit;

#endif

Observation ByInt80(std::string_view name, long number, const Registers& arguments) {
  const long result = Int80(number, arguments);
  return result < 0 && result > -4096 ? Denied(name, "int 0x80", static_cast<int>(-result))
                                      : Reached(name, "int 0x80");
}

Observation BySyscall(std::string_view name, long number, const Registers& arguments,
                      const char* entry) {
  const long result =
      ::syscall(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4]);
  return result < 0 ? Denied(name, entry, errno) : Reached(name, entry);
}

// Reached without a filter. Only a filter can be gone around: what the kernel refuses it refuses
// everywhere.
Observation Unfiltered() {
  return ::prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == 0 ? Reached("prctl", "PR_GET_SECCOMP")
                                                  : Denied("prctl", "PR_GET_SECCOMP", EPERM);
}

bool IsFiltered(const Observation& answer) {
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
  attempts.emplace_back(Unfiltered);
  std::vector<std::string_view> names;
  const bool is_control = !request.Param("control").empty();
  for (const EntryNumbers& one : is_control ? std::span<const EntryNumbers>() : Calls()) {
    const long other = is_int80 ? one.i386 : one.x32;
    if (other < 0) continue;
    names.push_back(one.name);
    attempts.emplace_back(
        [&one] { return BySyscall(one.name, one.native, RegistersOf(one), "native"); });
    attempts.emplace_back([&one, is_int80, name] {
      return is_int80 ? ByInt80(one.name, one.i386, RegistersOf(one))
                      : BySyscall(one.name, one.x32 | kX32Bit, RegistersOf(one), name);
    });
  }
  std::vector<Observation> answers = TryEach(request, attempts);
  Observation& entry = answers.front();
  // A kernel without the entry answers the instruction with a fault.
  if (entry.outcome == Outcome::kKilled && entry.error == SIGSEGV) {
    return Denied("getpid", name, ENOSYS);
  }
  if (entry.outcome != Outcome::kReached || is_control) return std::move(entry);
  bool is_any_refused = false;
  if (answers[1].outcome == Outcome::kReached) return Denied("calls", name, ENODATA);
  for (std::size_t i = 2; i + 1 < answers.size(); i += 2) {
    if (!IsFiltered(answers[i])) continue;
    is_any_refused = true;
    if (!IsFiltered(answers[i + 1])) return Reached(names[i / 2 - 1], name);
  }
  return Denied("calls", name, is_any_refused ? EPERM : ENODATA);
}

}  // namespace sandproof::probes::sys
