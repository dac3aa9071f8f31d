#include "harness/supervise/exit_codes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <nlohmann/json.hpp>
#include <span>

#include "harness/collect/descriptors.h"
#include "harness/collect/prepare.h"
#include "harness/supervise/memory_cgroup.h"
#include "harness/supervise/system.h"

namespace sandproof {

namespace {

using Json = nlohmann::json;

constexpr int kExits = 256;
constexpr int kSignals[] = {SIGKILL, SIGSEGV, SIGABRT, SIGSYS, SIGTERM};
// Of a cgroup, and what the payload takes of it: twice as much, so that a limit that does not hold
// costs the host little.
constexpr std::uint64_t kMemoryLimit = std::uint64_t{64} << 20U;
constexpr int kTakenMiB = 128;
// How much of a list is told.
constexpr std::size_t kMostNamed = 4;

// What was seen of all launches.
struct Loop {
  std::vector<std::string> wrong = {};
  std::map<std::string, std::vector<std::string>> ways = {};  // by how the launcher ended
  std::string untried = {};
  std::string failure = {};
  int launches = 0;
};

std::string Some(const std::vector<std::string>& all) {
  const std::span<const std::string> named(all.data(), std::min(all.size(), kMostNamed));
  const std::size_t more = all.size() - named.size();
  return fmt::format("{}{}", fmt::join(named, ", "),
                     more > 0 ? fmt::format(" and {} more", more) : "");
}

// How the launcher ends when its payload is told to end so.
Result<int> EndOf(const Prepared& prepared, const std::string& program, const std::string& order,
                  int owner) {
  TRY(OpenDescriptors given, OpenAll(prepared.plan.fds));
  TRY(Pipe input, MakePipe());
  static_cast<void>(::write(input.write.get(), order.data(), order.size()));
  input.write.reset();
  SystemOrder system_order{
      .argv = prepared.plan.argv, .cwd = prepared.spec->cwd, .fds = given.fds, .owner = owner};
  system_order.argv.front() = program;
  system_order.env = EnvironmentOf(prepared.spec->env);
  system_order.fds.push_back({.target = 0, .source = input.read.get()});
  TRY(const std::unique_ptr<System> system, System::Start(system_order));
  const bool has_ended =
      system->WaitUntil([&] { return system->status().has_value(); },
                        System::Clock::now() + prepared.spec->limit, std::chrono::milliseconds(20));
  if (!has_ended) return Internal("the launcher did not end: " + system->LogTail(3));
  // The payload says so when it starts; without that the launcher's own end was seen.
  if (system->log().find(R"({"sandproof":"ready")") == std::string::npos) {
    return Internal("the payload did not start: " + system->LogTail(3));
  }
  return *system->status();
}

int CodeOf(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

void Note(const std::string& way, int expected, int status, Loop& loop) {
  const int code = CodeOf(status);
  if (expected >= 0 ? code != expected : code == 0) {
    loop.wrong.push_back(fmt::format("{} comes out as {}", way, StatusText(status)));
  }
  loop.ways[StatusText(status)].push_back(way);
}

// Each way to end, tried with one launch.
class Launches {
 public:
  Launches(const Prepared& prepared, const std::string& program, int owner)
      : prepared_(prepared), program_(program), owner_(owner) {}

  Loop Run() {
    for (int code = 0; code < kExits; ++code) {
      Launch(fmt::format("exit {}", code), fmt::format("exit {}", code), code);
    }
    // What a shell makes of a signal is 128 and its number; what counts is that it is no success.
    for (const int signal : kSignals) {
      Launch(SignalName(signal), fmt::format("kill {}", signal), -1);
    }
    if (loop_.failure.empty()) RunOutOfMemory();
    return std::move(loop_);
  }

 private:
  void Launch(const std::string& way, const std::string& order, int expected) {
    if (!loop_.failure.empty()) return;
    const Result<int> status = EndOf(prepared_, program_, "sandproof-end " + order + '\n', owner_);
    ++loop_.launches;
    if (!status) loop_.failure = fmt::format("{}: {}", way, status.error().message);
    if (status) Note(way, expected, *status, loop_);
  }

  // Only where the kernel says that it ended somebody for it: else the end was another one.
  void RunOutOfMemory() {
    const Result<MemoryCgroup> cgroup = MemoryCgroup::Make(kMemoryLimit);
    if (!cgroup) return NotTried(cgroup.error().message);
    if (!cgroup->Enter()) return NotTried("this process may not enter a cgroup of its own making");
    const Result<int> status =
        EndOf(prepared_, program_, fmt::format("sandproof-end take {}\n", kTakenMiB), owner_);
    ++loop_.launches;
    if (cgroup->Kills() == 0) return NotTried("a cgroup's limit ended nobody");
    if (!status) return NotTried(status.error().message);
    Note("want of memory", -1, *status, loop_);
  }

  void NotTried(const std::string& why) { loop_.untried = "want of memory: " + why; }

  const Prepared& prepared_;
  const std::string& program_;
  int owner_;
  Loop loop_ = {};
};

std::vector<std::string> Confused(const Loop& loop) {
  std::vector<std::string> confused;
  for (const auto& [end, ways] : loop.ways) {
    if (ways.size() > 1) confused.push_back(fmt::format("{} ({})", Some(ways), end));
  }
  return confused;
}

std::string Answer(const Loop& loop) {
  std::vector<std::string> wrong = loop.wrong;
  if (wrong.size() > kMostNamed) wrong = {Some(wrong)};
  return Json{{"wrong", wrong},
              {"confused", Confused(loop)},
              {"untried", loop.untried},
              {"failure", loop.failure},
              {"launches", loop.launches}}
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

Evidence Silent(const std::string& why) { return {.silence = why}; }

Evidence Heard(const std::string& text) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return Silent("the helper that launched it died");
  try {
    if (const std::string failure = json.at("failure").get<std::string>(); !failure.empty()) {
      return Silent(failure);
    }
    Observation seen{.probe = "supervise/exit_codes",
                     .outcome = Outcome::kReached,
                     .call = "launched again and again"};
    seen.facts["wrong"] = json.at("wrong").get<std::vector<std::string>>();
    seen.facts["confused"] = json.at("confused").get<std::vector<std::string>>();
    if (const std::string untried = json.at("untried").get<std::string>(); !untried.empty()) {
      seen.facts["untried"] = {untried};
    }
    seen.facts["launches"] = {std::to_string(json.at("launches").get<int>())};
    return {.inside = seen};
  } catch (const Json::exception& error) {
    return Silent(error.what());
  }
}

Result<ForkedHelper> Begin(const SandboxSpec& spec, const std::string& agent_path) {
  TRY(Prepared prepared, Prepare(spec));
  TRY(prepared.plan, PlanLaunch(prepared, agent_path, ""));
  const std::optional<std::string> program = FindProgram(prepared.plan.argv.front(), spec);
  if (!program) return Internal(prepared.plan.argv.front() + " is no executable file");
  return ForkedHelper::Begin([&](int socket) {
    const std::string text = Answer(Launches(prepared, *program, socket).Run());
    static_cast<void>(::send(socket, text.data(), text.size(), MSG_NOSIGNAL));
  });
}

}  // namespace

ExitTrial::ExitTrial(const Spec& spec, const std::string& sandbox, const std::string& agent_path) {
  const auto found = std::ranges::find(spec.sandboxes, sandbox, &SandboxSpec::name);
  if (found == spec.sandboxes.end()) {
    silence_ = "there is no such sandbox";
    return;
  }
  Result<ForkedHelper> helper = Begin(*found, agent_path);
  if (helper) {
    helper_ = *std::move(helper);
  } else {
    silence_ = helper.error().message;
  }
}

Evidence ExitTrial::Take() const {
  if (!silence_.empty()) return Silent(silence_);
  std::string text(std::size_t{64} * 1024, '\0');
  const ssize_t got = ::recv(helper_.socket(), text.data(), text.size(), 0);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return Heard(text);
}

}  // namespace sandproof
