#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "harness/spec/property_ref.h"
#include "harness/spec/quote.h"
#include "harness/spec/sandbox.h"
#include "harness/spec/spec.h"
#include "harness/spec/value.h"

namespace sandproof {
namespace {

constexpr std::array<std::string_view, 4> kFileKeys = {"$schema", "sandboxes", "channels",
                                                       "supervisor"};

// Absolute and without symbolic links: what stands in it must compare equal to what the kernel
// shows, and ".." in it must mean what the kernel makes of it.
std::string DirectoryOf(const std::string& file) {
  std::error_code error;
  const std::filesystem::path given = std::filesystem::absolute(file, error);
  const std::filesystem::path real = std::filesystem::weakly_canonical(given.parent_path(), error);
  return (error ? given.parent_path().lexically_normal() : real).string();
}

Result<Document> MakeDocument(const std::string& file,
                              const std::map<std::string, std::string>& variables) {
  Document document{.file = file, .dir = DirectoryOf(file), .names = {}};
  for (const auto& [name, value] : variables) {
    const std::string given = Quoted(fmt::format("{}={}", name, value));
    if (!IsName(name)) {
      return BadInput(fmt::format(
          "--define {}: a name is made of letters, digits and '_', no digit first", given));
    }
    if (name == "dir" || name == "payload") {
      return BadInput(
          fmt::format("--define {}: the name \"{}\" has a meaning already", given, name));
    }
    document.names.emplace(name, value);
  }
  document.names.emplace("dir", document.dir);
  return document;
}

Result<std::vector<SandboxSpec>> ReadSandboxes(const Place& at) {
  TRY(const std::vector<Place> members, at.Members());
  if (members.empty()) return at.Wrong("no sandbox is configured; nothing would be tested");
  std::vector<SandboxSpec> sandboxes;
  for (const Place& member : members) {
    TRY(SandboxSpec sandbox, ReadSandbox(member));
    sandboxes.push_back(std::move(sandbox));
  }
  return sandboxes;
}

Result<Spec> ReadSpec(const Place& at) {
  if (std::optional<Error> wrong = at.WrongKeys(kFileKeys)) return *std::move(wrong);
  if (const std::optional<Place> schema = at.Find("$schema")) {
    TRY(const std::string ignored, schema->String());
  }
  Spec spec{.file = at.document().file};
  TRY(spec.sandboxes, ReadMember(at, "sandboxes", ReadSandboxes));
  std::vector<std::string> names;
  for (const SandboxSpec& sandbox : spec.sandboxes) names.push_back(sandbox.name);
  TRY(const Place sandboxes, at.Require("sandboxes"));
  TRY(const std::vector<Place> members, sandboxes.Members());
  for (const Place& member : members) {
    TRY(const bool is_right, CheckPeers(member, names));
    static_cast<void>(is_right);
  }
  if (const std::optional<Place> channels = at.Find("channels")) {
    TRY(spec.channels, ReadChannels(*channels, names));
  }
  if (const std::optional<Place> supervisor = at.Find(kSupervisorName)) {
    TRY(spec.supervisor, ReadSupervisor(*supervisor));
    const auto taken = std::ranges::find(spec.sandboxes, kSupervisorName, &SandboxSpec::name);
    if (taken != spec.sandboxes.end()) {
      return supervisor->Wrong("a sandbox has this name too; give it another");
    }
  }
  return spec;
}

}  // namespace

Result<Spec> ParseSpec(std::string_view text, const std::string& file,
                       const std::map<std::string, std::string>& variables) {
  if (text.size() > kMaxSpecBytes) {
    return BadInput(fmt::format("{}: {} bytes are more than the {} that a configuration may have",
                                Escaped(file), text.size(), kMaxSpecBytes));
  }
  TRY(const Document document, MakeDocument(file, variables));
  TRY(const JsonNode root, ParseJson(text, file));
  return ReadSpec(Place(document, root));
}

}  // namespace sandproof
