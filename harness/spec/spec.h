// sandproof.json, parsed and validated.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/arena/endpoint.h"
#include "harness/result.h"
#include "harness/spec/limits.h"
#include "reports/run.h"
#include "suites/log_rules.h"
#include "suites/property.h"

namespace sandproof {

// What is to be true of one path inside.
enum class PathAccess : std::uint8_t { kReadOnly, kReadWrite, kPrivate, kAbsent };

enum class StdioKind : std::uint8_t { kPipe, kPty };

// A descriptor that the launcher is given, at this number.
struct GivenDescriptor {
  int fd = -1;
  std::string path = {};  // opened anew for each launch; empty: our own descriptor of this number
  bool writable = false;
};

// What a sandbox may do in networks.
struct NetSpec {
  std::vector<Endpoint> allow = {};
  // What is expected of everything outside that is not allowed; nullopt: the profile says it.
  std::optional<Expectation> outside = std::nullopt;
  bool is_from_arena = true;  // launch in the arena, where there is one
};

// What a launcher must print, and what it must not.
struct LogSpec {
  bool is_declared = false;
  LogRules rules = {};
  // The launcher as a whole, started for its log alone until all that is expected was said; empty:
  // what the sandbox's own launch prints is judged.
  std::vector<std::string> launch = {};
  // A command whose output, inside, names the version that the log must name; empty: none.
  std::vector<std::string> version = {};
  std::chrono::milliseconds limit = std::chrono::seconds(10);  // for each of these
};

// One launcher with its payload.
struct SandboxSpec {
  std::string name = {};
  std::vector<std::string> launch = {};   // with one element "{payload}"
  std::vector<std::string> payload = {};  // what the launcher runs inside
  std::string driver = {};                // empty: found from the launch line
  Profile profile = Profile::kStrict;
  std::map<std::string, Expectation> expect = {};  // by property id, or id[subject]
  NetSpec net = {};
  std::map<std::string, PathAccess> paths = {};
  std::vector<Waiver> waive = {};
  LogSpec log = {};
  LimitsSpec limits = {};
  // The launcher's whole environment; nullopt: the one of whoever runs sandproof.
  std::optional<std::map<std::string, std::string>> env = std::nullopt;
  std::string cwd = {};  // absolute; ParseSpec never leaves it empty
  bool has_cwd = false;  // it was given, and is not just where the file lies
  std::vector<GivenDescriptor> fds = {};
  StdioKind stdio = StdioKind::kPipe;
  std::chrono::milliseconds limit = std::chrono::seconds(20);  // for the whole launch
  int line = 0;                                                // of "launch" in the file
  std::string place = {};  // "FILE:LINE: sandboxes.NAME.launch"; empty: it stands in none
};

// What is said over a channel to the service at its end, and what must come back.
struct ServiceCall {
  std::string request = {};   // as it is sent; "{nonce}" stands for one
  std::string response = {};  // a regular expression of all that comes back
  bool is_http = false;       // the request is HTTP, and the answer is judged by:
  int status = 0;             // 0: any below 400
  std::string body = {};      // a regular expression
  std::map<std::string, std::string> header = {};  // by name in lower case, the same
};

// The end of a channel that is no sandbox.
inline constexpr std::string_view kHostEnd = "host";

// Something that must, or must not, be reachable from inside a sandbox.
struct ChannelSpec {
  std::string from = {};       // a sandbox's name, or "host"
  std::string unix_path = {};  // a socket, or:
  std::string address = {};    // "http://HOST:PORT/PATH" or "tcp:HOST:PORT"
  std::string host = {};       // of the address, numeric
  std::string port = {};
  std::optional<ServiceCall> call = std::nullopt;  // nullopt: the real service is not started
  std::string to = {};                             // a sandbox's name
  Expectation expect = Expectation::kAllowed;
  Expectation descriptors = Expectation::kAny;  // whether any may be passed over it
  int line = 0;

  // What its properties are about: the socket or the address.
  [[nodiscard]] const std::string& Subject() const {
    return unix_path.empty() ? address : unix_path;
  }
};

// A sign that a system serves.
struct ReadyCheck {
  enum class Kind : std::uint8_t {
    kHttp,  // a GET of this URL is answered with a status below 400
    kUnix,  // somebody accepts at this path
    kTcp,   // somebody accepts at HOST:PORT
    kLog,   // a line of the output matches this regular expression
    kFile,  // this file was made, or changed, since the start
  };
  Kind kind = Kind::kHttp;
  std::string value = {};
  bool operator==(const ReadyCheck&) const = default;
};

// What a supervisor's own status has to say of a child's death.
enum class StatusRule : std::uint8_t { kNonzero, kChilds };

// These stand for what each start of the system gets: a new directory, a free TCP port. In launch,
// env and ready.
inline constexpr std::string_view kScratchMark = "\x01scratch\x01";
inline constexpr std::string_view kPortMark = "\x01port\x01";

// Whatever starts the sandboxes and watches over them.
struct SupervisorSpec {
  std::vector<std::string> launch = {};
  std::string process = {};  // a regular expression for argv; empty: what `launch` starts
  // By name, a regular expression for the argv of each supervised child; empty: every launcher
  // that descends from the supervisor.
  std::map<std::string, std::string> children = {};
  std::optional<std::map<std::string, std::string>> env = std::nullopt;
  std::string cwd = {};
  // What it gets besides, or instead, where the services that it starts are asked over their
  // channels; nullopt: each is started by its own line.
  std::optional<std::map<std::string, std::string>> channel_env = std::nullopt;
  std::vector<ReadyCheck> ready = {};                          // all of them
  std::chrono::milliseconds limit = std::chrono::seconds(30);  // to become ready
  std::chrono::milliseconds death_limit = std::chrono::seconds(5);
  StatusRule status = StatusRule::kNonzero;
  std::chrono::milliseconds signal_limit = std::chrono::seconds(10);
  std::chrono::milliseconds grace = std::chrono::milliseconds(500);  // from SIGTERM to SIGKILL
  bool restarts = false;     // a child that died is started again, and the supervisor stays
  std::size_t parallel = 1;  // starts at a time
  Profile profile = Profile::kStrict;
  std::map<std::string, Expectation> expect = {};
  std::vector<Waiver> waive = {};
  int line = 0;  // of "launch" in the file
};

// The name of the supervisor among the sandboxes of a run.
inline constexpr std::string_view kSupervisorName = "supervisor";

struct Spec {
  std::string file = {};
  std::vector<SandboxSpec> sandboxes = {};
  std::vector<ChannelSpec> channels = {};
  std::optional<SupervisorSpec> supervisor = std::nullopt;
};

// Largest configuration that is read, in bytes.
inline constexpr std::size_t kMaxSpecBytes = std::size_t{4} * 1024 * 1024;

// Parses the text of a configuration; `file` is its name for messages.
//
// "{dir}" in launch, payload, cwd, env values, fds, paths, subjects of properties and sockets of
// channels stands for the directory of the file, absolute and without symbolic links; a name in
// `variables` (from --define NAME=VALUE) stands for its value. "{{NAME}}" is a literal "{NAME}";
// all other braces stay as they are. Relative host paths (launch[0] with a slash, cwd, fds) begin
// at that directory. "note" is a comment in every object, in "env" too.
// Errors: kConfiguration, a message that names the file, the line, the key, the value and what
// would be right (the nearest valid key or property id).
[[nodiscard]] Result<Spec> ParseSpec(std::string_view text, const std::string& file,
                                     const std::map<std::string, std::string>& variables);

// Reads and parses a file.
[[nodiscard]] Result<Spec> LoadSpec(const std::string& file,
                                    const std::map<std::string, std::string>& variables);

// The published schema, JSON Schema draft-07.
[[nodiscard]] std::string_view SpecSchema();

// The candidate that is nearest to `word` by edit distance, or empty when none is near.
[[nodiscard]] std::string Nearest(std::string_view word,
                                  const std::vector<std::string>& candidates);

}  // namespace sandproof
