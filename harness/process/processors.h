// Where processes of ours run.
#pragma once

namespace sandproof {

// Moves the caller to the other processor, where it may run on two and one of them is `taken`.
//
// Why: a child starts beside its parent. With more processors one that idles takes it over soon
//      enough; of two, the other was seen idle for milliseconds.
void LeaveProcessor(int taken);

}  // namespace sandproof
