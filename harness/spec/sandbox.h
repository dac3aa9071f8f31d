// Readers of the larger parts of a configuration.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/spec/place.h"
#include "harness/spec/spec.h"

namespace sandproof {

// One member of "sandboxes".
[[nodiscard]] Result<SandboxSpec> ReadSandbox(const Place& at);

// "launch": the launcher's argv with one "{payload}".
[[nodiscard]] Result<std::vector<std::string>> ReadLaunch(const Place& at);

// An argv; messages call it `what`.
[[nodiscard]] Result<std::vector<std::string>> ReadCommand(const Place& at, std::string_view what);

// "payload": an argv.
[[nodiscard]] Result<std::vector<std::string>> ReadPayload(const Place& at);

// "env": an environment without "note".
[[nodiscard]] Result<std::optional<std::map<std::string, std::string>>> ReadEnvironment(
    const Place& at);

// "cwd": from the file's directory where it is relative.
[[nodiscard]] Result<std::string> ReadDirectory(const Place& at);

// Seconds from 0.1 to `longest`.
[[nodiscard]] Result<std::chrono::milliseconds> ReadSecondsUpTo(const Place& at, double longest);

// "limit_s" and its like: seconds from 0.1 to an hour.
[[nodiscard]] Result<std::chrono::milliseconds> ReadSeconds(const Place& at);

[[nodiscard]] Result<Profile> ReadProfile(const Place& at);

// "supervisor".
[[nodiscard]] Result<SupervisorSpec> ReadSupervisor(const Place& at);

// A destination in its one form; nullopt for anything else.
[[nodiscard]] std::optional<Endpoint> ParseEndpoint(const std::string& text);

// "net": what it may reach in networks.
[[nodiscard]] Result<NetSpec> ReadNet(const Place& at);

// "limits": how much it may take.
[[nodiscard]] Result<LimitsSpec> ReadLimits(const Place& at);

// "fds": what the launcher is given, by number.
[[nodiscard]] Result<std::vector<GivenDescriptor>> ReadDescriptors(const Place& at);

// "channels"; `sandboxes` are the names that its ends can have.
[[nodiscard]] Result<std::vector<ChannelSpec>> ReadChannels(
    const Place& at, const std::vector<std::string>& sandboxes);

}  // namespace sandproof
