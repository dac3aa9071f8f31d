// Attempts: execve(2) of the agent itself, by a process of uid 0 that has dropped every capability:
//   the new program tells which it has.
// Harmless: a child of our own, which reads its capabilities and ends.
// Tells apart: EPERM, it regained none, or we are not uid 0, which is what regains them.
// Source: capabilities(7) "Capabilities and execution of programs by root".
#include <fcntl.h>
#include <linux/capability.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "probes/agent/probe.h"

namespace sandproof::probes::cap {

namespace {

bool IsRoot() {
  uid_t real = 0;
  uid_t effective = 0;
  uid_t saved = 0;
  return ::getresuid(&real, &effective, &saved) == 0 && (real == 0 || effective == 0);
}

// In the child: hands the pipe to the new program as its standard output.
Observation DropAndExec(int writer) {
  __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  const __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {};
  if (::syscall(SYS_capset, &header, none) != 0) return SetupFailed("capset", "nothing", errno);
  if (::dup2(writer, 1) != 1) return SetupFailed("dup2", "", errno);
  char role[] = "capabilities";
  char name[] = "sandproof-agent";
  char* const argv[] = {name, role, nullptr};
  char* const env[] = {nullptr};
  const auto own = reinterpret_cast<const char*>(::getauxval(AT_EXECFN));
  for (const char* path : {"/proc/self/exe", own}) {
    if (path != nullptr) ::execve(path, argv, env);
  }
  return SetupFailed("execve", "ourselves", errno);
}

}  // namespace

Observation ExecRegains(const Request& request) {
  if (!IsRoot()) return Denied("execve", "not as uid 0", EPERM);
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) return SetupFailed("pipe2", "", errno);
  const UniqueFd reader(ends[0]);
  UniqueFd writer(ends[1]);
  // The program that takes the child's place gives no answer of ours, but its own. To drop
  // capabilities leaves the memory that is shared until then dumpable.
  Observation child = InQuickChild(request, [&] { return DropAndExec(writer.get()); });
  writer.reset();
  const std::string text = ReadAll(reader.get(), 32);
  if (text.empty()) return child;
  return text == "0" ? Denied("execve", "as uid 0, without capabilities", EPERM)
                     : Reached("execve", "as uid 0, without capabilities");
}

}  // namespace sandproof::probes::cap
