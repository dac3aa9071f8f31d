// What the agent was handed at exec, looked at before it opens anything.
#pragma once

#include "probes/agent/probe.h"

namespace sandproof::probes {

// Looks once, at the start of main. Later calls of InheritedState() return what it found.
void LookAtInherited();

// The signal mask and dispositions that the agent started with; workers get them back.
void RestoreSignals();

}  // namespace sandproof::probes
