// What the agent was handed at exec, looked at before it opens anything.
#pragma once

#include <string_view>

#include "probes/agent/probe.h"

namespace sandproof::probes {

// Looks once, at the start of main. Later calls of InheritedState() return what it found.
void LookAtInherited();

// Where there was no /proc to look into: the numbers of our open descriptors, joined by commas, as
// somebody outside read them. Those above what was tried one by one, where nothing of ours lies,
// are taken over, and nothing is left that was not looked at. Goes before any worker.
void KnowDescriptors(std::string_view numbers);

// The signal mask and dispositions that the agent started with; workers get them back.
void RestoreSignals();

}  // namespace sandproof::probes
