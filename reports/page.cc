#include "reports/page.h"

#include <algorithm>
#include <array>

namespace sandproof {

namespace {

constexpr std::size_t kIndent = 5;
constexpr std::size_t kLabelWidth = 9;
constexpr std::size_t kLeastText = 20;  // columns; a narrower terminal gets overlong lines

constexpr std::array<std::string_view, 7> kCodes = {
    "", "\x1b[1m", "\x1b[2m", "\x1b[1;31m", "\x1b[1;33m", "\x1b[32m", "\x1b[34m"};

// Columns, if every character takes one. Wide characters are rare in paths; a line that holds them
// wraps late, nothing worse.
std::size_t ColumnsOf(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char raw) { return (static_cast<unsigned char>(raw) & 0xc0U) != 0x80; }));
}

}  // namespace

Strip& Strip::Add(Ink ink, std::string_view text) {
  const std::string_view code = kCodes.at(static_cast<std::size_t>(ink));
  if (color_ && !code.empty()) {
    text_.append(code).append(text).append("\x1b[0m");
  } else {
    text_ += text;
  }
  width_ += ColumnsOf(text);
  return *this;
}

void Page::AddLine(const Strip& strip, std::string_view text) {
  text_ += strip.Text();
  if (!text.empty() && IsRoomFor(strip.Width() + 2 + ColumnsOf(text))) {
    text_.append("  ").append(text);
  } else if (!text.empty()) {
    text_.append("\n").append(std::string(kIndent, ' '));
    AddWrapped(text, kIndent);
  }
  text_ += '\n';
}

void Page::AddLine(const Strip& strip, const Strip& tail) {
  text_ += strip.Text();
  text_ += IsRoomFor(strip.Width() + 2 + tail.Width()) ? "  " : "\n" + std::string(kIndent, ' ');
  text_ += tail.Text() + '\n';
}

void Page::AddDetail(std::string_view label, std::string_view text) {
  std::string padded(label);
  padded.resize(std::max(kLabelWidth, label.size() + 1), ' ');
  text_.append(kIndent, ' ').append(NewStrip().Add(Ink::kDim, padded).Text());
  AddWrapped(text, kIndent + padded.size());
  text_ += '\n';
}

// Breaks at spaces only: a path or a flag stays in one piece, to be copied.
void Page::AddWrapped(std::string_view text, std::size_t indent) {
  const std::size_t room = width_ == 0 ? std::string::npos : std::max(width_, indent + kLeastText);
  std::size_t column = indent;
  bool is_first = true;
  while (!text.empty()) {
    const std::size_t space = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, space);
    text.remove_prefix(std::min(space + 1, text.size()));
    const std::size_t width = ColumnsOf(word);
    if (!is_first && column + 1 + width > room) {
      text_.append("\n").append(indent, ' ');
      column = indent;
    } else if (!is_first) {
      text_ += ' ';
      ++column;
    }
    text_ += word;
    column += width;
    is_first = false;
  }
}

}  // namespace sandproof
