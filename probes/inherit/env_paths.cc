// Attempts: stat(2) of every environment variable whose value is one absolute path.
// Harmless: looks, opens nothing; reports names with their paths, no other values.
// Tells apart: absent together with its directory, the path is not bound; absent in a directory
// that
//   is there, the service may create it later (a socket, a log), which is no finding.
// Source: stat(2), environ(7).
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "probes/agent/probe.h"

namespace sandproof::probes::inherit {

namespace {

// "/x/y": one path, no list and no command line. "/" exists everywhere.
bool IsPath(std::string_view value) {
  return value.size() > 1 && value.front() == '/' &&
         value.find_first_of(" :\n") == std::string_view::npos;
}

bool IsAbsent(const std::string& path) {
  struct stat status = {};
  return ::stat(path.c_str(), &status) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

bool IsAbsentWithParent(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  const std::string parent = path.substr(0, path.rfind('/'));
  // Directly below "/" nothing is created later: there the path itself decides.
  return IsAbsent(path) && (parent.empty() || IsAbsent(parent));
}

}  // namespace

Observation EnvPaths(const Request& request) {
  constexpr std::size_t kMost = 16;
  constexpr std::size_t kLongest = 256;
  const std::string exempt = ",PWD,OLDPWD,HOME,_," + request.Param("exempt") + ',';
  Facts facts = {{"absent", {}}};
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view assignment = *entry;
    const std::size_t equals = assignment.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string name(assignment.substr(0, equals));
    const std::string value(assignment.substr(equals + 1));
    const bool is_exempt = exempt.find(',' + name + ',') != std::string::npos;
    if (is_exempt || !IsPath(value) || !IsAbsentWithParent(value)) continue;
    if (facts["absent"].size() < kMost) {
      facts["absent"].push_back(std::string(assignment.substr(0, kLongest)));
    }
  }
  return Read("stat", "paths in the environment", std::move(facts));
}

}  // namespace sandproof::probes::inherit
