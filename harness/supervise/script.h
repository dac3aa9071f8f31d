// The experiments themselves, step by step.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "harness/supervise/report.h"
#include "harness/supervise/trial.h"

namespace sandproof::script {

inline constexpr const char* kLeft = "supervisor.nothing_left_behind";

// Why the system never served; empty: it did, and stayed up with all its children.
[[nodiscard]] std::string Undisturbed(Trial& trial, SeenList& seen,
                                      std::vector<std::string>& children);
void Death(Trial& trial, const Experiment& experiment, SeenList& seen);
void Setup(Trial& trial, const Experiment& experiment, SeenList& seen);
void Signal(Trial& trial, const Experiment& experiment, SeenList& seen);
void Unresponsive(Trial& trial, SeenList& seen);
void SlowStart(Trial& trial, const Experiment& experiment, SeenList& seen);
void Background(Trial& trial, const Experiment& experiment, SeenList& seen);
void Group(Trial& trial, const Experiment& experiment, SeenList& seen);
void Orphan(Trial& trial, SeenList& seen);
void Space(Trial& trial, SeenList& seen);

// What several of them do.

// Starts the system and waits until it serves. False when it does not: then `seen` says why.
[[nodiscard]] bool StartReady(Trial& trial, SeenList& seen, bool terminal = false);

// Ends what is left of the system and starts it over that: "supervisor.restarts_at_once".
void StartAgain(Trial& trial, SeenList& seen);

// "2.5 s".
[[nodiscard]] std::string Seconds(std::chrono::milliseconds duration);
// "still running after 2.5 s".
[[nodiscard]] std::string Late(std::chrono::milliseconds limit);

}  // namespace sandproof::script
