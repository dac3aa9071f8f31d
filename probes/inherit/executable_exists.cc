// Attempts: faccessat(2) X_OK of the payload's program, and of the interpreter that its first line
//   or its ELF header names, and of that one's in turn.
// Harmless: reads the head of a program; executes nothing.
// Tells apart: ENOENT of the program, not bound; ENOENT of an interpreter, the program is there and
//   execve(2) would still answer ENOENT; EACCES, modes or noexec.
// Source: execve(2) "Interpreter scripts", elf(5) PT_INTERP.
#include <elf.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "probes/agent/probe.h"

namespace sandproof::probes::inherit {

namespace {

// The interpreter of "#! /bin/sh -e".
std::string OfScript(std::string_view head) {
  std::string_view line = head.substr(2, head.find('\n') - 2);
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  return std::string(line.substr(0, line.find_first_of(" \t\r")));
}

std::string OfElf(int fd, const std::string& head) {
  Elf64_Ehdr header = {};
  if (head.size() < sizeof header || head[EI_CLASS] != ELFCLASS64) return {};
  std::memcpy(&header, head.data(), sizeof header);
  for (Elf64_Half i = 0; i < header.e_phnum && i < 64; ++i) {
    Elf64_Phdr part = {};
    const auto at = static_cast<off_t>(header.e_phoff + i * sizeof part);
    if (::pread(fd, &part, sizeof part, at) != sizeof part) return {};
    char path[256] = {};
    if (part.p_type != PT_INTERP || part.p_filesz >= sizeof path) continue;
    const ssize_t got = ::pread(fd, path, part.p_filesz, static_cast<off_t>(part.p_offset));
    return got > 0 ? path : "";
  }
  return {};
}

std::string InterpreterOf(const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd) return {};  // a program may be executable and not readable
  char buffer[256];
  const ssize_t got = ::pread(fd.get(), buffer, sizeof buffer, 0);
  const std::string head(buffer, static_cast<std::size_t>(got > 0 ? got : 0));
  if (head.starts_with("#!")) return OfScript(head);
  return head.starts_with(ELFMAG) ? OfElf(fd.get(), head) : std::string();
}

// As execvp(3) would find it.
std::string Found(const std::string& program) {
  if (program.find('/') != std::string::npos) return program;
  const char* const given = ::getenv("PATH");
  std::string_view rest = given != nullptr ? given : "/bin:/usr/bin";
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    std::string path = std::string(rest.substr(0, end)) + '/' + program;
    if (::faccessat(AT_FDCWD, path.c_str(), X_OK, AT_EACCESS) == 0) return path;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return program;
}

}  // namespace

Observation ExecutableExists(const Request& request) {
  constexpr int kMostInterpreters = 4;  // BINPRM_MAX_RECURSION is 4
  std::string path = Found(request.Param("path"));
  if (path.empty()) return SetupFailed("faccessat", "no path", EINVAL);
  for (int i = 0; i <= kMostInterpreters && !path.empty(); ++i) {
    if (::faccessat(AT_FDCWD, path.c_str(), X_OK, AT_EACCESS) != 0) {
      return Denied("faccessat", path + ", X_OK", errno);
    }
    path = InterpreterOf(path);
  }
  return Reached("faccessat", request.Param("path") + ", X_OK");
}

}  // namespace sandproof::probes::inherit
