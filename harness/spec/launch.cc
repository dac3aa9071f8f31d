// The argument vectors of a sandbox.
#include <fmt/format.h>

#include <algorithm>

#include "harness/spec/sandbox.h"
#include "harness/spec/value.h"

namespace sandproof {
namespace {

Result<std::string> ReadLaunchElement(const Place& at) {
  TRY(std::string text, at.String());
  if (text == kPayloadElement) return text;
  TRY(std::string expanded, Expand(at, text));
  if (expanded != kPayloadElement) return expanded;
  return at.Wrong(fmt::format(
      "{} would be taken for the payload's place, which is written \"{{payload}}\"", Quoted(text)));
}

// A launcher with a slash in its name is found from the file's directory, not from wherever
// sandproof is started; one without is looked up in PATH when it is launched.
Result<std::string> ReadLauncher(const Place& at) {
  TRY(std::string program, ReadLaunchElement(at));
  if (program.empty()) return at.Unexpected("the name of a program");
  if (program.find('/') == std::string::npos) return program;
  return HostPath(at, at.node().text);
}

std::optional<Error> WrongPayloadElements(const Place& at, const std::vector<std::string>& launch) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < launch.size(); ++i) {
    if (launch[i] == kPayloadElement) found.push_back(i);
  }
  if (found.empty()) {
    return at.Wrong(
        "no element is \"{payload}\"; put \"{payload}\" in place of the payload's own command, "
        "usually last: [..., \"--\", \"{payload}\"]");
  }
  if (found.size() > 1) {
    return at.Wrong(
        fmt::format("\"{{payload}}\" must stand once, found at [{}] and [{}]", found[0], found[1]));
  }
  return std::nullopt;
}

}  // namespace

Result<std::vector<std::string>> ReadLaunch(const Place& at) {
  TRY(const std::vector<Place> elements, at.Elements());
  if (elements.empty()) return at.Unexpected("the launcher's command with \"{payload}\" in it");
  std::vector<std::string> launch;
  for (const Place& element : elements) {
    TRY(std::string text, launch.empty() ? ReadLauncher(element) : ReadLaunchElement(element));
    launch.push_back(std::move(text));
  }
  if (std::optional<Error> wrong = WrongPayloadElements(at, launch)) return *std::move(wrong);
  return launch;
}

Result<std::vector<std::string>> ReadCommand(const Place& at, std::string_view what) {
  TRY(const std::vector<Place> elements, at.Elements());
  if (elements.empty()) return at.Unexpected(std::string(what));
  std::vector<std::string> command;
  for (const Place& element : elements) {
    TRY(std::string word, ReadExpanded(element));
    command.push_back(std::move(word));
  }
  if (command.front().empty()) return elements.front().Unexpected("the name of a program");
  return command;
}

Result<std::vector<std::string>> ReadPayload(const Place& at) {
  return ReadCommand(at, "the payload's command");
}

}  // namespace sandproof
