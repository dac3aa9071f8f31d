// The descriptors that a launcher is given.
#include <fmt/format.h>

#include <array>
#include <charconv>

#include "harness/spec/sandbox.h"
#include "harness/spec/value.h"

namespace sandproof {
namespace {

constexpr int kLowest = 3;
constexpr int kHighest = 1023;

// Without leading zeros, so that no descriptor can be given twice under two keys.
Result<int> ReadNumber(const Place& at) {
  const std::string& key = at.key();
  int number = 0;
  const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), number);
  const bool is_whole = error == std::errc() && end == key.data() + key.size();
  if (is_whole && !key.starts_with('0') && number >= kLowest && number <= kHighest) return number;
  return at.Wrong(
      fmt::format("a descriptor's number is a decimal from {} to {}", kLowest, kHighest));
}

Result<std::string> ReadDescriptorPath(const Place& at) {
  TRY(const std::string text, at.String());
  return HostPath(at, text);
}

Result<GivenDescriptor> ReadDescriptor(const Place& at) {
  constexpr std::array<std::string_view, 2> kDescriptorKeys = {"path", "mode"};
  GivenDescriptor given;
  TRY(given.fd, ReadNumber(at));
  if (at.node().kind == JsonKind::kString) {
    TRY(given.path, ReadDescriptorPath(at));
    return given;
  }
  if (at.node().kind != JsonKind::kObject) {
    return at.Unexpected("a path, or an object with \"path\" and \"mode\"");
  }
  if (std::optional<Error> wrong = at.WrongKeys(kDescriptorKeys)) return *std::move(wrong);
  TRY(given.path, ReadMember(at, "path", ReadDescriptorPath));
  if (const std::optional<Place> mode = at.Find("mode")) {
    TRY(given.writable, ReadWord<bool>(*mode, {{"r", false}, {"rw", true}}));
  }
  return given;
}

}  // namespace

Result<std::vector<GivenDescriptor>> ReadDescriptors(const Place& at) {
  TRY(const std::vector<Place> members, at.Members());
  std::vector<GivenDescriptor> descriptors;
  for (const Place& member : members) {
    TRY(GivenDescriptor given, ReadDescriptor(member));
    descriptors.push_back(std::move(given));
  }
  return descriptors;
}

}  // namespace sandproof
