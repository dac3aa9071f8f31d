// Attempts: stat(2) and faccessat(2) of every path that an environment variable names: one, a list
//   with colons between, behind file:// or unix:.
// Harmless: looks, opens nothing; reports names with their paths, no other values.
// Tells apart: fact "absent", nothing of a variable is there, and nobody can make it: its directory
//   is absent too, or may not be written. What was not there outside either ("absent_outside") may
//   be made anywhere below a directory that may be written: a socket, a log, a cache. Fact
//   "read_only", it is there, or its directory is, and may not be written though its name says so.
//   Fact "home", HOME where it names what is not there.
// Source: access(2), environ(7), RFC 8089.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>

#include "probes/agent/probe.h"

namespace sandproof::probes::inherit {

namespace {

constexpr std::size_t kMost = 16;
constexpr std::size_t kLongest = 256;

using Paths = std::vector<std::string>;

bool IsPath(std::string_view value) {
  return value.size() > 1 && value.front() == '/' &&
         value.find_first_of(" \n") == std::string_view::npos;
}

Paths PathsIn(std::string_view value) {
  for (const std::string_view scheme : {"file://", "unix:path=", "unix://", "unix:"}) {
    if (!value.starts_with(scheme)) continue;
    value.remove_prefix(scheme.size());
    value = value.substr(0, value.find(','));
    return IsPath(value) ? Paths{std::string(value)} : Paths();
  }
  Paths paths;
  while (!value.empty()) {
    const std::size_t end = std::min(value.find(':'), value.size());
    if (!IsPath(value.substr(0, end))) return {};
    paths.emplace_back(value.substr(0, end));
    value.remove_prefix(std::min(end + 1, value.size()));
  }
  return paths;
}

bool IsAbsent(const std::string& path) {
  struct stat status = {};
  return ::stat(path.c_str(), &status) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

// 0, or the errno that says why the payload may not write there.
int WhyNotWritable(const std::string& path) {
  return ::faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) == 0 ? 0 : errno;
}

std::string ParentOf(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  const std::size_t slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

// Its directory is there and lets make it. Directly below "/" nothing is made later.
bool CanBeMade(const std::string& path) {
  const std::string parent = ParentOf(path);
  return parent != "/" && !IsAbsent(parent) && WhyNotWritable(parent) == 0;
}

// A socket appears in a directory that others write: a client's is read-only.
bool CanAppear(const std::string& path) {
  const std::string parent = ParentOf(path);
  return parent != "/" && !IsAbsent(parent);
}

bool CanBeMadeSomewhere(const std::string& path) {
  std::string at = ParentOf(path);
  while (at != "/" && IsAbsent(at)) at = ParentOf(at);
  return WhyNotWritable(at) == 0;
}

// The words of a name, the last of which says what it is for: CACHE of CACHE_DIR.
std::string PurposeOf(std::string_view name) {
  constexpr auto kForms =
      std::to_array<std::string_view>({"DIR", "DIRECTORY", "PATH", "FILE", "HOME"});
  std::string purpose(name);
  for (const std::string_view form : kForms) {
    if (purpose.ends_with(std::string("_") + std::string(form))) {
      purpose.resize(purpose.size() - form.size() - 1);
      break;
    }
  }
  return purpose.substr(purpose.rfind('_') + 1);
}

bool IsAmong(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool IsSocketName(std::string_view name) { return IsAmong(PurposeOf(name), {"SOCKET", "SOCK"}); }

bool IsWrittenByName(std::string_view name) {
  return IsSocketName(name) ||
         IsAmong(PurposeOf(name), {"LOG", "LOGS", "LOGFILE", "DB", "DATABASE", "CACHE", "STATE",
                                   "TMP", "TEMP", "TMPDIR", "TEMPDIR", "PID", "PIDFILE", "SPOOL"});
}

// What a distribution installs is read by everybody, whatever a name says.
bool IsOfTheSystem(const std::string& path) {
  return path.starts_with("/usr/") || path.starts_with("/etc/");
}

struct Entry {
  std::string name = {};
  std::string text = {};  // "NAME=value", cut
  Paths paths = {};
};

bool IsMissing(const Entry& entry, bool is_absent_outside) {
  // Of a list, what is there is used.
  if (!std::all_of(entry.paths.begin(), entry.paths.end(), IsAbsent)) return false;
  return std::none_of(entry.paths.begin(), entry.paths.end(), [&](const std::string& path) {
    if (is_absent_outside) return CanAppear(path) || CanBeMadeSomewhere(path);
    return CanBeMade(path) || (IsSocketName(entry.name) && CanAppear(path));
  });
}

// The errno of a path that cannot be written although its name says so; 0 where it can.
int WhyReadOnly(const Entry& entry) {
  if (!IsWrittenByName(entry.name) || entry.paths.size() != 1) return 0;
  const std::string& path = entry.paths.front();
  if (IsOfTheSystem(path)) return 0;
  if (!IsAbsent(path)) return WhyNotWritable(path);
  const std::string parent = ParentOf(path);
  return IsSocketName(entry.name) || IsAbsent(parent) ? 0 : WhyNotWritable(parent);
}

bool IsListed(const std::string& list, const std::string& name) {
  return (',' + list + ',').find(',' + name + ',') != std::string::npos;
}

// Not where nobody has one: by the name that distributions give to that, or outside either.
bool IsHomeless(const Entry& entry, const std::string& exempt) {
  if (entry.name != "HOME" || entry.paths.size() != 1) return false;
  const std::string& home = entry.paths.front();
  return home != "/nonexistent" && !IsListed(exempt, "HOME") && IsAbsent(home);
}

void Add(std::vector<std::string>& values, std::string text) {
  if (values.size() < kMost) values.push_back(std::move(text));
}

}  // namespace

Observation EnvPaths(const Request& request) {
  const std::string exempt = "PWD,OLDPWD,HOME,_," + request.Param("exempt");
  const std::string& absent_outside = request.Param("absent_outside");
  Facts facts = {{"absent", {}}, {"read_only", {}}, {"home", {}}};
  for (char** at = environ; at != nullptr && *at != nullptr; ++at) {
    const std::string_view assignment = *at;
    const std::size_t equals = assignment.find('=');
    if (equals == std::string_view::npos) continue;
    const Entry entry{.name = std::string(assignment.substr(0, equals)),
                      .text = std::string(assignment.substr(0, kLongest)),
                      .paths = PathsIn(assignment.substr(equals + 1))};
    if (entry.paths.empty()) continue;
    const int error = WhyReadOnly(entry);
    if (error != 0) Add(facts["read_only"], entry.text + ": " + ::strerrorname_np(error));
    if (IsHomeless(entry, request.Param("exempt"))) Add(facts["home"], entry.text);
    if (IsListed(exempt, entry.name)) continue;
    if (IsMissing(entry, IsListed(absent_outside, entry.name))) Add(facts["absent"], entry.text);
  }
  return Read("stat", "paths in the environment", std::move(facts));
}

}  // namespace sandproof::probes::inherit
