#include "harness/collect/launcher_facts.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>

#include "harness/collect/file_modes.h"
#include "harness/collect/links.h"
#include "harness/collect/questions.h"
#include "harness/collect/variables.h"
#include "probes/wire/list.h"
#include "reports/redact.h"

namespace sandproof {

namespace {

using Texts = std::vector<std::string>;

bool IsAbsent(const std::string& path) {
  struct stat status = {};
  return ::lstat(path.c_str(), &status) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

// What a --*-try option may do without is there to be done without, but for a grant to write: then
// the payload lacks what it was promised.
Texts AbsentSources(const Promises& promises) {
  Texts absent;
  for (const MountClaim& mount : promises.mounts) {
    const bool is_needed = !mount.is_optional;
    if (is_needed && !mount.source.empty() && IsAbsent(mount.source))
      absent.push_back(mount.option);
  }
  Texts grants = promises.dropped_grants;
  absent.insert(absent.end(), grants.begin(), grants.end());
  return absent;
}

Texts Repeated(const Promises& promises) {
  Texts repeated;
  for (const MountClaim& mount : promises.mounts) {
    if (!mount.repeats.empty()) repeated.push_back(mount.option + " (after " + mount.repeats + ")");
  }
  return repeated;
}

// What stands before the launcher proper is gone when that runs: env(1) and setpriv(1) exec.
Texts SecretsInArgv(const LauncherSource& source) {
  Texts argv(
      source.spec.launch.begin() + static_cast<std::ptrdiff_t>(std::min(source.launch.prefix.size(),
                                                                        source.spec.launch.size())),
      source.spec.launch.end());
  argv.insert(argv.end(), source.spec.payload.begin(), source.spec.payload.end());
  return SecretsIn(argv);
}

bool IsRegular(const std::string& path) {
  struct stat status = {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

Texts OpenSecretFiles(const LauncherSource& source) {
  Texts open;
  for (const Variable& variable : VariablesOf(source.spec, source.launch.promises)) {
    if (!IsSecretName(variable.name) || !variable.value.starts_with('/')) continue;
    const std::string bound = HostPath(source.launch.promises, variable.value);
    const std::string& path = bound.empty() ? variable.value : bound;
    // Public halves and lists of trusted keys are no secrets.
    const bool is_public = path.ends_with(".pub") || path.ends_with(".crt") ||
                           variable.name.find("PUB") != std::string::npos;
    if (!is_public && IsRegular(path) && IsOpenToAll(path, S_IROTH))
      open.push_back(variable.name + "=" + variable.value);
  }
  return open;
}

// A mount with nosuid ignores the bits.
Texts SetIds(const std::string& program) {
  struct stat status = {};
  struct statvfs mount = {};
  const bool is_there =
      ::stat(program.c_str(), &status) == 0 && ::statvfs(program.c_str(), &mount) == 0;
  if (!is_there || (mount.f_flag & ST_NOSUID) != 0) return {};
  if ((status.st_mode & (S_ISUID | S_ISGID)) == 0) return {};
  return {fmt::format("{}: mode {:04o}, uid {}", program, status.st_mode & 07777, status.st_uid)};
}

// A source in /proc/self is another process's for us; one that cannot be looked at tells nothing.
std::string ObjectAt(const std::string& source) {
  struct stat status = {};
  const bool is_own = source.starts_with("/proc/self") || source.starts_with("/dev/fd") ||
                      source.starts_with("/dev/std");
  if (source.empty() || is_own || ::stat(source.c_str(), &status) != 0) return "-";
  return fmt::format("{}.{}", status.st_dev, status.st_ino);
}

void AddShownBinds(const Promises& promises, PlanInput& input) {
  std::string paths;
  std::string objects;
  std::string writable;
  for (const MountClaim& mount : promises.mounts) {
    if (mount.is_optional) continue;
    const std::string object = ObjectAt(mount.source);
    // Of what is made fresh there is no object to compare with: only that it is there.
    if (object == "-" && mount.covered_by.empty()) continue;
    AppendTo(paths, mount.path);
    AppendTo(objects, object);
    AppendTo(writable,
             mount.access == PathAccess::kReadOnly && !mount.covered_by.empty() ? "r" : "w");
  }
  input.extra["fs/shown_binds"] = {{"paths", paths}, {"objects", objects}, {"access", writable}};
}

void AddLinks(const Promises& promises, PlanInput& input) {
  input.extra["fs/links_resolve"] = {{"paths", JoinList(LinksToFollow(promises))}};
}

}  // namespace

bool IsSetId(const std::string& program) { return !SetIds(program).empty(); }

Observation ObserveVersion(const Driver& driver, const std::string& said,
                           const std::string& program) {
  Observation observation{.probe = std::string(kVersionProbe),
                          .outcome = Outcome::kReached,
                          .call = said.empty() ? "read(the launcher's version)" : said};
  const auto defects = driver.KnownDefects(said, IsSetId(program));
  if (defects) {
    observation.facts["defects"] = *defects;
  } else {
    observation.outcome = Outcome::kDenied;
    observation.error = ENODATA;
  }
  return observation;
}

Observation ObserveLauncher(const LauncherSource& source) {
  Observation observation{.probe = std::string(kLauncherProbe),
                          .outcome = Outcome::kReached,
                          .call = "read(the launch line)"};
  observation.facts["absent_sources"] = AbsentSources(source.launch.promises);
  observation.facts["repeated_binds"] = Repeated(source.launch.promises);
  observation.facts["secrets_in_argv"] = SecretsInArgv(source);
  observation.facts["open_secret_files"] = OpenSecretFiles(source);
  observation.facts["set_id"] = SetIds(source.program);
  return observation;
}

void AddLauncher(const SandboxSpec& spec, const LaunchPlan& launch, PlanInput& input) {
  AddShownBinds(launch.promises, input);
  AddLinks(launch.promises, input);
  const bool has_mounts = !launch.promises.mounts.empty();
  for (const char* id : {"launcher.source_absent", "launcher.unused_bind",
                         "launcher.bind_shadowed_by_order", "launcher.dangling_symlink"}) {
    if (!has_mounts) input.not_applicable[id] = "its driver reads no mounts from the launch line";
  }
  const std::string& cwd = spec.has_cwd ? spec.cwd : std::string();
  const auto told = launch.promises.env_set.find("PWD");
  const std::string wanted = told != launch.promises.env_set.end() ? told->second : cwd;
  input.extra["fs/working_directory"] = {{"wanted", wanted}};
  if (wanted.empty()) {
    input.not_applicable["launcher.working_dir_missing"] =
        "nothing declares where the payload starts: \"cwd\" in the configuration, or --chdir";
  }
}

}  // namespace sandproof
