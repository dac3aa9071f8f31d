// Attempts: faccessat(2) X_OK of the interpreter that the first line or the ELF header of the
//   payload's program names, and of that one's in turn; open(2) of the libraries that its loader
//   would map, where it would look for them.
// Harmless: reads the heads of programs and libraries; executes nothing.
// Tells apart: fact "interpreters", those that are missing: the program is there and execve(2)
//   would still answer ENOENT; fact "libraries", those that the loader would not find. ENOENT: the
//   program itself is not there.
// Source: execve(2) "Interpreter scripts", elf(5), ld.so(8).
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "probes/agent/probe.h"
#include "probes/agent/program.h"

namespace sandproof::probes::inherit {

Observation LoadedFiles(const Request& request) {
  constexpr int kMostInterpreters = 4;  // BINPRM_MAX_RECURSION is 4
  std::string path = FoundOnPath(request.Param("path"));
  if (path.empty()) return SetupFailed("faccessat", "no path", EINVAL);
  if (::faccessat(AT_FDCWD, path.c_str(), X_OK, AT_EACCESS) != 0) {
    return Denied("faccessat", path + ", X_OK", errno);
  }
  Facts facts = {{"interpreters", {}}, {"libraries", {}}};
  for (int i = 0; i < kMostInterpreters && !path.empty(); ++i) {
    const std::string interpreter = InterpreterOf(path);
    const bool is_there =
        interpreter.empty() || ::faccessat(AT_FDCWD, interpreter.c_str(), X_OK, AT_EACCESS) == 0;
    if (!is_there) facts["interpreters"].push_back(interpreter + " (of " + path + ")");
    // Nothing is loaded by a loader that is missing.
    if (is_there) facts["libraries"] = MissingLibraries(path);
    path = is_there ? interpreter : std::string();
    if (!facts["libraries"].empty()) break;
  }
  return Read("faccessat", request.Param("path"), std::move(facts));
}

}  // namespace sandproof::probes::inherit
