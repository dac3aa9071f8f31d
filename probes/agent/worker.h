// The forked workers that run the probes, and their replacement when a probe kills or hangs one.
#pragma once

#include "probes/wire/request.h"

namespace sandproof::probes {

// Runs every request of the batch and writes its lines, the end line included, to `channel`. False
// when writing failed.
//
// Two workers where there are two processors, so that one's wait is the other's time. The first
// begins with what shares a mount namespace (own_mounts.h) and is then replaced, because the rest
// must see the sandbox's own mounts. Answers are written some at a time; what a dead worker had not
// written yet, we write.
//
// A probe that dies of a signal is reported as killed and one that exceeds its limit as timeout,
// and a new worker goes on with the next. Where no worker can be forked the probes run in place;
// then a death ends the agent, and the last "try" line, which goes out before each, names the
// probe.
bool RunRequests(const Batch& batch, int channel);

// Whole lines, each with a line feed before and behind: a launcher's chatter that ends without one
// would otherwise swallow our line. False when writing failed.
bool WriteLine(int channel, const std::string& line);

}  // namespace sandproof::probes
