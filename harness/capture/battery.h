// The battery: every captured sandbox is judged where it serves.
#pragma once

#include "harness/capture/capture.h"
#include "harness/collect/collect.h"
#include "harness/result.h"
#include "harness/spec/spec.h"
#include "reports/run.h"

namespace sandproof {

// Starts the launcher once more. In each sandbox of `spec`, which was captured from it, the agent
// runs first, answers, and becomes the payload: same pid, same descriptors. The sandboxes are asked
// one after the other, as they were started, and in the host's network, in which they serve.
//
// Errors: those of Collect, and of Capture. A sandbox that does not start again as it had is
// inconclusive.
[[nodiscard]] Result<Run> RunBattery(const CaptureOrder& order, const Spec& spec,
                                     const CollectOptions& options);

}  // namespace sandproof
