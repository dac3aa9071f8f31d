#include "harness/collect/kept_plan.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <span>

#include "harness/canary/decoy.h"
#include "harness/collect/peer_canaries.h"
#include "harness/collect/questions.h"
#include "probes/wire/list.h"
#include "suites/catalogue/catalogue.h"
#include "suites/plan.h"

namespace sandproof {

namespace {

constexpr unsigned kMode = 0644;  // of fs/leave_file

bool IsDirectory(const std::string& path) {
  struct stat status = {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

// File systems of the kernel, in which nothing is kept, and the root, which holds them.
bool IsOfTheKernel(const std::string& path) {
  constexpr auto kTrees = std::to_array<std::string_view>({"/dev", "/proc", "/sys"});
  return path == "/" || std::ranges::any_of(kTrees, [&](std::string_view tree) {
           return path == tree || path.starts_with(std::string(tree) + '/');
         });
}

// Whether the launch line gives a sandbox that directory of the host, and not just one above it.
bool IsGiven(const LaunchPlan& plan, const std::string& directory) {
  return std::ranges::any_of(plan.promises.paths, [&](const PathPromise& promise) {
    return !promise.source.empty() && promise.source == directory;
  });
}

// Each name under which a sandbox may find another's file.
std::string NamesIn(const KeptPlace& asker, const LeftFile& file) {
  std::vector<std::string> names;
  for (const std::string& name : {InsidePath(asker.plan.promises, file.PathOutside()),
                                  file.PathInside(), file.PathOutside()}) {
    if (!name.empty() && std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  return JoinList(names);
}

// Puts the check of one property, owner and file together, if it is selected.
void Add(const char* id, const Subject& subject, const KeptPlace& owner,
         const std::vector<std::string>& only, KeptCheck check, std::vector<KeptCheck>& checks) {
  const Property* const property = FindProperty(id);
  PlanInput input{.profile = owner.spec.profile, .overrides = owner.spec.expect};
  input.only = only;
  input.subjects[property->subject] = {subject};
  const Plan plan = MakePlan(std::span<const Property>(property, 1), input);
  for (const PlannedCheck& planned : plan.checks) {
    check.check = planned.check;
    check.request = plan.inside.at(planned.request.value());
    checks.push_back(check);
  }
}

void AddOwn(const KeptPlace& place, const std::vector<std::string>& only, const KeptCheck& at,
            std::vector<KeptCheck>& checks) {
  const LeftFile& file = place.files[at.file];
  const Subject subject{
      .inside = file.directory,
      .params_inside = {
          {"name", file.name}, {"nonce", file.nonce}, {"paths", JoinList({file.PathInside()})}}};
  Add("svc.log_written_outside", subject, place, only, at, checks);
  Add("svc.data_persisted", subject, place, only, at, checks);
}

void AddOther(const KeptPlace& asker, const KeptPlace& keeper, const std::vector<std::string>& only,
              const KeptCheck& at, std::vector<KeptCheck>& checks) {
  const LeftFile& file = keeper.files[at.file];
  if (IsGiven(asker.plan, file.outside)) return;
  const Subject subject{.inside = keeper.spec.name + ':' + file.directory,
                        .params_inside = {{"nonce", file.nonce}, {"paths", NamesIn(asker, file)}}};
  Add("svc.data_not_shared", subject, asker, only, at, checks);
}

}  // namespace

std::vector<LeftFile> NameLeftFiles(const SandboxSpec& spec, const LaunchPlan& plan) {
  std::vector<LeftFile> files;
  if (plan.promises.paths.empty()) return files;
  for (const auto& [path, access] : ClaimedPaths(spec, plan)) {
    if (access != PathAccess::kReadWrite) continue;
    LeftFile file{.directory = path, .outside = HostPath(plan.promises, path)};
    if (IsOfTheKernel(path) || IsOfTheKernel(file.outside)) continue;
    // To a file of the user's nothing is written.
    if (!file.outside.empty() && !IsDirectory(file.outside)) continue;
    file.name = ".sandproof-kept-" + RandomHex(8);
    file.nonce = RandomHex(16);
    files.push_back(std::move(file));
  }
  return files;
}

std::vector<KeptObject> KeptByLeft(const std::vector<LeftFile>& files) {
  std::vector<KeptObject> objects;
  for (const LeftFile& file : files) {
    objects.push_back({.kind = KeptObject::Kind::kOthers, .name = file.PathOutside()});
  }
  return objects;
}

std::vector<KeptCheck> KeptChecks(const std::vector<KeptPlace>& places,
                                  const std::vector<std::string>& only) {
  std::vector<KeptCheck> checks;
  for (std::size_t keeper = 0; keeper < places.size(); ++keeper) {
    for (std::size_t file = 0; file < places[keeper].files.size(); ++file) {
      AddOwn(places[keeper], only, {.owner = keeper, .keeper = keeper, .file = file}, checks);
      for (std::size_t asker = 0; asker < places.size(); ++asker) {
        if (asker == keeper) continue;
        AddOther(places[asker], places[keeper], only,
                 {.owner = asker, .keeper = keeper, .file = file}, checks);
      }
    }
  }
  return checks;
}

std::vector<std::string> WrongOutside(const LeftFile& file, const SeenOutside& seen,
                                      unsigned owner) {
  if (seen.error != 0) {
    return {file.outside.empty()
                ? "no argument leads from there to a directory of the host"
                : fmt::format("{}: {}", file.PathOutside(), ErrnoName(seen.error))};
  }
  std::vector<std::string> wrong;
  if (seen.text != file.nonce) wrong.push_back(file.PathOutside() + ": other content");
  if (seen.owner != owner) {
    wrong.push_back(fmt::format("owner {} instead of {}", seen.owner, owner));
  }
  if (seen.mode != kMode) {
    wrong.push_back(fmt::format("mode {:04o} instead of {:04o}", seen.mode, kMode));
  }
  return wrong;
}

}  // namespace sandproof
