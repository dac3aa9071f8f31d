// From starts to the sandboxes of a configuration.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/capture/launch_prefix.h"
#include "harness/capture/start.h"
#include "harness/spec/spec.h"

namespace sandproof {

struct ComposedDescriptor {
  std::string path = {};  // as it is written: absolute, or from the file's directory
  bool writable = false;
  std::optional<std::string> content = std::nullopt;  // to be written there
};

struct ComposedSandbox {
  std::string name = {};
  std::vector<std::string> launch = {};  // with "{payload}"
  std::vector<std::string> payload = {};
  std::string cwd = {};
  std::map<int, ComposedDescriptor> fds = {};
  bool is_terminal = false;
  std::map<std::string, PathAccess> paths = {};
  std::vector<std::string> notes = {};
  std::vector<std::shared_ptr<CapturedStart>> starts = {};  // the one that names it is first
};

struct Composition {
  std::vector<ComposedSandbox> sandboxes = {};
  std::vector<std::string> troubles = {};  // starts that no sandbox could be made of
};

// One sandbox for each launch line; those that started it with several payloads bear the one that
// ran longest. `side_directory` is where contents are to lie, from the configuration's directory.
[[nodiscard]] Composition Compose(const std::vector<std::shared_ptr<CapturedStart>>& starts,
                                  const Baseline& baseline, const std::string& side_directory);

// The name of a service: "auth" for bun run /app/auth.ts.
[[nodiscard]] std::string NameOfPayload(const std::vector<std::string>& payload);

// The configuration's text. `origin` says what was captured, for its note.
[[nodiscard]] std::string ToConfiguration(const Composition& composition,
                                          const std::string& origin);

}  // namespace sandproof
