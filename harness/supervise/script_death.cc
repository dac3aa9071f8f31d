// A child dies: what becomes of the supervisor, of the others, of what they made.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "harness/supervise/script.h"
#include "harness/supervise/verbs.h"
#include "harness/text_file.h"
#include "suites/property.h"

namespace sandproof::script {

namespace {

using Way = Experiment::Way;
using Clock = Trial::Clock;
using std::chrono::milliseconds;

constexpr const char* kNoticed = "supervisor.crash_noticed_in_time";
constexpr const char* kStatus = "supervisor.exit_code_propagated";
constexpr const char* kSibling = "supervisor.sibling_torn_down";
constexpr const char* kRestart = "supervisor.restart_policy";
constexpr const char* kLogs = "supervisor.logs_of_dead_child_kept";

struct Victim {
  std::string name = {};
  ProcessFacts process = {};
};

struct Deaths {
  std::vector<Victim> victims = {};
  std::vector<ProcessFacts> others = {};  // every process of the other children
  Children before = {};
  Clock::time_point at = {};
  std::string last_words = {};
  UniqueFd output = {};  // where the victim's output goes, if that is a file
};

std::vector<Victim> VictimsOf(const Experiment& one, const Children& children) {
  std::vector<Victim> victims;
  for (const auto& [name, child] : children) {
    if (one.kind != Experiment::Kind::kAllDie && name != one.child) continue;
    if (one.way == Way::kLauncherSignal) victims.push_back({name, child.root});
    if (one.way != Way::kLauncherSignal && child.service) victims.push_back({name, *child.service});
  }
  return victims;
}

std::string DoneTo(const Experiment& one, const Victim& victim) {
  const std::string whom =
      one.way == Way::kLauncherSignal ? victim.name + "'s launcher" : victim.name;
  if (one.way == Way::kSignal || one.way == Way::kLauncherSignal) {
    return fmt::format("kill({}, {})", whom, SignalName(one.number));
  }
  return fmt::format("exit_group({}) in {}", one.number, whom);
}

// A file that the victim's output goes to, opened before it dies.
UniqueFd OutputFileOf(const ProcessFacts& process) {
  const std::string path = fmt::format("/proc/{}/fd/1", process.pid);
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return UniqueFd();
  return UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
}

std::string Kill(const Experiment& one, const Victim& victim, const std::string& last_words) {
  if (one.way == Way::kExit) return MakeExit(victim.process, one.number, last_words);
  if (std::string why = WhyNotBy(victim.process, one.number); !why.empty()) return why;
  const int error = SendSignal(HoldOn(victim.process), one.number);
  return error == 0 ? "" : "pidfd_send_signal: " + ErrnoName(error);
}

// Brings the system to where the child can die. Empty, or why not.
std::string AwaitVictim(Trial& trial, const Experiment& one) {
  if (std::string why = trial.Start(/*terminal=*/false); !why.empty()) return why;
  return one.before_ready ? trial.AwaitService(one.child) : trial.AwaitReady();
}

// Until the victims are dead. A crash handler can hang in what the crash interrupted: a lock that
// it wants, held below it. The experiment is about the supervisor, so that the crash is then made
// to end its process.
std::string AwaitDeaths(Trial& trial, const Experiment& one, SeenList& seen, Deaths& deaths) {
  constexpr auto kHandling = std::chrono::seconds(1);
  constexpr auto kDying = std::chrono::seconds(5);
  deaths.at = Clock::now();
  const auto are_dead = [&] {
    return std::ranges::none_of(deaths.victims, [](const Victim& v) { return IsAlive(v.process); });
  };
  const bool is_crash = one.way == Way::kSignal && IsCrash(one.number);
  if (is_crash && !trial.system().WaitUntil(are_dead, deaths.at + kHandling)) {
    for (const Victim& victim : deaths.victims) {
      if (!IsAlive(victim.process)) continue;
      const std::string why = CrashAgain(victim.process, one.number);
      seen.Fact("handler_of_" + victim.name,
                why.empty() ? "hung, taken away after 1 s" : "hung: " + why);
    }
  }
  if (trial.system().WaitUntil(are_dead, deaths.at + kDying)) return {};
  return fmt::format("{}: it still ran 5 s later", DoneTo(one, deaths.victims.front()));
}

// Has the victims die, and waits until they are dead.
std::string Induce(Trial& trial, const Experiment& one, SeenList& seen, Deaths& deaths) {
  deaths.before = trial.FindChildren();
  deaths.victims = VictimsOf(one, deaths.before);
  if (deaths.victims.empty()) return one.child + " is not there";
  const std::vector<ProcessFacts> all = trial.system().Processes();
  for (const auto& [name, child] : deaths.before) {
    const auto is_victim = [&, &child_name = name](const Victim& v) {
      return v.name == child_name;
    };
    if (std::ranges::any_of(deaths.victims, is_victim)) continue;
    deaths.others.push_back(child.root);
    if (child.service) deaths.others.push_back(*child.service);
  }
  if (one.way == Way::kExit && one.number != 0 && !one.before_ready) {
    deaths.last_words = fmt::format("last words {}\n", Clock::now().time_since_epoch().count());
    deaths.output = OutputFileOf(deaths.victims.front().process);
  }
  seen.Did(DoneTo(one, deaths.victims.front()) +
           (deaths.victims.size() > 1 ? " and all others" : ""));
  for (const Victim& victim : deaths.victims) {
    const std::string why = Kill(one, victim, deaths.last_words);
    if (why.empty()) continue;
    // Of several, the supervisor may have been quicker with those that come after the first.
    if (&victim == &deaths.victims.front() || IsAlive(victim.process)) {
      return fmt::format("{} cannot be induced: {}", DoneTo(one, victim), why);
    }
    seen.Fact("end_of_" + victim.name, "by the supervisor, before it was its turn");
  }
  if (std::string why = AwaitDeaths(trial, one, seen, deaths); !why.empty()) return why;
  const Clock::time_point now = Clock::now();
  seen.Fact("died_after", Ms(now - deaths.at));
  deaths.at = now;  // a service may take its time over SIGTERM
  return {};
}

bool IsReplaced(Trial& trial, const Deaths& deaths) {
  const Children now = trial.FindChildren();
  return std::ranges::all_of(deaths.victims, [&](const Victim& victim) {
    const auto found = now.find(victim.name);
    const auto old = deaths.before.find(victim.name);
    return found != now.end() && found->second.service &&
           !found->second.service->IsSame(*old->second.service) &&
           !found->second.service->IsSame(victim.process);
  });
}

void TellRestart(Trial& trial, const Deaths& deaths, SeenList& seen) {
  const milliseconds limit = trial.spec().death_limit;
  const bool is_back =
      trial.system().WaitUntil([&] { return trial.system().status() || IsReplaced(trial, deaths); },
                               deaths.at + limit, milliseconds(5)) &&
      !trial.system().status();
  if (trial.system().is_abandoned()) return seen.Silence("interrupted");
  std::vector<std::string> wrong;
  if (is_back) seen.Fact("back_after", Ms(Clock::now() - deaths.at));
  if (!is_back) wrong.push_back(fmt::format("not started again within {}", Seconds(limit)));
  seen.Tell(kRestart, wrong);
  seen.Tell(kNoticed, trial.system().status() ? std::vector<std::string>() : wrong);
}

bool IsRightStatus(const Trial& trial, const Experiment& one, int status) {
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  if (code == 0) return false;
  if (trial.spec().status == StatusRule::kNonzero) return true;
  const bool is_signal = one.way == Way::kSignal || one.way == Way::kLauncherSignal;
  // A child that ended well has no status that could be told as its own.
  return one.number == 0 || code == (is_signal ? 128 + one.number : one.number);
}

// The status of a supervisor that has not ended: what it is once everything else has.
void TellLateStatus(Trial& trial, SeenList& seen) {
  for (const auto& [name, child] : trial.FindChildren()) {
    static_cast<void>(SendSignal(HoldOn(child.root), SIGKILL));
    if (child.service) static_cast<void>(SendSignal(HoldOn(*child.service), SIGKILL));
  }
  constexpr auto kMore = std::chrono::seconds(2);
  const bool has_ended = trial.system().WaitUntil(
      [&] { return trial.system().status().has_value(); }, Clock::now() + kMore);
  if (!has_ended) return seen.Tell(kStatus, {"no status: it never ended"});
  const int status = *trial.system().status();
  seen.Fact("status", StatusText(status) + ", once all its children were ended");
  const bool is_zero = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  seen.Tell(kStatus,
            is_zero ? std::vector<std::string>{StatusText(status)} : std::vector<std::string>());
}

void TellEnd(Trial& trial, const Experiment& one, const Deaths& deaths, SeenList& seen) {
  const milliseconds limit = trial.spec().death_limit;
  System& system = trial.system();
  const Clock::time_point deadline = deaths.at + limit;
  const bool has_ended = system.WaitUntil([&] { return system.status().has_value(); }, deadline);
  const auto others_are_gone = [&] { return std::ranges::none_of(deaths.others, IsAlive); };
  static_cast<void>(system.WaitUntil(others_are_gone, deadline));
  const auto all_gone = [&] { return system.is_gone(); };
  if (has_ended) static_cast<void>(system.WaitUntil(all_gone, deadline));
  if (system.is_abandoned()) return seen.Silence("interrupted");
  std::vector<std::string> survivors;
  for (const ProcessFacts& other : deaths.others) {
    if (IsAlive(other)) survivors.push_back(other.Describe());
  }
  std::vector<std::string> late;
  if (has_ended) {
    const auto took = system.ended_at() - deaths.at;
    seen.Fact("ended_after", Ms(std::max(took, Clock::duration::zero())));
    seen.Fact("status", StatusText(*system.status()));
  } else {
    const bool is_back = IsReplaced(trial, deaths);
    late.push_back(is_back ? fmt::format("still running after {}; it started the child again, "
                                         "which \"restart\": true would declare",
                                         Seconds(limit))
                           : Late(limit));
  }
  seen.Tell(kNoticed, late);
  seen.Tell(kSibling, survivors);
  if (!has_ended) {
    seen.Tell(kLeft, {"the system itself: the supervisor has not ended"});
    return TellLateStatus(trial, seen);
  }
  const bool is_right = IsRightStatus(trial, one, *system.status());
  seen.Tell(kStatus, is_right ? std::vector<std::string>()
                              : std::vector<std::string>{StatusText(*system.status())});
  seen.Tell(kLeft, trial.Leftovers(/*with_sockets=*/true));
}

std::string FileText(const UniqueFd& file) {
  constexpr std::size_t kMost = std::size_t{8} * 1024 * 1024;
  if (!file || ::lseek(file.get(), 0, SEEK_SET) != 0) return {};
  return ReadRest(file.get(), kMost).value_or("");
}

// Whoever writes the words down may do so after the child's end: they have as long as the rest, or
// until nobody is left who could.
void TellLogs(Trial& trial, const Deaths& deaths, SeenList& seen) {
  if (deaths.last_words.empty()) return;
  System& system = trial.system();
  const std::string words = deaths.last_words.substr(0, deaths.last_words.size() - 1);
  const auto is_kept = [&] {
    return system.log().find(words) != std::string::npos ||
           FileText(deaths.output).find(words) != std::string::npos;
  };
  system.Wait(milliseconds(0));  // what came since the last wait, even past the limit
  static_cast<void>(
      system.WaitUntil([&] { return is_kept() || (system.is_gone() && !system.has_output()); },
                       deaths.at + trial.spec().death_limit));
  if (system.is_abandoned()) return seen.Silence("interrupted");
  seen.Tell(kLogs, is_kept()
                       ? std::vector<std::string>()
                       : std::vector<std::string>{
                             "what the child wrote last is neither in the output nor in a file"});
}

}  // namespace

void Death(Trial& trial, const Experiment& one, SeenList& seen) {
  if (const std::string why = AwaitVictim(trial, one); !why.empty()) return seen.Silence(why);
  if (!one.before_ready) seen.Fact("ready_after", Ms(trial.ready_after()));
  Deaths deaths;
  if (const std::string why = Induce(trial, one, seen, deaths); !why.empty()) {
    return seen.Silence(why);
  }
  if (trial.spec().restarts) {
    TellRestart(trial, deaths, seen);
    return TellLogs(trial, deaths, seen);
  }
  TellEnd(trial, one, deaths, seen);
  TellLogs(trial, deaths, seen);
  const bool is_hard = one.kind == Experiment::Kind::kDeath && one.way == Way::kSignal &&
                       one.number == SIGKILL && !one.before_ready;
  if (is_hard) StartAgain(trial, seen);
}

}  // namespace sandproof::script
