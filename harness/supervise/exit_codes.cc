#include "harness/supervise/exit_codes.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <nlohmann/json.hpp>

#include "harness/collect/descriptors.h"
#include "harness/collect/prepare.h"
#include "harness/process/forked_helper.h"
#include "harness/supervise/system.h"

namespace sandproof {

namespace {

using Json = nlohmann::json;

// The edges, what shells and container runtimes give a meaning, and what they make of signals.
constexpr int kExits[] = {0,   1,   2,   3,   7,   42,  64,  77,  99,  100, 124, 125, 126,
                          127, 128, 129, 130, 134, 137, 139, 143, 159, 200, 254, 255};
constexpr int kSignals[] = {SIGKILL, SIGSEGV, SIGABRT, SIGSYS, SIGTERM};

struct Loop {
  std::vector<std::string> wrong = {};
  std::vector<std::string> confused = {};
  std::string failure = {};
  int launches = 0;
};

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
  if (!prepared.spec->env) system_order.env = OwnEnvironment();
  if (prepared.spec->env) {
    for (const auto& [name, value] : *prepared.spec->env) {
      system_order.env.push_back(fmt::format("{}={}", name, value));
    }
  }
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

void Note(const std::string& way, int expected, int status, Loop& loop,
          std::map<std::string, std::string>& ways) {
  const int code = CodeOf(status);
  if (expected >= 0 ? code != expected : code == 0) {
    loop.wrong.push_back(fmt::format("{} comes out as {}", way, StatusText(status)));
  }
  const auto [first, is_new] = ways.emplace(StatusText(status), way);
  if (!is_new) {
    loop.confused.push_back(fmt::format("{} and {} ({})", first->second, way, StatusText(status)));
  }
}

Loop RunLoop(const Prepared& prepared, const std::string& program, int owner) {
  Loop loop;
  std::map<std::string, std::string> ways;
  const auto launch = [&](const std::string& way, const std::string& order, int expected) {
    if (!loop.failure.empty()) return;
    const Result<int> status = EndOf(prepared, program, order, owner);
    ++loop.launches;
    if (!status) loop.failure = fmt::format("{}: {}", way, status.error().message);
    if (status) Note(way, expected, *status, loop, ways);
  };
  for (const int code : kExits) {
    launch(fmt::format("exit {}", code), fmt::format("sandproof-end exit {}\n", code), code);
  }
  // What a shell makes of a signal is 128 and its number; what counts is that it is no success.
  for (const int signal : kSignals) {
    launch(SignalName(signal), fmt::format("sandproof-end kill {}\n", signal), -1);
  }
  return loop;
}

std::string Answer(const Loop& loop) {
  return Json{{"wrong", loop.wrong},
              {"confused", loop.confused},
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
    seen.facts["launches"] = {std::to_string(json.at("launches").get<int>())};
    return {.inside = seen};
  } catch (const Json::exception& error) {
    return Silent(error.what());
  }
}

Result<Evidence> Look(const SandboxSpec& spec, const std::string& agent_path) {
  TRY(Prepared prepared, Prepare(spec));
  TRY(prepared.plan, PlanLaunch(prepared, agent_path, ""));
  const std::optional<std::string> program = FindProgram(prepared.plan.argv.front(), spec);
  if (!program) return Silent(prepared.plan.argv.front() + " is no executable file");
  TRY(const ForkedHelper helper, ForkedHelper::Begin([&](int socket) {
        const std::string text = Answer(RunLoop(prepared, *program, socket));
        static_cast<void>(::send(socket, text.data(), text.size(), MSG_NOSIGNAL));
      }));
  std::string text(std::size_t{64} * 1024, '\0');
  const ssize_t got = ::recv(helper.socket(), text.data(), text.size(), 0);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return Heard(text);
}

}  // namespace

Evidence ExitStatusEvidence(const Spec& spec, const std::string& sandbox,
                            const std::string& agent_path) {
  const auto found = std::ranges::find(spec.sandboxes, sandbox, &SandboxSpec::name);
  if (found == spec.sandboxes.end()) return Silent("there is no such sandbox");
  const Result<Evidence> evidence = Look(*found, agent_path);
  return evidence ? *evidence : Silent(evidence.error().message);
}

}  // namespace sandproof
