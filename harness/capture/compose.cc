#include "harness/capture/compose.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <set>
#include <span>

#include "harness/driver/bwrap_args.h"
#include "harness/driver/bwrap_layout.h"
#include "harness/driver/bwrap_promises.h"
#include "probes/wire/text.h"

namespace sandproof {
namespace {

using Words = std::vector<std::string>;
using StartPtr = std::shared_ptr<CapturedStart>;

// Options of bwrap that talk over a descriptor, or hold it, and what they do with /dev/null there.
constexpr auto kTalks = std::to_array<std::string_view>(
    {"--sync-fd", "--block-fd", "--userns-block-fd", "--info-fd", "--json-status-fd"});

bool IsScript(const std::string& name) {
  constexpr auto kEndings = std::to_array<std::string_view>(
      {".ts", ".js", ".mjs", ".cjs", ".mts", ".tsx", ".jsx", ".py", ".pyc", ".rb", ".pl", ".sh",
       ".lua", ".php", ".jar", ".tcl", ".R"});
  return std::ranges::any_of(
      kEndings, [&](auto ending) { return name.size() > ending.size() && name.ends_with(ending); });
}

// Letters, digits, '.', '_' and '-', a letter or digit first, 60 at most.
std::string Sane(const std::string& text) {
  std::string name;
  for (const char c : text) {
    const bool is_letter =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (is_letter || (!name.empty() && (c == '.' || c == '_' || c == '-'))) name += c;
    if (name.size() == 60) break;
  }
  return name.empty() || name == "note" ? "sandbox" : name;
}

std::string FreeName(const std::string& wanted, const std::vector<ComposedSandbox>& sandboxes) {
  std::string name = wanted;
  const auto is_taken = [&](const ComposedSandbox& one) { return one.name == name; };
  for (int i = 2; std::ranges::any_of(sandboxes, is_taken); ++i) {
    name = fmt::format("{}-{}", wanted, i);
  }
  return name;
}

// What a start ran bwrap with, and how: equal for two starts of the same sandbox.
std::string KeyOf(const CapturedStart& start, const LaunchPrefix& prefix) {
  const std::span<const std::string> own = std::span(start.record.argv).subspan(1);
  std::string key = start.record.program + '\n' + start.record.cwd + '\n';
  key += EncodeStart({.argv = {own.begin(), own.begin() + static_cast<long>(start.command) - 1}});
  key += EncodeStart({.argv = prefix.words});
  for (const StartDescriptor& fd : start.record.fds) {
    // Pipes and the like have other numbers each time.
    const bool is_named = fd.target.starts_with('/');
    key += fmt::format("{} {} {}\n", fd.fd > 2 ? fd.fd : 0, fd.is_terminal,
                       fd.fd > 2 && is_named ? fd.target : "");
  }
  for (const auto& [fd, content] : start.content) key += fmt::format("{} {}\n", fd, content);
  return key;
}

std::chrono::steady_clock::duration Lifetime(const CapturedStart& start) {
  return start.ended ? *start.ended - start.began : std::chrono::steady_clock::duration::max();
}

bool IsOpenable(const StartDescriptor& fd) {
  struct stat status = {};
  return fd.target.starts_with('/') && ::stat(fd.target.c_str(), &status) == 0 &&
         status.st_dev == fd.device && status.st_ino == fd.inode;
}

bool IsWritable(const StartDescriptor& fd) { return (fd.flags & 3U) != 0; }

std::string KindOf(const StartDescriptor& fd) {
  if (S_ISREG(fd.mode)) return "file";
  if (S_ISDIR(fd.mode)) return "directory";
  if (S_ISFIFO(fd.mode)) return "pipe";
  if (S_ISSOCK(fd.mode)) return "socket";
  if (fd.is_terminal) return "terminal";
  return S_ISCHR(fd.mode) ? "device" : "object";
}

class Composer {
 public:
  Composer(const Baseline& baseline, std::string side)
      : baseline_(baseline), side_(std::move(side)) {}

  void Add(const StartPtr& start) {
    const CapturedStart& one = *start;
    if (!one.trouble.empty()) {
      composition_.troubles.push_back(fmt::format("{}: {}", Whence(one), one.trouble));
      return;
    }
    const auto payload = one.record.argv.begin() + static_cast<std::ptrdiff_t>(one.command);
    if (std::find(one.record.argv.begin(), payload, "{payload}") != payload) {
      composition_.troubles.push_back(Whence(one) +
                                      ": a word \"{payload}\" of its own cannot be written down");
      return;
    }
    const LaunchPrefix prefix = PrefixFor(one.record, baseline_, {});
    const std::string key = KeyOf(one, prefix);
    const auto known = std::ranges::find(keys_, key);
    if (known == keys_.end()) {
      keys_.push_back(key);
      composition_.sandboxes.emplace_back();
      composition_.sandboxes.back().starts.push_back(start);
      return;
    }
    auto& starts = composition_.sandboxes[static_cast<std::size_t>(known - keys_.begin())].starts;
    // Whoever runs longest is the service; what ends soon asked it something.
    const bool is_longer = Lifetime(one) > Lifetime(*starts.front());
    starts.insert(is_longer ? starts.begin() : starts.end(), start);
  }

  Composition Done() {
    std::vector<ComposedSandbox> done;
    for (ComposedSandbox& sandbox : composition_.sandboxes) {
      Fill(sandbox);
      sandbox.name = FreeName(Sane(NameOfPayload(sandbox.payload)), done);
      NameContents(sandbox);
      done.push_back(std::move(sandbox));
    }
    composition_.sandboxes = std::move(done);
    return std::move(composition_);
  }

 private:
  static std::string Whence(const CapturedStart& start) {
    return start.source.empty() ? start.record.program : start.source;
  }

  void Fill(ComposedSandbox& sandbox) const {
    const CapturedStart& start = *sandbox.starts.front();
    const StartRecord& record = start.record;
    sandbox.notes.push_back(start.source.empty()
                                ? "started by a line that was not found"
                                : fmt::format("started by {} (found by search)", start.source));
    TakeDescriptors(start, sandbox);
    std::vector<int> kept;
    for (const auto& [fd, given] : sandbox.fds) kept.push_back(fd);
    LaunchPrefix prefix = PrefixFor(record, baseline_, kept);
    sandbox.launch = std::move(prefix.words);
    sandbox.launch.push_back(record.program.starts_with('/') ? record.program
                                                             : record.cwd + '/' + record.program);
    const auto command = static_cast<std::ptrdiff_t>(start.command);
    sandbox.launch.insert(sandbox.launch.end(), record.argv.begin() + 1,
                          record.argv.begin() + command);
    sandbox.launch.emplace_back("{payload}");
    sandbox.payload.assign(record.argv.begin() + command, record.argv.end());
    sandbox.cwd = record.cwd;
    sandbox.notes.insert(sandbox.notes.end(), prefix.notes.begin(), prefix.notes.end());
    ReadArguments(start, sandbox);
    NoteStarts(sandbox);
    NoteSecrets(record, sandbox);
  }

  void TakeDescriptors(const CapturedStart& start, ComposedSandbox& sandbox) const {
    for (const StartDescriptor& fd : start.record.fds) {
      if (fd.fd <= 2) {
        sandbox.is_terminal = sandbox.is_terminal || fd.is_terminal;
        continue;
      }
      if (!baseline_.IsOurs(fd)) TakeDescriptor(start, fd, sandbox);
    }
    if (sandbox.is_terminal) sandbox.notes.emplace_back("it had a terminal");
  }

  static bool IsTalkedOver(const CapturedStart& start, int fd) {
    const std::span<const std::string> words(start.record.argv.data(), start.command);
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
      const bool talks = std::ranges::find(kTalks, words[i]) != kTalks.end();
      if (talks && ParseDescriptor(words[i + 1]) == fd) return true;
    }
    return false;
  }

  static void TakeDescriptor(const CapturedStart& start, const StartDescriptor& fd,
                             ComposedSandbox& sandbox) {
    const auto content = start.content.find(fd.fd);
    const bool has_content = content != start.content.end();
    const bool is_talk = IsTalkedOver(start, fd.fd);
    const bool is_readable = S_ISREG(fd.mode) || S_ISDIR(fd.mode) || S_ISCHR(fd.mode);
    // A file that was read from or written to already is given anew only for want of better.
    const bool is_untouched = fd.offset == 0 || !(has_content || is_talk);
    if (fd.fd > 1023) {
      sandbox.notes.push_back(fmt::format("descriptor {} is beyond what can be given", fd.fd));
    } else if (IsOpenable(fd) && is_readable && is_untouched) {
      sandbox.fds[fd.fd] = {.path = fd.target, .writable = IsWritable(fd)};
    } else if (has_content) {
      sandbox.fds[fd.fd] = {.content = content->second};
      sandbox.notes.push_back(
          fmt::format("descriptor {} was a {}; what it held is kept", fd.fd, KindOf(fd)));
    } else if (is_talk) {
      sandbox.fds[fd.fd] = {.path = "/dev/null", .writable = true};
      sandbox.notes.push_back(
          fmt::format("descriptor {} was a {}, over which bwrap talks; /dev/null stands for it",
                      fd.fd, KindOf(fd)));
    } else {
      sandbox.notes.push_back(fmt::format(
          "TO DECIDE: descriptor {} ({}, {}) reached it, which no configuration can give; close it "
          "in the launcher, or mind that it is not judged",
          fd.fd, KindOf(fd), fd.target));
    }
  }

  static void ReadArguments(const CapturedStart& start, ComposedSandbox& sandbox) {
    const std::span<const std::string> words = std::span(start.record.argv).subspan(1);
    const Result<BwrapArguments> arguments = ParseBwrapArguments(words, start.content);
    if (!arguments) return;
    const BwrapLayout layout = LayOut(*arguments, {.cwd = start.record.cwd});
    const Promises promises = PromisesOf(*arguments, layout);
    for (const PathPromise& promise : promises.paths) {
      const bool is_fresh = promise.source.empty();
      const bool is_covered =
          IsAtOrBelow(promise.path, "/proc") || IsAtOrBelow(promise.path, "/dev");
      // What is made fresh and read-only says nothing that the line does not.
      if (is_covered || (is_fresh && promise.access != PathAccess::kPrivate)) continue;
      sandbox.paths[promise.path] = promise.access;
    }
    if (!promises.namespaces.contains("net")) {
      sandbox.notes.emplace_back(
          "TO DECIDE: it shares the host's network, which the profile expects to be out of reach: "
          "\"net\" and the net.* of \"expect\" say what it may reach");
    }
  }

  static void NoteStarts(ComposedSandbox& sandbox) {
    std::set<std::string> others;
    for (const StartPtr& start : sandbox.starts) {
      const Words payload(start->record.argv.begin() + static_cast<std::ptrdiff_t>(start->command),
                          start->record.argv.end());
      if (payload != sandbox.payload) others.insert(fmt::format("{}", fmt::join(payload, " ")));
    }
    if (sandbox.starts.size() > 1) {
      sandbox.notes.push_back(fmt::format("started {} times", sandbox.starts.size()));
    }
    if (!others.empty()) {
      sandbox.notes.push_back(fmt::format("also with the payload: {}", fmt::join(others, "; ")));
    }
  }

  void NoteSecrets(const StartRecord& record, ComposedSandbox& sandbox) const {
    const Words names = SecretNames(record, baseline_);
    if (names.empty()) return;
    sandbox.notes.push_back(fmt::format(
        "TO DECIDE: the value of {} looks secret; write {{NAME}} in its place and give it by "
        "--define",
        fmt::join(names, ", ")));
  }

  void NameContents(ComposedSandbox& sandbox) const {
    for (auto& [fd, given] : sandbox.fds) {
      if (given.content) given.path = fmt::format("{}/{}.{}", side_, sandbox.name, fd);
    }
  }

  const Baseline& baseline_;
  std::string side_;
  std::vector<std::string> keys_ = {};
  Composition composition_ = {};
};

}  // namespace

std::string NameOfPayload(const std::vector<std::string>& payload) {
  // The last script: what comes before it may be an interpreter's own.
  for (auto word = payload.rbegin(); word != payload.rend(); ++word) {
    const std::string name(BaseName(*word));
    if (IsScript(name)) return name.substr(0, name.rfind('.'));
  }
  return payload.empty() ? "" : std::string(BaseName(payload.front()));
}

Composition Compose(const std::vector<StartPtr>& starts, const Baseline& baseline,
                    const std::string& side_directory) {
  Composer composer(baseline, side_directory);
  for (const StartPtr& start : starts) composer.Add(start);
  return composer.Done();
}

}  // namespace sandproof
