// Lines for a terminal: colour and wrapping, nothing about sandboxes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sandproof {

enum class Ink : std::uint8_t { kPlain, kBold, kDim, kRed, kYellow, kGreen, kBlue };

// The beginning of a line: what is printed, and how many columns that takes without the colours.
class Strip {
 public:
  explicit Strip(bool color) : color_(color) {}

  Strip& Add(Ink ink, std::string_view text);
  [[nodiscard]] const std::string& Text() const { return text_; }
  [[nodiscard]] std::size_t Width() const { return width_; }

 private:
  bool color_;
  std::string text_ = {};
  std::size_t width_ = 0;
};

// A text that grows by lines.
class Page {
 public:
  // Units: width in columns, 0 for no limit.
  Page(bool color, std::size_t width) : color_(color), width_(width) {}

  [[nodiscard]] Strip NewStrip() const { return Strip(color_); }

  // The strip, two spaces and the text, which goes on lines of its own where it does not fit.
  void AddLine(const Strip& strip, std::string_view text);

  // The same with a tail in colours, which goes on a line of its own and is not broken.
  void AddLine(const Strip& strip, const Strip& tail);

  // "     seen     mount(/app): reached", wrapped below the text.
  void AddDetail(std::string_view label, std::string_view text);

  void AddBlank() { text_ += '\n'; }
  [[nodiscard]] const std::string& Text() const { return text_; }

 private:
  [[nodiscard]] bool IsRoomFor(std::size_t columns) const {
    return width_ == 0 || columns <= width_;
  }
  void AddWrapped(std::string_view text, std::size_t indent);

  bool color_;
  std::size_t width_;
  std::string text_ = {};
};

}  // namespace sandproof
