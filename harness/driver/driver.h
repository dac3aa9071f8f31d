// A driver knows one kind of launcher. It only computes: what to start, what the flags promise.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/driver/mutation.h"
#include "harness/result.h"
#include "harness/spec/spec.h"
#include "suites/judge.h"

namespace sandproof {

// A file or text that the launcher gets at a descriptor's number.
struct LaunchDescriptor {
  int fd = -1;
  std::string path = {};  // opened anew for this launch …
  bool writable = false;
  std::optional<std::string> content = std::nullopt;  // … or a memory file with these bytes;
                                                      // neither: our own of this number
};

// What the launcher's arguments say of a path inside.
struct PathPromise {
  std::string path = {};    // inside
  std::string source = {};  // on the host; empty for what is made fresh
  PathAccess access = PathAccess::kReadOnly;
  std::optional<std::uint64_t> size = std::nullopt;  // of a fresh one, in bytes; nullopt: any
  bool is_file = false;                              // a fresh one that is no directory
};

// One mount that the arguments ask for, whatever became of it.
struct MountClaim {
  std::string option = {};  // "--ro-bind /srv/app /app"
  std::string path = {};    // inside
  std::string source = {};  // on the host, absolute; empty for what is made fresh
  PathAccess access = PathAccess::kReadOnly;
  bool is_optional = false;     // its source may be absent
  std::string covered_by = {};  // the later option that mounts over it
  std::string repeats = {};     // the option that shows the same, read-only, without it
};

// A protection that the arguments name, with the checks that tell whether it is there.
struct FlagPromise {
  std::string text = {};  // "--unshare-net"
  // Ids or prefixes of ids; of `path` alone, where that is not empty. No id: each check of `path`.
  std::vector<std::string> ids = {};
  std::string path = {};
  // It makes them hold without naming them: they do not hold by chance, and that they fail is no
  // broken promise.
  bool is_backing = false;
};

// What the launcher's own arguments claim.
struct Promises {
  std::vector<PathPromise> paths = {};    // in the order of the mounts
  std::set<std::string> namespaces = {};  // "pid" "net" "ipc" "uts" "user" "cgroup"
  std::optional<std::set<std::string>> root_entries = std::nullopt;  // names in /, if all are known
  // Where something is mounted, if all of it is known.
  std::optional<std::vector<std::string>> mount_points = std::nullopt;
  std::map<std::string, std::string> env_set = {};  // by the launcher, for the payload
  std::set<std::string> env_unset = {};
  bool env_cleared = false;
  bool proc_mounted = false;
  std::vector<MountClaim> mounts = {};  // in the order of the arguments
  std::vector<FlagPromise> flags = {};
  std::vector<std::string> dropped_grants =
      {};                         // options that bind nothing: no source, and no need
  LimitsSpec limits = {};         // set by words before the launcher, or before the payload
  bool is_path_searched = false;  // the payload's name is looked up on the PATH inside
};

// The argument that promises what a check asks for; else the one that makes it hold without saying
// so; both empty where none does.
struct Backing {
  std::string promised_by = {};
  std::string upheld_by = {};
};
[[nodiscard]] Backing BackingOf(const Promises& promises, const Check& check);

// Every argument that promises something, once, in their order.
[[nodiscard]] std::vector<std::string> PromiseTexts(const Promises& promises);

// Everything that starting one sandbox with the agent as its payload takes.
struct LaunchPlan {
  std::vector<std::string> argv = {};
  std::vector<LaunchDescriptor> fds = {};  // besides 0, 1 and 2
  std::vector<std::string> perturbation = {};
  // Paths that exist inside only because the agent was put there; not judged.
  std::vector<std::string> added_paths = {};
  // What stands before the launcher proper ("setpriv --reuid=1000"): the control as the payload's
  // identity runs behind it.
  std::vector<std::string> prefix = {};
  Promises promises = {};
};

// What a driver may rely on.
struct LaunchInput {
  const SandboxSpec& spec;
  std::string agent_path = {};  // the static agent on the host, readable and executable by all
  std::string batch_path = {};  // where the request lies, when it is not sent on stdin; else empty
  std::map<int, std::string> fd_content = {};  // what the launcher's own descriptors hold (--args)
};

class Driver {
 public:
  virtual ~Driver() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  // Whether this driver knows the launch line.
  [[nodiscard]] virtual bool Recognises(const std::vector<std::string>& launch) const = 0;
  // Descriptors whose content must be known before Plan can read the arguments (bwrap --args FD).
  [[nodiscard]] virtual Result<std::vector<int>> ContentNeeded(const SandboxSpec& spec) const = 0;
  [[nodiscard]] virtual Result<LaunchPlan> Plan(const LaunchInput& input) const = 0;
  // The line with each of its protections taken away or weakened, one at a time. A driver that
  // knows no protections in its lines has none.
  [[nodiscard]] virtual Result<std::vector<Mutation>> Mutations(
      const MutationInput& /*input*/) const {
    return std::vector<Mutation>();
  }
  // The same with several of them gone at once, each holding all that the one before it does.
  [[nodiscard]] virtual Result<std::vector<Combination>> Combinations(
      const MutationInput& /*input*/) const {
    return std::vector<Combination>();
  }
  // argv that prints the launcher's version, or empty.
  [[nodiscard]] virtual std::vector<std::string> VersionCommand(
      const std::vector<std::string>& launch) const = 0;
  // What is known of the version that this command printed, as far as it concerns a program that
  // is, or is not, set-user-ID. nullopt: nobody keeps a list, or it names no version.
  [[nodiscard]] virtual std::optional<std::vector<std::string>> KnownDefects(
      std::string_view /*said*/, bool /*is_set_id*/) const {
    return std::nullopt;
  }
  // What to do where a launch ended with these words on standard error; empty where they say it.
  [[nodiscard]] virtual std::string_view Hint(std::string_view /*last_words*/) const { return {}; }
};

// The driver that spec.driver names, or the first that recognises the line; `command` takes any.
// Errors: kConfiguration for a name that no driver has.
[[nodiscard]] Result<const Driver*> FindDriver(const SandboxSpec& spec);

// The names of all drivers.
[[nodiscard]] std::vector<std::string> DriverNames();

}  // namespace sandproof
