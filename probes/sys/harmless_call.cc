// Attempts: every system call of harmless_calls.cc, or the one that the parameter `call` names, one
//   after another in a child, and in a new child after each that kills.
// Harmless: the arguments cannot act even with every capability: an absent path, a bad magic
//   number, an invalid flag, the present value; what a call creates ends with the child.
// Tells apart: EPERM, no capability, or a filter; ENOSYS, a filter if the control got through;
//   SIGSYS, a filter; an errno of the bad argument, the call was let in (the property's
//   reached_by). Who refused is told as far as it can be: a filter may answer as the kernel would.
// Source: the man page of each call.
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <vector>

#include "probes/agent/attempts.h"
#include "probes/agent/harmless_calls.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::sys {

namespace {

// What decides a refusal, besides the kernel's own rules.
struct Guards {
  int seccomp = 0;  // mode; 0: no filter, or one that hides
  std::uint64_t effective = 0;
};

Guards LookAtGuards() {
  Guards guards;
  guards.seccomp = std::max(::prctl(PR_GET_SECCOMP, 0, 0, 0, 0), 0);
  __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};
  if (::syscall(SYS_capget, &header, data) == 0) {
    guards.effective = std::uint64_t{data[1].effective} << 32 | data[0].effective;
  }
  return guards;
}

// One word.
std::string_view RefusedBy(const probes::HarmlessCall& call, const Observation& answer,
                           const Guards& guards) {
  if (answer.outcome == Outcome::kKilled) return answer.error == SIGSYS ? "filter" : "-";
  if (answer.outcome != Outcome::kDenied) return "-";
  const bool is_filtered = guards.seccomp != 0;
  if (answer.error == ENOSYS) return is_filtered ? "filter-or-absent" : "absent";
  if (answer.error != EPERM && answer.error != EACCES) return "-";
  const bool is_capable = call.capability < 0 || (guards.effective >> call.capability & 1) != 0;
  if (is_capable) return is_filtered ? "filter-or-module" : "module-or-sysctl";
  return is_filtered ? "filter-or-capability" : "capability";
}

Observation Try(const probes::HarmlessCall& call) {
  const long result = call.call();
  const int error = errno;
  if (result >= 0 && call.is_descriptor) ::close(static_cast<int>(result));
  return result >= 0 ? Reached(call.name, call.operands) : Denied(call.name, call.operands, error);
}

// As PartOf() of suites/part.h reads it.
std::string Encoded(const probes::HarmlessCall& call, const Observation& answer,
                    const Guards& guards) {
  return std::string(Name(answer.outcome)) + ' ' + std::to_string(answer.error) + ' ' +
         std::string(RefusedBy(call, answer, guards)) + ' ' + Call(call.name, call.operands);
}

Observation TryAll(const Request& request) {
  const std::span<const probes::HarmlessCall> calls = HarmlessCalls();
  Guards guards;
  std::vector<Attempt> attempts = {[&guards] {
    guards = LookAtGuards();
    return Reached("prctl", "PR_GET_SECCOMP");
  }};
  for (const probes::HarmlessCall& call : calls) {
    attempts.emplace_back([&call] { return Try(call); });
  }
  std::vector<Observation> answers = TryEach(request, attempts);
  if (answers.size() < attempts.size()) return std::move(answers.front());
  Facts facts;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    facts[std::string(calls[i].name)] = {Encoded(calls[i], answers[i + 1], guards)};
  }
  return Read("calls", std::to_string(calls.size()), std::move(facts));
}

}  // namespace

Observation HarmlessCall(const Request& request) {
  const std::string& wanted = request.Param("call");
  if (wanted.empty()) return TryAll(request);
  for (const probes::HarmlessCall& call : HarmlessCalls()) {
    if (call.name == wanted) return InQuickChild(request, [&call] { return Try(call); });
  }
  return SetupFailed("find_call", wanted, ENOSYS);
}

}  // namespace sandproof::probes::sys
