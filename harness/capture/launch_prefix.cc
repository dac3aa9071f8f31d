#include "harness/capture/launch_prefix.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/capability.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <string_view>

#include "reports/redact.h"

namespace sandproof {
namespace {

using Words = std::vector<std::string>;

// What every shell sets anew, and no launcher means.
constexpr auto kNoise = std::to_array<std::string_view>({"_", "SHLVL", "PWD", "OLDPWD"});

constexpr auto kLimits = std::to_array<std::pair<std::string_view, std::string_view>>(
    {{"Max cpu time", "cpu"},
     {"Max file size", "fsize"},
     {"Max data size", "data"},
     {"Max stack size", "stack"},
     {"Max core file size", "core"},
     {"Max resident set", "rss"},
     {"Max processes", "nproc"},
     {"Max open files", "nofile"},
     {"Max locked memory", "memlock"},
     {"Max address space", "as"},
     {"Max file locks", "locks"},
     {"Max pending signals", "sigpending"},
     {"Max msgqueue size", "msgqueue"},
     {"Max nice priority", "nice"},
     {"Max realtime priority", "rtprio"},
     {"Max realtime timeout", "rttime"}});

std::string Field(const std::string& status, std::string_view name, std::size_t index = 0) {
  const Words words = StatusWords(status, name);
  return index < words.size() ? words[index] : "";
}

std::uint64_t Mask(const std::string& status, std::string_view name) {
  const std::string digits = Field(status, name);
  std::uint64_t mask = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), mask, 16);
  return mask;
}

std::map<std::string, std::string> Variables(const Words& env) {
  std::map<std::string, std::string> variables;
  for (const std::string& entry : env) {
    const std::size_t equals = entry.find('=');
    if (equals != std::string::npos) {
      variables.try_emplace(entry.substr(0, equals), entry.substr(equals + 1));
    }
  }
  return variables;
}

bool IsNoise(std::string_view name) { return std::ranges::find(kNoise, name) != kNoise.end(); }

bool Has(const Words& env, const std::string& entry) {
  return std::ranges::find(env, entry) != env.end();
}

// --- descriptors and umask: a shell
// ---------------------------------------------------------------

bool ClosesDescriptors(const StartRecord& record, const Baseline& baseline) {
  return std::ranges::none_of(baseline.marked_fds, [&](int fd) {
    return std::ranges::find(record.fds, fd, &StartDescriptor::fd) != record.fds.end();
  });
}

// Closes what is neither standard nor among "$keep".
constexpr const char* kClose =
    "keep=$0; for fd in /proc/self/fd/*; do fd=${fd##*/}; "
    "case \" 0 1 2 $keep \" in *\" $fd \"*) ;; *) exec {fd}>&- ;; esac; done; ";

// A file that standard error goes to; empty where that is none.
std::string ErrorLog(const StartRecord& record, const Baseline& baseline) {
  const auto error = std::ranges::find(record.fds, 2, &StartDescriptor::fd);
  const bool is_file = error != record.fds.end() && S_ISREG(error->mode);
  if (!is_file || baseline.IsOurs(*error)) return {};
  return ::access(error->target.c_str(), W_OK) == 0 ? error->target : "";
}

std::string Quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

void AddShell(const StartRecord& record, const Baseline& baseline, const std::vector<int>& kept,
              LaunchPrefix& prefix) {
  const std::string umask = Field(record.status, "Umask");
  const bool sets_umask = !umask.empty() && umask != Field(baseline.status, "Umask");
  const std::string log = ErrorLog(record, baseline);
  const bool closes = ClosesDescriptors(record, baseline);
  if (!sets_umask && log.empty() && !closes) return;
  std::string script = closes ? kClose : "";
  if (sets_umask) script += fmt::format("umask {}; ", umask);
  script += "exec \"$@\"";
  if (!log.empty()) script += " 2>>" + Quoted(log);
  // Only bash closes descriptors of more than one digit.
  prefix.words = closes ? Words{"/bin/bash", "-pc"} : Words{"/bin/sh", "-c"};
  prefix.words.push_back(script);
  prefix.words.push_back(closes ? fmt::format("{}", fmt::join(kept, " ")) : "sh");
  if (closes)
    prefix.notes.emplace_back("no descriptor of the caller's reached it: they are closed");
  if (sets_umask) prefix.notes.push_back("its umask was " + umask);
  if (!log.empty()) prefix.notes.push_back("its standard error is appended to " + log);
}

// --- resource limits
// ------------------------------------------------------------------------------

// "soft:hard" of one line of /proc/PID/limits.
std::string LimitOf(const std::string& limits, std::string_view name) {
  const std::size_t at = limits.find(name);
  if (at == std::string::npos) return {};
  const std::string line =
      limits.substr(at + name.size(), limits.find('\n', at) - at - name.size());
  const Words words = StatusWords("x:" + line, "x");
  return words.size() < 2 ? "" : words[0] + ':' + words[1];
}

void AddLimits(const StartRecord& record, const Baseline& baseline, LaunchPrefix& prefix) {
  Words options;
  for (const auto& [name, option] : kLimits) {
    const std::string limit = LimitOf(record.limits, name);
    if (limit.empty() || limit == LimitOf(baseline.limits, name)) continue;
    options.push_back(fmt::format("--{}={}", option, limit));
  }
  if (options.empty()) return;
  prefix.words.emplace_back("/usr/bin/prlimit");
  prefix.words.insert(prefix.words.end(), options.begin(), options.end());
  prefix.notes.push_back(fmt::format("its limits differ: {}", fmt::join(options, " ")));
}

// --- environment and signals
// ----------------------------------------------------------------------

// "INT,TERM" of a mask; without what the baseline has too.
std::string Signals(std::uint64_t mask) {
  Words names;
  for (int signal = 1; signal <= 31; ++signal) {
    const bool is_in = (mask >> static_cast<unsigned>(signal - 1) & 1U) != 0;
    const char* name = is_in ? ::sigabbrev_np(signal) : nullptr;
    if (name != nullptr) names.emplace_back(name);
  }
  return fmt::format("{}", fmt::join(names, ","));
}

bool IsCleared(const StartRecord& record, const Baseline& baseline) {
  return !Has(record.env, baseline.marker);
}

Words Changes(const StartRecord& record, const Baseline& baseline) {
  Words words;
  const auto now = Variables(record.env);
  const auto before = Variables(baseline.env);
  for (const auto& [name, value] : before) {
    if (!now.contains(name) && !IsNoise(name)) words.insert(words.end(), {"-u", name});
  }
  for (const auto& [name, value] : now) {
    const auto was = before.find(name);
    if (IsNoise(name) || (was != before.end() && was->second == value)) continue;
    words.push_back(name + '=' + value);
  }
  return words;
}

void AddEnvironment(const StartRecord& record, const Baseline& baseline, LaunchPrefix& prefix) {
  Words words;
  const std::string ignored = Signals(Mask(record.status, "SigIgn"));
  const std::string blocked = Signals(Mask(record.status, "SigBlk"));
  if (!ignored.empty()) words.push_back("--ignore-signal=" + ignored);
  if (!blocked.empty()) words.push_back("--block-signal=" + blocked);
  const bool is_cleared = IsCleared(record, baseline);
  if (is_cleared) words.emplace_back("-i");
  const Words variables = is_cleared ? record.env : Changes(record, baseline);
  words.insert(words.end(), variables.begin(), variables.end());
  if (words.empty()) return;
  prefix.words.emplace_back("/usr/bin/env");
  prefix.words.insert(prefix.words.end(), words.begin(), words.end());
  prefix.notes.emplace_back(is_cleared ? "its environment is the launcher's own, whole"
                                       : "it inherits the environment, with these changes");
}

// --- identity
// ---------------------------------------------------------------------------------------

// "-all,+chown" for setpriv(1).
std::string CapabilityWords(std::uint64_t mask) {
  std::string words = "-all";
  for (int number = 0; number < 64; ++number) {
    if ((mask >> static_cast<unsigned>(number) & 1U) == 0) continue;
    char* name = ::cap_to_name(static_cast<cap_value_t>(number));
    if (name == nullptr) continue;
    const std::string_view text = name;
    words += fmt::format(",+{}", text.starts_with("cap_") ? text.substr(4) : text);
    ::cap_free(name);
  }
  return words;
}

Words SortedGroups(const std::string& status) {
  Words groups = StatusWords(status, "Groups");
  std::ranges::sort(groups);
  return groups;
}

Words IdentityWords(const StartRecord& record, const Baseline& baseline) {
  Words words;
  const std::string uid = Field(record.status, "Uid", 1);
  const std::string gid = Field(record.status, "Gid", 1);
  const Words groups = SortedGroups(record.status);
  const bool is_same = uid == Field(baseline.status, "Uid", 1) &&
                       gid == Field(baseline.status, "Gid", 1) &&
                       groups == SortedGroups(baseline.status);
  if (is_same) return words;
  words = {"--reuid=" + uid, "--regid=" + gid};
  words.push_back(groups.empty() ? "--clear-groups"
                                 : fmt::format("--groups={}", fmt::join(groups, ",")));
  return words;
}

void AddIdentity(const StartRecord& record, const Baseline& baseline, LaunchPrefix& prefix) {
  const bool is_other = Field(record.status, "Uid", 1) != Field(baseline.status, "Uid", 1);
  // Somebody else's user namespace shows groups and capabilities that are none of the launcher's.
  if (!baseline.is_root && !is_other) return;
  Words words = IdentityWords(record, baseline);
  const bool is_become = !words.empty();
  for (const auto& [field, option] :
       std::to_array<std::pair<const char*, const char*>>({{"CapInh", "--inh-caps"},
                                                           {"CapAmb", "--ambient-caps"},
                                                           {"CapBnd", "--bounding-set"}})) {
    const std::uint64_t mask = Mask(record.status, field);
    if (mask == Mask(baseline.status, field)) continue;
    words.push_back(fmt::format("{}={}", option, CapabilityWords(mask)));
  }
  if (Field(record.status, "NoNewPrivs") != Field(baseline.status, "NoNewPrivs")) {
    words.emplace_back("--no-new-privs");
  }
  if (words.empty()) return;
  prefix.words.emplace_back("/usr/bin/setpriv");
  prefix.words.insert(prefix.words.end(), words.begin(), words.end());
  if (is_become) {
    prefix.notes.push_back(fmt::format("it was started as uid {}, so run this as root",
                                       Field(record.status, "Uid", 1)));
  }
}

void NoteNamespaces(const StartRecord& record, const Baseline& baseline, LaunchPrefix& prefix) {
  Words other;
  for (const auto& [name, link] : record.namespaces) {
    const auto ours = baseline.namespaces.find(name);
    const bool differs = ours != baseline.namespaces.end() && !link.empty() &&
                         !ours->second.empty() && ours->second != link;
    if (differs) other.push_back(name);
  }
  if (other.empty()) return;
  prefix.notes.push_back(fmt::format(
      "TO DECIDE: the launcher had put it into other namespaces ({}) before it started; put what "
      "makes them (unshare, nsenter, ip netns exec) before it",
      fmt::join(other, ", ")));
}

void NoteFilter(const StartRecord& record, const Baseline& baseline, LaunchPrefix& prefix) {
  if (Field(record.status, "Seccomp") == Field(baseline.status, "Seccomp")) return;
  prefix.notes.emplace_back(
      "TO DECIDE: a system call filter stood before it started; put what sets it before it");
}

}  // namespace

bool Baseline::IsOurs(const StartDescriptor& fd) const {
  if (std::ranges::find(marked_fds, fd.fd) != marked_fds.end()) return true;
  return std::ranges::any_of(fds, [&](const StartDescriptor& one) {
    return one.fd == fd.fd && one.device == fd.device && one.inode == fd.inode;
  });
}

LaunchPrefix PrefixFor(const StartRecord& record, const Baseline& baseline,
                       const std::vector<int>& kept) {
  LaunchPrefix prefix;
  AddShell(record, baseline, kept, prefix);
  AddLimits(record, baseline, prefix);
  AddEnvironment(record, baseline, prefix);
  AddIdentity(record, baseline, prefix);
  NoteNamespaces(record, baseline, prefix);
  NoteFilter(record, baseline, prefix);
  return prefix;
}

std::vector<std::string> SecretNames(const StartRecord& record, const Baseline& baseline) {
  const Words own = IsCleared(record, baseline) ? record.env : Changes(record, baseline);
  Words names;
  for (const auto& [name, value] : Variables(own)) {
    if (IsSecretName(name) && !value.empty() && !value.starts_with('/')) names.push_back(name);
  }
  return names;
}

}  // namespace sandproof
