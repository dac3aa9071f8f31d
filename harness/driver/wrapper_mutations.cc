#include "harness/driver/wrapper_mutations.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "probes/wire/text.h"

namespace sandproof {
namespace {

using Words = std::span<const std::string>;

bool IsKnown(std::string_view word) {
  return BaseName(word) == "setpriv" || BaseName(word) == "env";
}

// Options of setpriv(1) whose value may be the next word.
constexpr auto kWithValue = std::to_array<std::string_view>(
    {"--ambient-caps", "--inh-caps", "--bounding-set", "--ruid", "--euid", "--rgid", "--egid",
     "--reuid", "--regid", "--groups", "--securebits", "--pdeathsig", "--selinux-label",
     "--apparmor-profile", "--landlock-access", "--landlock-rule", "--seccomp-filter"});

// One option of a wrapper, as it is written.
struct Flag {
  std::string name = {};
  std::string text = {};  // with its value
  std::size_t at = 0;
  std::size_t count = 1;
};

Flag FlagAt(Words words, std::size_t at) {
  const std::string& word = words[at];
  Flag flag{.name = word.substr(0, word.find('=')), .text = word, .at = at};
  const bool has_value = word.find('=') == std::string::npos && at + 1 < words.size() &&
                         std::ranges::find(kWithValue, flag.name) != kWithValue.end();
  if (!has_value) return flag;
  flag.text += ' ' + words[at + 1];
  flag.count = 2;
  return flag;
}

bool IsGroups(const Flag& flag) {
  return flag.name == "--clear-groups" || flag.name == "--groups" || flag.name == "--init-groups";
}

bool IsCapabilities(const Flag& flag) {
  return flag.name == "--ambient-caps" || flag.name == "--inh-caps" ||
         flag.name == "--bounding-set";
}

class Drafter {
 public:
  Drafter(std::size_t offset, const WrapperFacts& facts) : offset_(offset), facts_(facts) {}

  void Setpriv(const Flag& flag);
  void Env(const Flag& flag);
  void Program(Words words, std::size_t at);
  std::vector<MutationDraft> Take() { return std::move(drafts_); }

 private:
  MutationDraft& Add(const Flag& flag, std::string_view program,
                     const std::vector<std::string>& weaker);

  std::size_t offset_;
  const WrapperFacts& facts_;
  std::vector<MutationDraft> drafts_ = {};
};

MutationDraft& Drafter::Add(const Flag& flag, std::string_view program,
                            const std::vector<std::string>& weaker) {
  const std::string text = fmt::format("{} {}", program, flag.text);
  const std::string into = weaker.empty() ? "dropped" : weaker.front();
  drafts_.push_back({.mutation = {.id = fmt::format("{} → {}", text, into), .flag = flag.name},
                     .words = {{.at = offset_ + flag.at, .count = flag.count, .words = weaker}},
                     .is_drop = weaker.empty()});
  return drafts_.back();
}

void Drafter::Setpriv(const Flag& flag) {
  if (flag.name == "--keep-groups") return;
  // setpriv refuses a gid without a word on the groups.
  MutationDraft& draft =
      Add(flag, "setpriv",
          IsGroups(flag) ? std::vector<std::string>{"--keep-groups"} : std::vector<std::string>());
  if (IsCapabilities(flag)) draft.mutation.covered_by = facts_.drops_all;
  if (IsGroups(flag) && !facts_.has_groups) {
    draft.mutation.unobservable = "whoever starts it has no supplementary groups to keep";
  }
}

void Drafter::Env(const Flag& flag) {
  const bool is_protection = flag.name == "-i" || flag.name == "-" || flag.name.starts_with("-u") ||
                             flag.name == "--ignore-environment" || flag.name == "--unset";
  if (is_protection) static_cast<void>(Add(flag, "env", {}));
}

void Drafter::Program(Words words, std::size_t at) {
  const Flag flag{.name = std::string(BaseName(words.front())),
                  .text = fmt::format("{}", fmt::join(words, " ")),
                  .at = at,
                  .count = words.size()};
  drafts_.push_back({.mutation = {.id = flag.text + " → dropped", .flag = flag.name},
                     .words = {{.at = offset_ + at, .count = flag.count}},
                     .is_drop = true});
}

bool IsAssignment(std::string_view word) { return word.find('=') != std::string_view::npos; }

// Where the command of env begins; takes its options on the way.
std::size_t ReadEnv(Words words, std::size_t at, Drafter& drafter) {
  for (++at; at < words.size(); ++at) {
    const std::string& word = words[at];
    if (!word.starts_with('-') && !IsAssignment(word)) break;
    if (!word.starts_with('-')) continue;
    Flag flag{.name = word.substr(0, word.find('=')), .text = word, .at = at};
    if (word == "-u" && at + 1 < words.size()) {
      flag.text += ' ' + words[at + 1];
      flag.count = 2;
    }
    drafter.Env(flag);
    at += flag.count - 1;
  }
  return at;
}

std::size_t ReadSetpriv(Words words, std::size_t at, Drafter& drafter) {
  const std::size_t begin = at++;
  while (at < words.size() && words[at].starts_with('-') && words[at] != "--") {
    const Flag flag = FlagAt(words, at);
    drafter.Setpriv(flag);
    at += flag.count;
  }
  if (at < words.size() && words[at] == "--") ++at;
  // Without the uid alone, root may be left with less than it needs to start anything.
  drafter.Program(words.subspan(begin, at - begin), begin);
  return at;
}

}  // namespace

std::vector<MutationDraft> DraftWrappers(Words words, std::size_t offset,
                                         const WrapperFacts& facts) {
  Drafter drafter(offset, facts);
  for (std::size_t at = 0; at < words.size();) {
    if (BaseName(words[at]) == "setpriv") {
      at = ReadSetpriv(words, at, drafter);
    } else if (BaseName(words[at]) == "env") {
      at = ReadEnv(words, at, drafter);
    } else {
      const auto next =
          std::find_if(words.begin() + static_cast<std::ptrdiff_t>(at) + 1, words.end(), IsKnown);
      const auto end = static_cast<std::size_t>(next - words.begin());
      drafter.Program(words.subspan(at, end - at), at);
      at = end;
    }
  }
  return drafter.Take();
}

unsigned UidBehind(Words words, unsigned uid) {
  for (std::size_t at = 0; at < words.size(); ++at) {
    const Flag flag = FlagAt(words, at);
    if (flag.name != "--reuid" && flag.name != "--ruid") continue;
    const std::string_view value =
        std::string_view(flag.text).substr(flag.text.find_first_of("= ") + 1);
    // A name that is no number is somebody, and hardly root.
    unsigned number = value == "root" ? 0 : ~0U;
    std::from_chars(value.data(), value.data() + value.size(), number);
    uid = number;
  }
  return uid;
}

}  // namespace sandproof
