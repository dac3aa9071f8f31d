#include "probes/wire/start_record.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

#include "probes/wire/request.h"
#include "probes/wire/text.h"

namespace sandproof {

namespace {

constexpr std::string_view kFirstLine = "sandproof-start 1";
constexpr std::string_view kTail = "SANDPROOF-STAND-IN-1\n";
constexpr std::size_t kDigits = 16;

template <typename Number>
bool Parse(std::string_view text, Number& number, int base = 10) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  return error == std::errc() && end == text.data() + text.size();
}

void Line(std::string& text, std::string_view key, std::string_view value) {
  text += key;
  text += ' ';
  text += PercentEncode(value);
  text += '\n';
}

std::string FdLine(const StartDescriptor& fd) {
  std::string line = "fd " + std::to_string(fd.fd);
  for (const unsigned long number :
       {static_cast<unsigned long>(fd.mode), static_cast<unsigned long>(fd.flags),
        static_cast<unsigned long>(fd.offset), static_cast<unsigned long>(fd.device),
        static_cast<unsigned long>(fd.inode), static_cast<unsigned long>(fd.is_terminal)}) {
    line += ' ' + std::to_string(number);
  }
  return line + ' ' + PercentEncode(fd.target) + '\n';
}

bool TakeFd(std::string_view value, StartRecord& record) {
  StartDescriptor fd;
  unsigned is_terminal = 0;
  const bool is_right = Parse(Cut(value, ' '), fd.fd) && Parse(Cut(value, ' '), fd.mode) &&
                        Parse(Cut(value, ' '), fd.flags) && Parse(Cut(value, ' '), fd.offset) &&
                        Parse(Cut(value, ' '), fd.device) && Parse(Cut(value, ' '), fd.inode) &&
                        Parse(Cut(value, ' '), is_terminal);
  std::optional<std::string> target = PercentDecode(value);
  if (!is_right || !target || fd.fd < 0) return false;
  fd.is_terminal = is_terminal != 0;
  fd.target = *std::move(target);
  record.fds.push_back(std::move(fd));
  return true;
}

bool TakeNamespace(std::string_view value, StartRecord& record) {
  const std::string name(Cut(value, ' '));
  std::optional<std::string> link = PercentDecode(value);
  if (name.empty() || !link) return false;
  record.namespaces.insert_or_assign(name, *std::move(link));
  return true;
}

bool Take(std::string_view key, std::string_view value, StartRecord& record) {
  if (key == "fd") return TakeFd(value, record);
  if (key == "ns") return TakeNamespace(value, record);
  std::optional<std::string> text = PercentDecode(value);
  if (!text) return false;
  if (key == "arg") {
    record.argv.push_back(*std::move(text));
  } else if (key == "env") {
    record.env.push_back(*std::move(text));
  } else if (key == "called") {
    record.called = *std::move(text);
  } else if (key == "program") {
    record.program = *std::move(text);
  } else if (key == "cwd") {
    record.cwd = *std::move(text);
  } else if (key == "status") {
    record.status = *std::move(text);
  } else if (key == "limits") {
    record.limits = *std::move(text);
  } else {
    return false;
  }
  return true;
}

std::string Hex(std::size_t number) {
  char digits[kDigits + 1];
  std::snprintf(digits, sizeof digits, "%016zx", number);
  return digits;
}

}  // namespace

std::string EncodeStart(const StartRecord& record) {
  std::string text = std::string(kFirstLine) + '\n';
  Line(text, "called", record.called);
  Line(text, "program", record.program);
  for (const std::string& word : record.argv) Line(text, "arg", word);
  for (const std::string& word : record.env) Line(text, "env", word);
  Line(text, "cwd", record.cwd);
  Line(text, "status", record.status);
  Line(text, "limits", record.limits);
  for (const auto& [name, link] : record.namespaces) {
    text += "ns " + name + ' ' + PercentEncode(link) + '\n';
  }
  for (const StartDescriptor& fd : record.fds) text += FdLine(fd);
  return text + "end\n";
}

std::optional<StartRecord> DecodeStart(std::string_view text) {
  if (!text.ends_with("\nend\n") || Cut(text, '\n') != kFirstLine) return std::nullopt;
  StartRecord record;
  while (!text.empty()) {
    std::string_view line = Cut(text, '\n');
    if (line == "end") return text.empty() ? std::optional(std::move(record)) : std::nullopt;
    const std::string_view key = Cut(line, ' ');
    if (!Take(key, line, record)) return std::nullopt;
  }
  return std::nullopt;
}

std::vector<std::string> StatusWords(std::string_view status, std::string_view name) {
  std::vector<std::string> words;
  while (!status.empty()) {
    std::string_view line = Cut(status, '\n');
    if (Cut(line, ':') != name) continue;
    while (!line.empty()) {
      const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
      if (end > 0) words.emplace_back(line.substr(0, end));
      line.remove_prefix(std::min(end + 1, line.size()));
    }
    break;
  }
  return words;
}

std::string EncodeStandIn(const StandIn& stand_in) {
  std::string text;
  Line(text, "socket", stand_in.socket);
  Line(text, "directory", stand_in.directory);
  for (const auto& [path, now] : stand_in.hides) {
    text += "hides " + PercentEncode(path) + ' ' + PercentEncode(now) + '\n';
  }
  return stand_in.program + text + Hex(stand_in.program.size()) + Hex(text.size()) +
         std::string(kTail);
}

std::optional<StandIn> DecodeStandIn(std::string_view file) {
  if (!file.ends_with(kTail)) return std::nullopt;
  file.remove_suffix(kTail.size());
  if (file.size() < 2 * kDigits) return std::nullopt;
  std::size_t text_size = 0;
  std::size_t program_size = 0;
  const std::string_view sizes = file.substr(file.size() - 2 * kDigits);
  file.remove_suffix(2 * kDigits);
  if (!Parse(sizes.substr(0, kDigits), program_size, 16) ||
      !Parse(sizes.substr(kDigits), text_size, 16) || text_size > file.size() ||
      program_size > file.size() - text_size) {
    return std::nullopt;
  }
  StandIn stand_in;
  std::string_view text = file.substr(file.size() - text_size);
  stand_in.program = file.substr(file.size() - text_size - program_size, program_size);
  while (!text.empty()) {
    std::string_view line = Cut(text, '\n');
    const std::string_view key = Cut(line, ' ');
    const std::optional<std::string> value = PercentDecode(Cut(line, ' '));
    const std::optional<std::string> second = PercentDecode(line);
    if (!value || !second) return std::nullopt;
    if (key == "socket") stand_in.socket = *value;
    if (key == "directory") stand_in.directory = *value;
    if (key == "hides") stand_in.hides[*value] = *second;
  }
  return stand_in;
}

}  // namespace sandproof
