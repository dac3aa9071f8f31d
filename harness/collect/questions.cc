#include "harness/collect/questions.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "harness/arena/protocols.h"
#include "harness/collect/launcher_facts.h"
#include "harness/collect/limit_facts.h"
#include "harness/collect/path_lists.h"
#include "harness/collect/program_places.h"
#include "harness/collect/variables.h"
#include "harness/process/process.h"
#include "probes/wire/list.h"
#include "probes/wire/mount_id.h"
#include "probes/wire/text.h"
#include "suites/catalogue/catalogue.h"

namespace sandproof {

namespace {

SubjectKind KindOf(PathAccess access) {
  switch (access) {
    case PathAccess::kReadOnly:
      return SubjectKind::kReadOnlyPath;
    case PathAccess::kReadWrite:
      return SubjectKind::kReadWritePath;
    case PathAccess::kPrivate:
      return SubjectKind::kPrivatePath;
    case PathAccess::kAbsent:
      return SubjectKind::kAbsentPath;
  }
  return SubjectKind::kNone;
}

void AddPaths(const QuestionSource& source, PlanInput& input) {
  for (const auto& [path, access] : ClaimedPaths(source.spec, source.launch)) {
    Subject subject{.inside = path, .outside = HostPath(source.launch.promises, path)};
    // What is mounted there on the host may be locked, for whoever is not the host's root.
    if (access == PathAccess::kPrivate) subject.params_outside = {{"cover", "always"}};
    input.subjects[KindOf(access)].push_back(std::move(subject));
  }
}

void AddChannels(const QuestionSource& source, PlanInput& input) {
  for (const ChannelSpec& channel : source.channels) {
    if (channel.from != source.spec.name || channel.unix_path.empty()) continue;
    input.subjects[SubjectKind::kSocketPath].push_back(
        {.inside = channel.unix_path,
         .unasked = "no listener of this run could be planted beside " + channel.unix_path +
                    ": its directory is not on this host, or not writable, or no launch line of "
                    "the channel's ends binds it"});
    input.overrides["svc.socket_reachable_across[" + channel.unix_path + "]"] = channel.expect;
  }
}

// A parameter of a canary under another name, where there is the canary.
void Copy(const World& world, Canary canary, const char* from, const char* to, Params& params) {
  const auto found = world.params().find(canary);
  if (found != world.params().end()) params[to] = found->second.at(from);
}

// The service behind a channel does not run here. What is shown is that a socket in that directory
// is reachable, so a listener of ours stands beside the declared one.
void AddListeners(const World& world, PlanInput& input) {
  for (Subject& socket : input.subjects[SubjectKind::kSocketPath]) {
    const Params* listener = world.Channel(socket.inside);
    if (listener == nullptr) continue;
    const std::string& outside = listener->at("path");
    const std::string inside = DirectoryOf(socket.inside) + outside.substr(outside.rfind('/'));
    const std::string& nonce = listener->at("nonce");
    socket.params_inside = {{"path", inside}, {"nonce", nonce}};
    socket.params_outside = {{"path", outside}, {"nonce", nonce}};
    // What the process behind the listener has that could be taken: ours.
    for (Params* params : {&socket.params_inside, &socket.params_outside}) {
      params->insert({"peer_fd", std::to_string(world.own_file())});
      Copy(world, Canary::kInheritedFile, "nonce", "peer_nonce", *params);
      params->insert({"peer_root", std::to_string(MountIdOf("/"))});
    }
    socket.unasked.clear();
  }
  input.canaries[Canary::kSocketChannel] = {};
}

// What the launcher makes by itself at a path that the host does not have: the control tries a
// directory, or a file, of ours.
void AddStandIns(const Promises& promises, const World& world, PlanInput& input) {
  for (Subject& subject : input.subjects[SubjectKind::kReadOnlyPath]) {
    std::error_code error;
    if (!subject.outside.empty() || std::filesystem::exists(subject.inside, error)) continue;
    const auto promise = std::ranges::find(promises.paths, subject.inside, &PathPromise::path);
    subject.outside = world.StandIn(promise != promises.paths.end() && promise->is_file);
  }
}

// By the names that the sandbox has for the directories, and by the host's own for the controls.
void AddPrograms(const Promises& promises, const World& world, PlanInput& input) {
  std::vector<std::string> inside;
  std::vector<std::string> outside;
  for (const std::string& directory : world.program_directories()) {
    const std::vector<std::string> names = NamesInside(promises, directory);
    inside.insert(inside.end(), names.begin(), names.end());
    if (!names.empty()) outside.push_back(directory);
  }
  input.extra["user/planted_program"] = {{"paths", JoinList(inside)}};
  for (const Canary canary : {Canary::kSetIdProgram, Canary::kCapsProgram}) {
    if (outside.empty()) {
      input.missing.try_emplace(canary,
                                "no directory that it shows heeds set-uid programs outside and "
                                "lets one be planted");
    }
    input.canaries_outside[canary]["paths"] = JoinList(outside);
  }
}

void AddRootEntries(const QuestionSource& source, PlanInput& input) {
  input.not_applicable["fs.expected_ro_present[/]"] =
      "the root is always there: nothing could come of asking";
  constexpr const char* kId = "fs.root_entries_unexpected";
  if (!source.launch.promises.root_entries) {
    input.not_applicable[kId] =
        "nothing declares what / should hold: the launcher binds the "
        "whole root, or its driver knows no paths";
    return;
  }
  std::vector<std::string>& expected = input.expected[kId];
  expected.assign(source.launch.promises.root_entries->begin(),
                  source.launch.promises.root_entries->end());
  for (const std::string& added : source.launch.added_paths) {
    expected.push_back(added.substr(1, added.find('/', 1) - 1));
  }
}

void AddProc(const QuestionSource& source, PlanInput& input) {
  if (source.launch.promises.proc_mounted) return;
  input.not_applicable["proc.present"] = "the launcher does not say that it mounts /proc";
}

// What is expected of everything outside, where the configuration says so. The keys of a single
// property go before.
void AddOutside(const SandboxSpec& spec, PlanInput& input) {
  std::optional<Expectation> outside = spec.net.outside;
  // Whoever lists what may be reached means that nothing else may.
  if (!outside && !spec.net.allow.empty()) outside = Expectation::kBlocked;
  for (const Property& property : Catalogue()) {
    // A route alone reaches nothing.
    const bool is_outside =
        IsFar(property.canary) && property.witnessed && property.subject == SubjectKind::kNone;
    if (outside && is_outside) input.overrides.try_emplace(std::string(property.id), *outside);
  }
  for (const Endpoint& endpoint : spec.net.allow) {
    input.subjects[SubjectKind::kEndpoint].push_back({.inside = endpoint.text});
    for (const Property& property : Catalogue()) {
      const bool is_it =
          (property.canary == Canary::kMetadata4 && endpoint.host == kMetadataAddress4) ||
          (property.canary == Canary::kMetadata6 && endpoint.host == kMetadataAddress6);
      if (is_it) input.not_applicable[std::string(property.id)] = "the configuration allows it";
    }
  }
}

// Where a listener of ours stands for each destination; one property asks for the destination
// itself, another for the port beside it.
void AddEndpoints(const QuestionSource& source, const Networks& networks, PlanInput& input) {
  input.canaries[Canary::kAllowed] = input.canaries[Canary::kUndeclaredPort] = {};
  for (Subject& subject : input.subjects[SubjectKind::kEndpoint]) {
    const Params* there = networks.ParamsOf(source.far, Canary::kAllowed, subject.inside);
    const Params* beside = networks.ParamsOf(source.far, Canary::kUndeclaredPort, subject.inside);
    if (there == nullptr || beside == nullptr) {
      subject.unasked =
          "no listener of this run can stand there: " +
          networks.WhyNot(source.far, there == nullptr ? Canary::kAllowed : Canary::kUndeclaredPort,
                          subject.inside);
      continue;
    }
    Params params = *there;
    params["type"] = subject.inside.substr(0, 3);
    params["other_port"] = beside->at("port");
    params["other_nonce"] = beside->at("nonce");
    subject.params_inside = subject.params_outside = std::move(params);
  }
}

// Canaries are nobody's unexpected listeners, and neither is what the host listens with.
Params ListenersOfOurs(const QuestionSource& source, const PlanInput& input) {
  std::string ports;
  const auto add = [&ports](const Params& params) {
    const auto port = params.find("port");
    if (port != params.end()) ports += (ports.empty() ? "" : ",") + port->second;
  };
  for (const auto& [canary, params] : input.canaries) add(params);
  const auto endpoints = input.subjects.find(SubjectKind::kEndpoint);
  if (endpoints != input.subjects.end()) {
    for (const Subject& endpoint : endpoints->second) {
      add(endpoint.params_inside);
      const auto other = endpoint.params_inside.find("other_port");
      if (other != endpoint.params_inside.end()) add({{"port", other->second}});
    }
  }
  Params params = {{"exempt", ports}};
  const auto canary = input.canaries.find(Canary::kTcp4);
  const bool is_known = source.near == Networks::Place::kHost && canary != input.canaries.end();
  if (is_known) params["host"] = canary->second.at("port");
  return params;
}

// What uname(2) calls the version: when and from what the kernel was built.
std::string KernelVersion() {
  utsname names = {};
  return ::uname(&names) == 0 ? names.version : "";
}

// The payload's own path, where it is one: a bare name is looked up by whatever runs it.
void AddPayload(const QuestionSource& source, PlanInput& input) {
  const std::string& path = source.spec.payload.front();
  if (path.starts_with('/') || source.launch.promises.is_path_searched) {
    input.extra["inherit/executable_exists"] = {{"path", path}};
    input.extra["inherit/loaded_files"] = {{"path", path}};
    return;
  }
  for (const char* id : {"launcher.payload_missing_inside", "launcher.interpreter_missing_inside",
                         "launcher.library_missing_inside"}) {
    input.not_applicable[id] =
        "the payload is no absolute path, so only its launcher knows what it names";
  }
}

// A limit that is said must be there, whatever the profile asks for.
void AddLimits(const QuestionSource& source, PlanInput& input) {
  input.exhaustion = source.exhaustion;
  const LimitsSpec limits = LimitsOf(source.spec, source.launch.promises);
  const auto expect = [&input](bool is_said, std::string id, Expectation expectation) {
    if (is_said) input.overrides.try_emplace(std::move(id), expectation);
  };
  expect(limits.pids.has_value(), "cgroup.pids_limited", Expectation::kRequired);
  expect(limits.pids.has_value(), "cgroup.pids_limit_enforced", Expectation::kBlocked);
  expect(limits.memory.has_value(), "cgroup.memory_limited", Expectation::kRequired);
  expect(limits.memory.has_value(), "cgroup.memory_limit_enforced", Expectation::kBlocked);
  expect(limits.cpus.has_value(), "cgroup.cpu_limited", Expectation::kRequired);
  expect(limits.cpus.has_value(), "cgroup.cpu_limit_enforced", Expectation::kRequired);
  expect(limits.open_files.has_value(), "rlimit.nofile_enforced", Expectation::kBlocked);
  expect(limits.address_space.has_value(), "rlimit.as_enforced", Expectation::kBlocked);
  expect(limits.disk.has_value(), "fs.disk_limit_enforced", Expectation::kBlocked);
  expect(limits.tmpfs.has_value(), "fs.tmpfs_limit_enforced", Expectation::kBlocked);
  for (const PathPromise& promise : source.launch.promises.paths) {
    expect(promise.size.has_value(), "fs.tmpfs_limit_enforced[" + promise.path + "]",
           Expectation::kBlocked);
  }
}

void AddLog(const LogSpec& log, PlanInput& input) {
  if (log.rules.expect.empty()) {
    input.not_applicable["launcher.log_line_missing"] =
        "nothing declares what the launcher must print: \"log\": {\"expect\": […]}";
  }
  if (log.version.empty()) {
    input.not_applicable["launcher.version_reported_matches"] =
        "nothing declares how to ask for the version inside: \"log\": {\"version\": […]}";
  }
}

}  // namespace

std::map<std::string, PathAccess> ClaimedPaths(const SandboxSpec& spec, const LaunchPlan& launch) {
  std::map<std::string, PathAccess> claimed;
  for (const PathPromise& promise : launch.promises.paths) {
    claimed[promise.path] = promise.access;
  }
  for (const auto& [path, access] : spec.paths) claimed[path] = access;
  for (const std::string& added : launch.added_paths) claimed.erase(added);
  return claimed;
}

std::string HostPath(const Promises& promises, const std::string& inside) {
  std::string best;
  std::size_t longest = 0;
  for (const PathPromise& promise : promises.paths) {
    const bool is_root = promise.path == "/";
    const bool covers = is_root || inside == promise.path || inside.starts_with(promise.path + '/');
    if (!covers || promise.path.size() < longest) continue;
    longest = promise.path.size();
    const std::string rest = is_root ? inside : inside.substr(promise.path.size());
    best = promise.source.empty() ? "" : (promise.source == "/" ? "" : promise.source) + rest;
  }
  return best;
}

std::string NoPlace(const std::string& sandbox, const std::string& inside) {
  return fmt::format("nothing that {}'s launch line binds shows it {}", sandbox, inside);
}

// The names in the directories that patterns of paths have a star for: "/run/user/:0,1000;…".
std::string EntriesOfPatterns() {
  std::string text;
  for (const char* directory : {"/run/user/", "/tmp/.X11-unix/"}) {
    std::vector<std::string> names;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
      if (names.size() < 32) names.push_back(entry.path().filename().string());
    }
    text += fmt::format("{}:{};", directory, fmt::join(names, ","));
  }
  return text;
}

PlanInput MakeSubjects(const QuestionSource& source) {
  PlanInput input;
  input.profile = source.spec.profile;
  input.overrides = source.spec.expect;
  input.only = source.only;
  AddPaths(source, input);
  AddChannels(source, input);
  AddOutside(source.spec, input);
  AddRootEntries(source, input);
  AddProc(source, input);
  AddPayload(source, input);
  AddLog(source.spec.log, input);
  AddLimits(source, input);
  AddLauncher(source.spec, source.launch, input);
  const Params added = {{"ignore", JoinList(source.launch.added_paths)}};
  input.extra["cap/seccomp_mode"] = {{"kernel", KernelVersion()}};
  input.extra["ipc/socket_usable"] = {{"entries", EntriesOfPatterns()}};
  input.extra["net/families"] = {
      {"families", fmt::format("{}", fmt::join(LoadedProtocols(), ","))}};
  for (const char* probe : {"fs/mount_flags", "fs/list_root", "fs/mount_peers", "fs/tmpfs_sizes",
                            "fs/writable_code", "fs/mount_sources"}) {
    input.extra[probe] = added;
  }
  AddPathLists(source.launch, input);
  return input;
}

PlanInput MakeQuestions(const QuestionSource& source, const World& world) {
  PlanInput input = MakeSubjects(source);
  input.canaries = world.params();
  input.missing = world.missing();
  world.networks().Describe(source.near, source.far, input.canaries, input.missing);
  AddEndpoints(source, world.networks(), input);
  AddListeners(world, input);
  AddStandIns(source.launch.promises, world, input);
  AddPrograms(source.launch.promises, world, input);
  input.extra["net/listeners"] = ListenersOfOurs(source, input);
  if (source.spec.stdio == StdioKind::kPty) {
    input.canaries[Canary::kTerminal] = {};
    input.not_applicable["supervisor.no_orphans_on_launcher_kill"] =
        "a launch with a terminal ends by itself, before its launcher can be killed";
    // The second launch, where there is one, has a pipe.
    if (source.near == source.far) {
      input.canaries.erase(Canary::kInbound);
      input.missing[Canary::kInbound] =
          "a launch with a terminal ends by itself, before anybody can talk to it";
    }
  } else {
    input.missing[Canary::kTerminal] =
        "this launch has no terminal; \"stdio\": \"pty\" in the configuration gives it one";
  }
  if (source.is_live) {
    input.missing[Canary::kTerminal] = "what is typed at the launcher's terminal is its user's";
    input.not_applicable["supervisor.no_orphans_on_launcher_kill"] =
        "its launcher serves on, so it is not killed";
    for (const Property& property : Catalogue()) {
      if (property.probe != "inherit/planted_kinds") continue;
      input.not_applicable[std::string(property.id)] =
          "of what is planted, a whole launcher is given files only";
    }
  }
  input.extra["inherit/dangerous_variables"] = {
      {"exempt", world.params().at(Canary::kEnvironment).at("name")}};
  input.extra["uts/host_name"] = world.NodeNames();
  input.extra["inherit/env_paths"] = ExemptVariables(
      source.spec, source.launch.promises, world.params().at(Canary::kEnvironment).at("name"));
  return input;
}

void AskAboutDecoy(const Decoy& decoy, const World& world, PlanInput& input) {
  Params& process = input.canaries[Canary::kProcess];
  process = decoy.process_params();
  const auto secret = world.params().find(Canary::kSecretFile);
  if (secret != world.params().end()) {
    process["secret_path"] = secret->second.at("path");
    process["secret_nonce"] = secret->second.at("nonce");
  }
  if (!decoy.key_params().empty()) {
    input.canaries[Canary::kUserKey] = decoy.key_params();
  } else {
    input.missing[Canary::kUserKey] = "this host lets nobody add a key";
  }
  if (!input.missing.contains(Canary::kHostname)) input.canaries[Canary::kHostname] = {};
}

void AskAboutDescriptors(const std::vector<ChildFd>& planted, const std::vector<int>& given,
                         PlanInput& input) {
  std::vector<int> numbers;
  for (const ChildFd& fd : planted) numbers.push_back(fd.target);
  input.extra["inherit/descriptors"] = {{"planted", fmt::format("{}", fmt::join(numbers, ","))},
                                        {"given", fmt::format("{}", fmt::join(given, ","))}};
}

}  // namespace sandproof
