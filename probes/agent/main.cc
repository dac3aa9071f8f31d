// The agent's roles. What runs inside a sandbox is the batch runner; the others are started
// outside, by the harness, and share the binary so that one file is all there is to ship.
#include <unistd.h>

#include <span>
#include <string_view>

#include "probes/agent/batch.h"
#include "probes/agent/decoy.h"
#include "probes/agent/guard.h"
#include "probes/agent/inherited.h"
#include "probes/agent/stage.h"
#include "probes/agent/stand_in.h"

int main(int argc, char** argv) {
  using namespace sandproof::probes;
  const std::span<char*> args(argv, static_cast<std::size_t>(argc));
  if (IsStandIn()) return RunStandIn(args);
  const std::string_view role = argc > 1 ? argv[1] : "";
  if (role == "guard") return RunGuard(args.subspan(2));
  if (role == "decoy") return RunDecoy(args.subspan(2));
  if (role == "stage") return RunStage(args.subspan(2));
  LookAtInherited();
  return RunBatch(args.subspan(argc > 0 ? 1 : 0));
}
