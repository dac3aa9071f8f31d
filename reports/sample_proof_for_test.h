// A proof with every verdict in it, for the tests of its reports.
#pragma once

#include <string>

#include "reports/proof.h"
#include "reports/sample_run_for_test.h"

namespace sandproof::sample {

inline SandboxProof AuthProof() {
  SandboxProof proof{.name = "auth",
                     .driver = "bwrap",
                     .launcher_version = "bubblewrap 0.8.0",
                     .profile = "strict",
                     .argv = {"bwrap", "--unshare-net", "--", "/app/auth"},
                     .source_file = "sandproof.json",
                     .source_line = 4,
                     .baseline = {.pass = 7, .fail = 1, .skipped = 2},
                     .already_red = {"fs.remount_rw_bind[/app]", "fs.remount_rw_bind[/usr]"},
                     .unstable = {"net.multicast_reachable"}};
  proof.protections = {{.id = "--unshare-net → dropped",
                        .flag = "--unshare-net",
                        .verdict = ProofVerdict::kGuarded,
                        .turned_red = {"net.a", "net.b", "net.c", "net.d[/x]", "net.d[/y]"},
                        .turned_green = {"net.e"},
                        .inconclusive = {"net.f"},
                        .with = {"--hostname x → dropped"},
                        .launched = {"bwrap", "--", "/agent"},
                        .duration = std::chrono::microseconds(12345)},
                       {.id = "--unshare-uts → dropped",
                        .flag = "--unshare-uts",
                        .verdict = ProofVerdict::kUnguarded,
                        .explanation = "nothing noticed that it was gone",
                        .inconclusive = {"uts.host_name_follows"},
                        .unasserted = {"uts.ns_is_own"},
                        .launched = {"bwrap", "--unshare-net", "--", "/agent"}},
                       {.id = "--chdir /app → dropped",
                        .flag = "--chdir",
                        .verdict = ProofVerdict::kUnobservable,
                        .explanation = "it gives the payload something and takes nothing away"},
                       {.id = "--ro-bind /usr/local /usr/local → dropped",
                        .flag = "--ro-bind",
                        .verdict = ProofVerdict::kRedundant,
                        .explanation = "--ro-bind /usr /usr"},
                       {.id = "--ro-bind /usr /usr → dropped",
                        .flag = "--ro-bind",
                        .verdict = ProofVerdict::kBroken,
                        .explanation = "bwrap: execvp /app/auth: No such file or directory"},
                       {.id = "--unshare-ipc → dropped",
                        .flag = "--unshare-ipc",
                        .verdict = ProofVerdict::kNotRun,
                        .explanation = "the budget was used up"}};
  proof.in_depth = {{.protections = {"setpriv --reuid=1 → dropped", "--cap-drop ALL → dropped"},
                     .was_run = true,
                     .turned_red = {"cap.effective_empty", "fs.remount_rw_bind[/usr]"},
                     .launched = {"bwrap", "--", "/agent"},
                     .duration = std::chrono::microseconds(2345)},
                    {.protections = {"the whole launch line → dropped"},
                     .explanation = "the budget was used up"}};
  proof.is_whole = false;
  return proof;
}

inline Proof SampleProof() {
  SandboxProof backend{.name = "backend",
                       .driver = "bwrap",
                       .profile = "service",
                       .argv = {"bwrap", "--", "/app/backend"},
                       .baseline = {.pass = 40},
                       .shortfall = "the launcher exited with 1 before the agent had started",
                       .inconclusive = {"fs.nosuid"},
                       .in_depth = {{.protections = {"the whole launch line → dropped"},
                                     .was_run = true,
                                     .explanation = "the agent gave no answer"}},
                       .unproven = {{"nnp.set", "it holds without the launch line, too"},
                                    {"fs.nosuid", "it holds without the launch line, too"},
                                    {"proc.present", "it asserts that something works"}}};
  Proof proof{.started_at = "2026-11-23T18:51:19Z",
              .hostname = "builder",
              .fingerprint = {.tool_version = "0.1.0",
                              .kernel = "6.1.0",
                              .architecture = "x86_64",
                              .lsms = "unknown",
                              .identity = "uid=0 gid=0"},
              .config_file = "sandproof.json",
              .only = {"--unshare-net"},
              .sandboxes = {AuthProof(), std::move(backend)},
              .warnings = {"required, but this host cannot: userns"},
              .duration = std::chrono::microseconds(1234567)};
  proof.exit_code = ExitCode(proof);
  return proof;
}

inline Proof HostileProof() {
  ProtectionProof one{.id = kHostile,
                      .flag = kHostile,
                      .verdict = ProofVerdict::kUnguarded,
                      .explanation = kHostile,
                      .inconclusive = {std::string("fs.a[") + kHostile + "]"},
                      .unasserted = {std::string("fs.b[") + kHostile + "]"},
                      .with = {kHostile},
                      .launched = {kHostile}};
  SandboxProof sandbox{.name = kHostile,
                       .driver = kHostile,
                       .launcher_version = kHostile,
                       .profile = kHostile,
                       .argv = {kHostile},
                       .source_file = kHostile,
                       .shortfall = kHostile,
                       .already_red = {std::string("fs.a[") + kHostile + "]"},
                       .protections = {one},
                       .in_depth = {{.protections = {kHostile},
                                     .explanation = kHostile,
                                     .turned_red = {std::string("fs.d[") + kHostile + "]"},
                                     .launched = {kHostile}}},
                       .unproven = {{std::string("fs.c[") + kHostile + "]", kHostile}}};
  return {.hostname = kHostile, .sandboxes = {sandbox}, .warnings = {kHostile}};
}

}  // namespace sandproof::sample
