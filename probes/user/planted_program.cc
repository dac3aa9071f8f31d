// Attempts: execve(2) of the program "name" that the harness planted in each of "paths"; it is
//   set-uid to another uid, or, with "what" = capabilities, permitted every capability.
// Harmless: a child of our own. The program writes with which credentials it runs, and ends.
// Tells apart: EPERM, it ran with the credentials that we have, and the fact "refused_by" names
//   what can be seen to do so: no_new_privs, nosuid; EACCES, noexec; ENOENT, it is not there.
// Source: execve(2) "set-user-ID", capabilities(7) "File capabilities",
// PR_SET_NO_NEW_PRIVS(2const).
#include "probes/wire/planted_program.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "probes/agent/probe.h"
#include "probes/agent/targets.h"

namespace sandproof::probes::user {

namespace {

std::optional<std::uint64_t> OwnPermitted() {
  __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};
  if (::syscall(SYS_capget, &header, data) != 0) return std::nullopt;
  return data[0].permitted | static_cast<std::uint64_t>(data[1].permitted) << 32U;
}

// In the child: hands the pipe to the program as its standard output.
Observation Execute(const std::string& path, int writer) {
  if (::dup2(writer, 1) != 1) return SetupFailed("dup2", "", errno);
  std::string name = "sandproof-planted";
  char* const argv[] = {name.data(), nullptr};
  char* const env[] = {nullptr};
  ::execve(path.c_str(), argv, env);
  return Denied("execve", path, errno);
}

// `is_held`: what it would have given is ours already.
Observation RanAsWe(const std::string& path, bool is_held) {
  Observation ran = Denied("execve", path, EPERM);
  struct statvfs mount = {};
  std::string why = is_held ? "held already" : "";
  if (!is_held && ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1) why = "no_new_privs";
  if (!is_held && ::statvfs(path.c_str(), &mount) == 0 && (mount.f_flag & ST_NOSUID) != 0) {
    why += why.empty() ? "nosuid" : ", nosuid";
  }
  if (!why.empty()) ran.facts["refused_by"] = {why};
  return ran;
}

Observation Try(const Request& request, const std::string& path) {
  const std::optional<std::uint64_t> permitted = OwnPermitted();
  if (!permitted) return SetupFailed("capget", "", errno);
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) return SetupFailed("pipe2", "", errno);
  const UniqueFd reader(ends[0]);
  UniqueFd writer(ends[1]);
  // The program that takes the child's place gives no answer of ours, but its own.
  Observation child = InQuickChild(request, [&] { return Execute(path, writer.get()); });
  writer.reset();
  PlantedAnswer answer = {};
  const std::string said = ReadAll(reader.get(), sizeof answer);
  if (said.empty()) return child;
  if (said.size() != sizeof answer) return NotProven("execve", path);
  std::memcpy(&answer, said.data(), sizeof answer);
  if (std::string(answer.nonce, sizeof answer.nonce) != request.Param("nonce")) {
    return NotProven("execve", path);
  }
  if (request.Param("what") != "capabilities") {
    return answer.effective_uid != ::geteuid() ? Reached("execve", path) : RanAsWe(path, false);
  }
  const bool is_more = (answer.permitted & ~*permitted) != 0;
  return is_more ? Reached("execve", path) : RanAsWe(path, answer.permitted != 0);
}

}  // namespace

Observation PlantedProgram(const Request& request) {
  Observation last = SetupFailed("execve", "no path", EINVAL);
  for (const std::string& directory : PathsOf(request)) {
    Observation now = Try(request, directory + '/' + request.Param("name"));
    if (now.outcome == Outcome::kReached) return now;
    // One that ran says more than one that is not there.
    if (last.outcome != Outcome::kDenied || last.error == ENOENT) last = std::move(now);
  }
  return last;
}

}  // namespace sandproof::probes::user
