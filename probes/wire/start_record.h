// What stands in front of a launcher's program says of one start of it.
//
// The record is text, one field a line, values percent-encoded, so that it holds any bytes:
//
//   sandproof-start 1
//   called /usr/bin/bwrap
//   program /usr/bin/bwrap
//   arg bwrap
//   env PATH=/usr/bin
//   cwd /srv
//   status …        the whole of /proc/self/status
//   limits …        the whole of /proc/self/limits
//   ns net net:[4026531840]
//   fd 9 33188 100000 0 2049 1234 /srv/arguments
//   end
//
// It travels in a memory file, whose descriptor goes through a SOCK_SEQPACKET socket. The harness
// then asks, one message each:
//
//   read N      answered by "content" with a memory file: what is left to read of descriptor N.
//               Where N is no regular file, it then is a memory file with that content.
//   exec        the real program is to run now, as it was called
//   exec N …    the same with the argv in the memory file that comes with it (words ended by NUL);
//               further descriptors that come with it are to have the numbers N …
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sandproof {

// A descriptor that the program was started with.
struct StartDescriptor {
  int fd = -1;
  unsigned mode = 0;   // st_mode
  unsigned flags = 0;  // open(2)'s, as F_GETFL has them
  long offset = 0;     // of a regular file
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  bool is_terminal = false;
  std::string target = {};  // what /proc/self/fd/N says
  bool operator==(const StartDescriptor&) const = default;
};

struct StartRecord {
  std::string called = {};   // the path that was given to execve(2)
  std::string program = {};  // the real program's, as it would have been without us
  std::vector<std::string> argv = {};
  std::vector<std::string> env = {};
  std::string cwd = {};
  std::string status = {};
  std::string limits = {};
  std::map<std::string, std::string> namespaces = {};  // "net" → "net:[4026531840]"
  std::vector<StartDescriptor> fds = {};               // 0, 1 and 2 too
  bool operator==(const StartRecord&) const = default;
};

[[nodiscard]] std::string EncodeStart(const StartRecord& record);

// Errors: nullopt for anything that is not exactly one whole record.
[[nodiscard]] std::optional<StartRecord> DecodeStart(std::string_view text);

// The words behind "NAME:" in the text of /proc/PID/status; none where there is no such field.
[[nodiscard]] std::vector<std::string> StatusWords(std::string_view status, std::string_view name);

// What stands at the end of the file that stands in front of a program: where it finds the harness
// without asking the environment, and the programs that it hides.
//
// A file ends with: the bytes of one hidden program, the text, and kStandInTail.
struct StandIn {
  std::string socket = {};
  std::string directory = {};                     // its own, where that was put on PATH
  std::map<std::string, std::string> hides = {};  // path → where the same file lies now
  std::string program = {};                       // the bytes of what this file hides; may be empty
};

[[nodiscard]] std::string EncodeStandIn(const StandIn& stand_in);

// Reads it from the end of a file's bytes; nullopt where there is none.
[[nodiscard]] std::optional<StandIn> DecodeStandIn(std::string_view file);

}  // namespace sandproof
