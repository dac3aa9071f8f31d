#include "harness/collect/prepare.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <optional>

#include "harness/text_file.h"

namespace sandproof {

namespace {

// With where the launch line stands, if it stands in a file.
Error At(const SandboxSpec& spec, Error error) {
  if (!spec.place.empty()) error.message = fmt::format("{}: {}", spec.place, error.message);
  return error;
}

Result<std::string> ReadContent(const SandboxSpec& spec, int fd) {
  for (const GivenDescriptor& given : spec.fds) {
    if (given.fd != fd) continue;
    const std::string path = given.path.empty() ? fmt::format("/proc/self/fd/{}", fd) : given.path;
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) {
      return BadInput(
          fmt::format("descriptor {} cannot be opened: {}: {}", fd, path, ErrnoName(errno)));
    }
    if (std::optional<std::string> text = ReadRest(file.get())) return *std::move(text);
    return BadInput(
        fmt::format("descriptor {} cannot be read: {}: {}", fd, path, ErrnoName(errno)));
  }
  return BadInput(fmt::format(
      "the launch line reads its arguments from descriptor {}, which \"fds\" does not give it",
      fd));
}

Result<Prepared> PrepareUnplaced(const SandboxSpec& spec) {
  Prepared prepared{.spec = &spec};
  TRY(prepared.driver, FindDriver(spec));
  TRY(const std::vector<int> needed, prepared.driver->ContentNeeded(spec));
  for (const int fd : needed) {
    TRY(prepared.content[fd], ReadContent(spec, fd));
  }
  return prepared;
}

std::string SearchPath(const SandboxSpec& spec) {
  if (spec.env) {
    const auto found = spec.env->find("PATH");
    return found == spec.env->end() ? "/bin:/usr/bin" : found->second;
  }
  const char* path = std::getenv("PATH");
  return path == nullptr ? "/bin:/usr/bin" : path;
}

}  // namespace

Result<Prepared> Prepare(const SandboxSpec& spec) {
  Result<Prepared> prepared = PrepareUnplaced(spec);
  if (!prepared) return At(spec, std::move(prepared).error());
  return prepared;
}

Result<LaunchPlan> PlanLaunch(const Prepared& prepared, const std::string& agent_path,
                              const std::string& batch_path) {
  Result<LaunchPlan> plan = prepared.driver->Plan({.spec = *prepared.spec,
                                                   .agent_path = agent_path,
                                                   .batch_path = batch_path,
                                                   .fd_content = prepared.content});
  if (!plan) return At(*prepared.spec, std::move(plan).error());
  return plan;
}

std::optional<std::string> FindProgram(const std::string& name, const SandboxSpec& spec) {
  if (name.find('/') != std::string::npos) {
    const std::string path = name.front() == '/' ? name : spec.cwd + '/' + name;
    return IsExecutable(path) ? std::optional(path) : std::nullopt;
  }
  const std::string path = SearchPath(spec);
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find(':', at), path.size());
    const std::string candidate = path.substr(at, end - at) + '/' + name;
    if (IsExecutable(candidate)) return candidate;
    at = end + 1;
  }
  return std::nullopt;
}

Result<bool> RequireLauncher(const SandboxSpec& spec) {
  const std::string& name = spec.launch.front();
  if (FindProgram(name, spec)) return true;
  if (name.find('/') != std::string::npos) {
    return At(spec, BadInput(fmt::format("{} is no executable file", name)));
  }
  return At(spec, BadInput(fmt::format("{} is not found on PATH ({})", name, SearchPath(spec))));
}

bool IsExecutable(const std::string& path) {
  struct stat status = {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         ::access(path.c_str(), X_OK) == 0;
}

Result<std::vector<const SandboxSpec*>> SelectSandboxes(const Spec& spec,
                                                        const CollectOptions& options) {
  const std::vector<std::string>& wanted = options.only_sandboxes;
  std::vector<const SandboxSpec*> selected;
  std::vector<std::string> names;
  for (const SandboxSpec& sandbox : spec.sandboxes) {
    names.push_back(sandbox.name);
    const bool is_wanted =
        wanted.empty() || std::find(wanted.begin(), wanted.end(), sandbox.name) != wanted.end();
    if (is_wanted) selected.push_back(&sandbox);
  }
  for (const std::string& name : wanted) {
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    const std::string near = Nearest(name, names);
    return BadInput(fmt::format("{}: no sandbox is called {}{}", spec.file, name,
                                near.empty() ? "" : "; did you mean " + near + "?"));
  }
  if (selected.empty()) return BadInput("no sandbox is selected, so nothing would be tested");
  return selected;
}

}  // namespace sandproof
