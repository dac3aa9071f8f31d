#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "harness/cli/cli.h"
#include "harness/cli/host.h"
#include "harness/collect/fingerprint.h"

namespace sandproof::cli {

namespace {

Result<int> Act() {
  TRY(const std::string agent, FindAgentBinary());
  const Fingerprint host = TakeFingerprint();
  fmt::print("sandproof {} on Linux {} {}, LSMs: {}\n{}\n\n", host.tool_version, host.kernel,
             host.architecture, host.lsms, host.identity);
  for (const HostAbility& one : HostAbilities(agent)) {
    fmt::print("{:8} {:4} {}\n", one.name, one.is_there ? "yes" : "no", one.detail);
    if (!one.is_there) fmt::print("              for {}; {}\n", one.means, one.remedy);
  }
  fmt::print(
      "\nThis speaks of whoever runs it, here and now. How a service is confined is only "
      "shown by `sandproof run` on that service's own launcher.\n");
  return 0;
}

}  // namespace

Action AddDoctor(CLI::App& app) {
  CLI::App* command = app.add_subcommand("doctor", "what this host can test, tried now");
  return [command]() -> Result<int> { return command->parsed() ? Act() : Result<int>(-1); };
}

}  // namespace sandproof::cli
