// What the host's /proc says of a process: the second source, which no probe can forge.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/process/guarded_launch.h"
#include "probes/wire/observation.h"

namespace sandproof {

// The agent among the descendants of its guard: the process that has `inner_pid` as its number in
// its own PID namespace and no children. nullopt where it cannot be told, which takes `patience`.
[[nodiscard]] std::optional<int> FindAgent(
    int guard_pid, int inner_pid,
    std::chrono::milliseconds patience = std::chrono::milliseconds(21));

// The same for an agent that somebody else was asked to start, as systemd-run asks the service
// manager: the process with that number whose standard input is the pipe `input` (its st_ino). The
// host's whole /proc is looked through once.
[[nodiscard]] std::optional<int> FindAgentByInput(std::uint64_t input, int inner_pid);

// Every process that /proc lists.
[[nodiscard]] std::vector<int> AllProcesses();

// Every process below another, those that lie deepest last.
[[nodiscard]] std::vector<int> ProcessesBelow(int root_pid);

// Facts of a process as an observation of the probe "host/process": pid_ns net_ns ipc_ns uts_ns
// mnt_ns user_ns cgroup_ns time_ns (inode numbers), uid gid (effective), groups, root_ids,
// session_shared (with the guard), CapInh … CapAmb, NoNewPrivs, Seccomp, cgroup.
// A fact that cannot be read is left out.
// Source: proc(5), namespaces(7).
[[nodiscard]] Observation ReadHostFacts(int pid, int guard_pid);

// The identity in such facts, when they have it.
[[nodiscard]] std::optional<RunAs> IdentityOf(const Observation& host_facts);

// Our own effective ids and groups.
[[nodiscard]] RunAs OwnIdentity();

}  // namespace sandproof
