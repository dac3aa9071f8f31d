#include "harness/capture/source_line.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <filesystem>
#include <sstream>

#include "harness/process/child_processes.h"
#include "harness/text_file.h"
#include "probes/wire/start_record.h"
#include "probes/wire/text.h"

namespace sandproof {
namespace {

constexpr std::uintmax_t kLargestScript = 1U << 20U;
constexpr std::size_t kReach = 60;  // lines over which one command is taken to go
constexpr int kMostAncestors = 16;

std::vector<std::string_view> Lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

bool IsComment(std::string_view line) {
  const std::size_t at = line.find_first_not_of(" \t");
  return at != std::string_view::npos &&
         (line[at] == '#' || line.substr(at).starts_with("//") || line[at] == '*');
}

// Whether the word stands there, and is no part of a longer one.
bool Bears(std::string_view line, std::string_view word) {
  const auto is_of_word = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
  };
  for (std::size_t at = line.find(word); at != std::string_view::npos;
       at = line.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool is_begun = at > 0 && is_of_word(line[at - 1]) && is_of_word(word.front());
    const bool goes_on = end < line.size() && is_of_word(line[end]);
    if (!is_begun && !goes_on) return true;
  }
  return false;
}

std::size_t Score(std::span<const std::string_view> lines, std::span<const std::string> argv) {
  std::size_t score = 0;
  for (const std::string& word : argv.subspan(1)) {
    if (word.size() < 3) continue;
    const bool is_there = std::ranges::any_of(
        lines, [&](std::string_view line) { return !IsComment(line) && Bears(line, word); });
    score += is_there ? 1 : 0;
  }
  return score;
}

// Words behind NUL, as in /proc/PID/cmdline.
std::vector<std::string> CommandLine(int pid) {
  std::vector<std::string> words;
  std::istringstream stream(ReadTextFile(fmt::format("/proc/{}/cmdline", pid)));
  for (std::string word; std::getline(stream, word, '\0');) words.push_back(word);
  return words;
}

// How far a shell has read its script, which bash keeps at descriptor 255.
long ReadTo(int pid) {
  const std::vector<std::string> words =
      StatusWords(ReadTextFile(fmt::format("/proc/{}/fdinfo/255", pid)), "pos");
  return words.empty() ? -1 : std::atol(words.front().c_str());
}

struct Script {
  std::string path = {};
  std::string text = {};
};

// The script among an interpreter's arguments: the first that is a text file.
Script ScriptAmong(std::span<const std::string> command, const std::string& cwd) {
  for (const std::string& word : command) {
    if (word.empty() || word.starts_with('-')) continue;
    const std::string path = word.front() == '/' ? word : cwd + '/' + word;
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) continue;
    if (std::filesystem::file_size(path, error) > kLargestScript || error) continue;
    std::string text = ReadTextFile(path);
    if (text.empty() || text.find('\0') != std::string::npos) continue;
    return {path, std::move(text)};
  }
  return {};
}

std::string Located(const Script& script, std::span<const std::string> argv, long read_to) {
  const std::vector<int> lines = LinesThatStart(script.text, argv, read_to);
  if (lines.empty()) return {};
  return fmt::format("{}:{}", std::filesystem::path(script.path).filename().string(),
                     fmt::join(lines, " or "));
}

}  // namespace

std::vector<int> LinesThatStart(std::string_view script, std::span<const std::string> argv,
                                long read_to) {
  if (argv.empty()) return {};
  const std::string_view program = BaseName(argv.front());
  const std::vector<std::string_view> lines = Lines(script);
  std::vector<std::size_t> candidates;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!IsComment(lines[i]) && Bears(lines[i], program)) candidates.push_back(i);
  }
  std::vector<int> best;
  std::size_t most = 0;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const std::size_t next = i + 1 < candidates.size() ? candidates[i + 1] : lines.size();
    const std::size_t end = std::min(next, candidates[i] + kReach);
    const std::size_t score =
        Score(std::span(lines).subspan(candidates[i], end - candidates[i]), argv);
    if (score > most) best.clear();
    most = std::max(most, score);
    if (score == most) best.push_back(static_cast<int>(candidates[i]) + 1);
  }
  if (best.size() < 2 || read_to < 0) return best;
  // A shell has read up to the end of the command that it runs.
  const auto read =
      std::count(script.begin(),
                 script.begin() + std::min<long>(read_to, static_cast<long>(script.size())), '\n');
  const auto behind = std::ranges::find_if(best, [&](int line) { return line > read; });
  if (behind == best.begin()) return best;
  return {*(behind - 1)};
}

std::string FindSource(int pid, int top, std::span<const std::string> launcher,
                       std::span<const std::string> argv) {
  int at = ParentOf(pid);
  for (int i = 0; i < kMostAncestors && at > 1 && at != top; ++i, at = ParentOf(at)) {
    std::error_code error;
    const auto cwd = std::filesystem::read_symlink(fmt::format("/proc/{}/cwd", at), error);
    const std::vector<std::string> command = CommandLine(at);
    for (const std::string& from : {cwd.string(), std::filesystem::current_path().string()}) {
      std::string found = Located(ScriptAmong(command, from), argv, ReadTo(at));
      if (!found.empty()) return found;
    }
  }
  return Located(ScriptAmong(launcher, std::filesystem::current_path().string()), argv, -1);
}

}  // namespace sandproof
