// The agent's roles. What runs inside a sandbox is the batch runner; the others are started
// outside, by the harness, and share the binary so that one file is all there is to ship.
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>
#include <span>
#include <string_view>

#include "probes/agent/batch.h"
#include "probes/agent/decoy.h"
#include "probes/agent/guard.h"
#include "probes/agent/inherited.h"
#include "probes/agent/stage.h"
#include "probes/agent/stand_in.h"

namespace {

// What cap/exec_regains starts: writes its effective and permitted capabilities, "0" for none.
int TellCapabilities() {
  __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};
  if (::syscall(SYS_capget, &header, data) != 0) return 1;
  std::uint32_t any = 0;
  for (const __user_cap_data_struct& half : data) any |= half.effective | half.permitted;
  return ::write(1, any == 0 ? "0" : "1", 1) == 1 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace sandproof::probes;
  const std::span<char*> args(argv, static_cast<std::size_t>(argc));
  if (IsStandIn()) return RunStandIn(args);
  const std::string_view role = argc > 1 ? argv[1] : "";
  if (role == "guard") return RunGuard(args.subspan(2));
  if (role == "decoy") return RunDecoy(args.subspan(2));
  if (role == "stage") return RunStage(args.subspan(2));
  if (role == "capabilities") return TellCapabilities();
  LookAtInherited();
  return RunBatch(args.subspan(argc > 0 ? 1 : 0));
}
