// What taking the protections of sandboxes away has shown. Everything that a report of it may
// print; the reports turn it into text and do nothing else.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "reports/run.h"

namespace sandproof {

enum class ProofVerdict : std::uint8_t {
  kGuarded,       // properties turned red without it
  kUnguarded,     // nothing noticed that it was gone
  kUnobservable,  // nothing can, for a known reason
  kRedundant,     // another protection has the same effect
  kBroken,        // the payload did not start without it
  kNotRun,        // it was not tried
};

// One protection, taken away or weakened.
struct ProtectionProof {
  std::string id = {};    // "--ro-bind /usr /usr → --bind"
  std::string flag = {};  // "--ro-bind"
  ProofVerdict verdict = ProofVerdict::kNotRun;
  std::string explanation = {};                // the reason, the other flag, the launcher's words
  std::vector<std::string> turned_red = {};    // ids of checks that failed only without it
  std::vector<std::string> turned_green = {};  // that failed only with it
  std::vector<std::string> inconclusive = {};  // that passed with it and showed nothing without
  // That would have turned red, were they asserted; asked only where nothing that is has.
  std::vector<std::string> unasserted = {};
  std::vector<std::string> with = {};      // other protections that had to go with it
  std::vector<std::string> launched = {};  // the command line; empty: nothing was started
  std::chrono::microseconds duration = {};
};

// Protections that stand behind each other, taken away together.
struct DepthProof {
  std::vector<std::string> protections = {};  // their ids
  bool was_run = false;
  std::string explanation = {};              // why it shows nothing; empty: it does
  std::vector<std::string> turned_red = {};  // what fewer of them had not turned red
  std::vector<std::string> launched = {};
  std::chrono::microseconds duration = {};
};

// A check that passed and that nothing turned red, with the reason.
struct Unproven {
  std::string id = {};
  std::string why = {};
};

// One sandbox with all its protections.
struct SandboxProof {
  std::string name = {};
  std::string driver = {};
  std::string launcher_version = {};
  std::string profile = {};
  std::vector<std::string> argv = {};
  std::string source_file = {};
  int source_line = 0;
  Summary baseline = {};       // of the sandbox as it is
  std::string shortfall = {};  // why it shows nothing as it is, so that nothing was tried
  std::vector<std::string> already_red = {};   // failed as it is: no protection can be seen in them
  std::vector<std::string> inconclusive = {};  // showed nothing as it is
  std::vector<std::string> unstable = {};  // judged otherwise when asked again at the end: not used
  std::vector<ProtectionProof> protections = {};
  bool is_whole = true;  // every protection was tried
  // What several protections hold, so that none of them alone turned it red; in the order in which
  // they were tried.
  std::vector<DepthProof> in_depth = {};
  // Passed, and nothing that was taken away turned them red; empty unless is_whole.
  std::vector<Unproven> unproven = {};
};

struct Proof {
  std::string started_at = {};  // ISO 8601, UTC
  std::string hostname = {};
  Fingerprint fingerprint = {};
  std::string config_file = {};
  std::vector<std::string> only = {};             // flags that were selected; empty: all
  std::vector<std::string> only_properties = {};  // ids and prefixes; empty: all
  std::vector<SandboxProof> sandboxes = {};
  std::vector<std::string> warnings = {};
  std::chrono::microseconds duration = {};
  int exit_code = 0;
};

[[nodiscard]] std::string_view Name(ProofVerdict verdict);

[[nodiscard]] int Count(const SandboxProof& sandbox, ProofVerdict verdict);
[[nodiscard]] int Count(const Proof& proof, ProofVerdict verdict);

// Of those that passed as they are, how many nothing turned red.
//
// Units: percent, rounded up.
[[nodiscard]] int UnprovenShare(const SandboxProof& sandbox);

// 1: something is unguarded; 3: something was not tried, or showed nothing before anything was
// taken away; 2: nothing was there to be taken away; else 0.
[[nodiscard]] int ExitCode(const Proof& proof);

}  // namespace sandproof
