#include "harness/collect/path_lists.h"

#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <initializer_list>
#include <string>

#include "probes/wire/list.h"
#include "suites/catalogue/catalogue.h"

namespace sandproof {

namespace {

std::string PathsOf(const PlanInput& input, std::initializer_list<SubjectKind> kinds) {
  std::string list;
  for (const SubjectKind kind : kinds) {
    const auto found = input.subjects.find(kind);
    if (found == input.subjects.end()) continue;
    for (const Subject& subject : found->second) AppendTo(list, subject.inside);
  }
  return list;
}

void NotApplicable(PlanInput& input, std::string_view probe, const std::string& why) {
  for (const Property& property : Catalogue()) {
    if (property.probe == probe) input.not_applicable.try_emplace(std::string(property.id), why);
  }
}

// Set-id programs that are made there are heeded outside.
void AddPlant(PlanInput& input) {
  std::string paths;
  for (const Subject& subject : input.subjects[SubjectKind::kReadWritePath]) {
    const std::string& outside = subject.outside.empty() ? subject.inside : subject.outside;
    struct statvfs status = {};
    const bool is_heeded =
        ::statvfs(outside.c_str(), &status) == 0 && (status.f_flag & ST_NOSUID) == 0;
    if (is_heeded) AppendTo(paths, subject.inside);
  }
  input.extra["fs/plant"]["paths"] = paths;
  if (paths.empty()) {
    NotApplicable(input, "fs/plant",
                  "no path that lets write lies on a mount of the host without nosuid");
  }
}

// What the launcher made fresh is the payload's own, whose watching gives nothing away.
bool IsFresh(const LaunchPlan& launch, const std::string& path) {
  return std::ranges::any_of(launch.promises.paths, [&](const PathPromise& promise) {
    return promise.path == path && promise.source.empty();
  });
}

void AddWatched(const LaunchPlan& launch, PlanInput& input) {
  std::string paths;
  for (const SubjectKind kind : {SubjectKind::kReadOnlyPath, SubjectKind::kReadWritePath}) {
    for (const Subject& subject : input.subjects[kind]) {
      if (IsFresh(launch, subject.inside)) continue;
      AppendTo(paths, subject.inside);
      // The control finds the same files under their name on the host, which mostly is none inside.
      if (!subject.outside.empty() && subject.outside != subject.inside) {
        AppendTo(paths, subject.outside);
      }
    }
  }
  input.extra["fs/watch_filesystem"] = {{"paths", paths}};
  if (paths.empty()) {
    NotApplicable(input, "fs/watch_filesystem", "it is not known to show a directory of the host");
  }
}

void AddMountPoints(const LaunchPlan& launch, const std::string& ours, PlanInput& input) {
  if (!launch.promises.mount_points) {
    NotApplicable(input, "fs/mount_points", "nothing declares what should be mounted");
    return;
  }
  std::string declared = ours;
  for (const std::string& point : *launch.promises.mount_points) AppendTo(declared, point);
  for (const std::string& added : launch.added_paths) AppendTo(declared, added);
  input.extra["fs/mount_points"] = {{"declared", declared}};
}

// Sources that are links, with what they lead to on the host.
void AddLinkedSources(const LaunchPlan& launch, PlanInput& input) {
  std::string paths;
  std::string objects;
  for (const PathPromise& promise : launch.promises.paths) {
    struct stat link = {};
    struct stat target = {};
    const bool is_link = ::lstat(promise.source.c_str(), &link) == 0 && S_ISLNK(link.st_mode) &&
                         ::stat(promise.source.c_str(), &target) == 0;
    if (!is_link) continue;
    AppendTo(paths, promise.path);
    AppendTo(objects, std::to_string(target.st_dev) + "." + std::to_string(target.st_ino));
  }
  input.extra["fs/same_object"] = {{"paths", paths}, {"objects", objects}};
}

// What opens for its namespace's owner is no mask undone.
bool IsOfNamespaces(std::string_view id) {
  return id == "proc.sysctl_ns_writable" || id == "ipc.ns_sysctl_writable";
}

// Every file of /proc and /sys that some property is about.
void AddKernelFiles(PlanInput& input) {
  Params& lists = input.extra["proc/shown_files"];
  for (const Property& property : Catalogue()) {
    const bool is_of_kernel = property.probe == "proc/open_file" ||
                              property.probe == "proc/read_file" || Family(property) == "proc";
    if (!is_of_kernel || IsOfNamespaces(property.id)) continue;
    std::string_view paths;
    bool is_written = false;
    for (const FixedParam& param : property.params) {
      if (param.key == "path" || param.key == "paths") paths = param.value;
      is_written = is_written || (param.key == "how" && param.value == "write");
    }
    for (const std::string& path : SplitList(paths)) {
      AppendTo(lists[is_written ? "write" : "read"], path);
    }
  }
}

}  // namespace

void AddPathLists(const LaunchPlan& launch, PlanInput& input) {
  const std::string read_only = PathsOf(input, {SubjectKind::kReadOnlyPath});
  const std::string open = PathsOf(input, {SubjectKind::kReadWritePath, SubjectKind::kPrivatePath});
  input.extra["fs/ways_around"] = {{"read_only", read_only}, {"open", open}};
  AddWatched(launch, input);
  input.extra["fs/symlink_escape"] = {{"dirs", open + ":/tmp"}};
  if (read_only.empty()) {
    NotApplicable(input, "fs/ways_around",
                  "neither the launcher nor the configuration calls a path read-only");
  }
  AddPlant(input);
  AddMountPoints(launch, open, input);
  AddLinkedSources(launch, input);
  AddKernelFiles(input);
}

}  // namespace sandproof
