#include "harness/driver/bwrap_args.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "harness/spec/spec.h"

namespace sandproof {
namespace {

struct Known {
  std::string_view name = {};
  std::size_t operands = 0;
};

constexpr std::size_t kMaxWords = 9000;  // MAX_ARGS in bubblewrap.c

// bwrap --help of 0.8.0; --argv0 came with 0.9, --level-prefix and the overlays with 0.11.
constexpr auto kKnown = std::to_array<Known>({
    {"--help", 0},
    {"--version", 0},
    {"--args", 1},
    {"--argv0", 1},
    {"--level-prefix", 0},
    {"--unshare-all", 0},
    {"--share-net", 0},
    {"--unshare-user", 0},
    {"--unshare-user-try", 0},
    {"--unshare-ipc", 0},
    {"--unshare-pid", 0},
    {"--unshare-net", 0},
    {"--unshare-uts", 0},
    {"--unshare-cgroup", 0},
    {"--unshare-cgroup-try", 0},
    {"--userns", 1},
    {"--userns2", 1},
    {"--disable-userns", 0},
    {"--assert-userns-disabled", 0},
    {"--pidns", 1},
    {"--uid", 1},
    {"--gid", 1},
    {"--hostname", 1},
    {"--chdir", 1},
    {"--clearenv", 0},
    {"--setenv", 2},
    {"--unsetenv", 1},
    {"--lock-file", 1},
    {"--sync-fd", 1},
    {"--bind", 2},
    {"--bind-try", 2},
    {"--dev-bind", 2},
    {"--dev-bind-try", 2},
    {"--ro-bind", 2},
    {"--ro-bind-try", 2},
    {"--bind-fd", 2},
    {"--ro-bind-fd", 2},
    {"--overlay-src", 1},
    {"--overlay", 3},
    {"--tmp-overlay", 1},
    {"--ro-overlay", 1},
    {"--remount-ro", 1},
    {"--exec-label", 1},
    {"--file-label", 1},
    {"--proc", 1},
    {"--dev", 1},
    {"--tmpfs", 1},
    {"--mqueue", 1},
    {"--dir", 1},
    {"--file", 2},
    {"--bind-data", 2},
    {"--ro-bind-data", 2},
    {"--symlink", 2},
    {"--seccomp", 1},
    {"--add-seccomp-fd", 1},
    {"--block-fd", 1},
    {"--userns-block-fd", 1},
    {"--info-fd", 1},
    {"--json-status-fd", 1},
    {"--new-session", 0},
    {"--die-with-parent", 0},
    {"--as-pid-1", 0},
    {"--cap-add", 1},
    {"--cap-drop", 1},
    {"--perms", 1},
    {"--size", 1},
    {"--chmod", 2},
});

Error Unknown(const std::string& word) {
  std::vector<std::string> names;
  for (const Known& known : kKnown) names.emplace_back(known.name);
  const std::string nearest = Nearest(word, names);
  if (nearest.empty()) return BadInput(fmt::format("bwrap has no option {}", word));
  return BadInput(fmt::format("bwrap has no option {}; the nearest is {}", word, nearest));
}

class Parser {
 public:
  explicit Parser(const std::optional<BwrapFiles>& files) : files_(files) {}

  // Reads options up to "--" or the first other word; the index of that word.
  Result<std::size_t> Read(std::span<const std::string> words, int file);
  BwrapArguments Take() { return std::move(arguments_); }

 private:
  Result<BwrapOption> ReadOption(std::span<const std::string> words, BwrapPosition at);
  Result<std::size_t> ReadFile(const BwrapOption& args);

  const std::optional<BwrapFiles>& files_;
  BwrapArguments arguments_;
  std::size_t words_read_ = 0;
};

Result<std::size_t> Parser::Read(std::span<const std::string> words, int file) {
  words_read_ += words.size();
  if (words_read_ > kMaxWords)
    return BadInput(fmt::format("bwrap takes no more than {} arguments", kMaxWords));
  std::size_t at = 0;
  while (at < words.size() && words[at].starts_with('-') && words[at] != "--") {
    TRY(const BwrapOption option, ReadOption(words, {.file = file, .index = at}));
    at += 1 + option.operands.size();
    arguments_.options.push_back(option);
    if (option.name != "--args") continue;
    TRY([[maybe_unused]] const std::size_t ignored, ReadFile(option));
  }
  return at;
}

Result<BwrapOption> Parser::ReadOption(std::span<const std::string> words, BwrapPosition at) {
  const std::string& name = words[at.index];
  const auto* const known = std::ranges::find(kKnown, name, &Known::name);
  if (known == kKnown.end()) return Unknown(name);
  const std::span<const std::string> rest = words.subspan(at.index + 1);
  if (rest.size() < known->operands) {
    return BadInput(fmt::format("bwrap {} takes {} operand{}, and {} follow{}", name,
                                known->operands, known->operands == 1 ? "" : "s", rest.size(),
                                rest.size() == 1 ? "s" : ""));
  }
  BwrapOption option{.name = name, .position = at};
  for (const std::string& operand : rest.first(known->operands)) option.operands.push_back(operand);
  return option;
}

// bwrap stops at the file's first word that is no option and forgets the rest: a command in the
// file is never run.
Result<std::size_t> Parser::ReadFile(const BwrapOption& args) {
  if (args.position.file >= 0) return BadInput("bwrap refuses --args in an --args file");
  const int fd = ParseDescriptor(args.operands.front());
  if (fd < 0) {
    return BadInput(
        fmt::format("bwrap --args {}: not a descriptor's number", args.operands.front()));
  }
  arguments_.files.push_back(fd);
  if (!files_) return std::size_t{0};
  const auto found = files_->find(fd);
  if (found == files_->end())
    return Internal(fmt::format("bwrap --args {}: what the descriptor holds is not known", fd));
  return Read(SplitBwrapFile(found->second), fd);
}

}  // namespace

std::string BwrapOption::ToString() const {
  if (operands.empty()) return name;
  return fmt::format("{} {}", name, fmt::join(operands, " "));
}

std::vector<std::string> SplitBwrapFile(std::string_view content) {
  std::vector<std::string> words;
  while (!content.empty()) {
    const std::size_t length = std::min(content.find('\0'), content.size());
    words.emplace_back(content.substr(0, length));
    content.remove_prefix(std::min(length + 1, content.size()));
  }
  return words;
}

std::string JoinBwrapFile(const std::vector<std::string>& words) {
  std::string content;
  for (const std::string& word : words) content.append(word).push_back('\0');
  return content;
}

int ParseDescriptor(std::string_view word) {
  int fd = -1;
  const char* const end = word.data() + word.size();
  const std::from_chars_result parsed = std::from_chars(word.data(), end, fd);
  return parsed.ec == std::errc() && parsed.ptr == end && fd >= 0 ? fd : -1;
}

Result<BwrapArguments> ParseBwrapArguments(std::span<const std::string> words,
                                           const std::optional<BwrapFiles>& files) {
  Parser parser(files);
  TRY(const std::size_t end, parser.Read(words, -1));
  BwrapArguments arguments = parser.Take();
  arguments.end = end;
  arguments.command = end < words.size() && words[end] == "--" ? end + 1 : end;
  return arguments;
}

}  // namespace sandproof
