#include "probes/wire/list.h"

#include <algorithm>

namespace sandproof {

namespace {

constexpr char kSeparator = ':';
constexpr std::string_view kColon = "%3A";
constexpr std::string_view kPercent = "%25";

std::string Decoded(std::string_view element) {
  std::string text;
  while (!element.empty()) {
    const bool is_colon = element.starts_with(kColon);
    const bool is_encoded = is_colon || element.starts_with(kPercent);
    if (is_encoded) {
      text += is_colon ? ':' : '%';
    } else {
      text += element.front();
    }
    element.remove_prefix(is_encoded ? kColon.size() : 1);
  }
  return text;
}

}  // namespace

void AppendTo(std::string& list, std::string_view element) {
  if (!list.empty()) list += kSeparator;
  for (const char byte : element) {
    if (byte == kSeparator) {
      list += kColon;
    } else if (byte == '%') {
      list += kPercent;
    } else {
      list += byte;
    }
  }
}

std::string JoinList(const std::vector<std::string>& elements) {
  std::string list;
  for (const std::string& element : elements) AppendTo(list, element);
  return list;
}

std::vector<std::string> SplitList(std::string_view list) {
  std::vector<std::string> elements;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(kSeparator), list.size());
    if (end > 0) elements.push_back(Decoded(list.substr(0, end)));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return elements;
}

}  // namespace sandproof
