// Attempts: a search of the environment for variables that steer the loader or a language's
// runtime,
//   name a socket of the session, or by their name hold a credential.
// Harmless: reports names, never values.
// Tells apart: names in the parameter `exempt`, which the launch passes on purpose, are left out.
// Source: ld.so(8) ENVIRONMENT, environ(7).
#include <unistd.h>

#include <algorithm>
#include <cctype>

#include "probes/agent/probe.h"

namespace sandproof::probes::inherit {

namespace {

constexpr std::string_view kNames[] = {
    "BASH_ENV",        "BUN_OPTIONS",     "DOCKER_HOST",         "GLIBC_TUNABLES",
    "GPG_AGENT_INFO",  "KUBECONFIG",      "LISTEN_FDS",          "JAVA_TOOL_OPTIONS",
    "NODE_OPTIONS",    "NODE_PATH",       "NOTIFY_SOCKET",       "PERL5LIB",
    "PERL5OPT",        "PYTHONPATH",      "PYTHONSTARTUP",       "RUBYLIB",
    "RUBYOPT",         "SSH_AUTH_SOCK",   "PGPASSWORD",          "MYSQL_PWD",
    "XDG_RUNTIME_DIR", "WAYLAND_DISPLAY", "NODE_EXTRA_CA_CERTS", "XAUTHORITY",
    "LD_PRELOAD"};
constexpr std::string_view kPrefixes[] = {"AWS_", "BUN_CONFIG_", "BUN_INSPECT", "DBUS_", "LD_"};
constexpr std::string_view kSuffixes[] = {"_CREDENTIALS", "_KEY",    "_PASSWD", "_PASSWORD",
                                          "_PRIVATE_KEY", "_SECRET", "_TOKEN"};

bool IsDangerous(std::string_view name) {
  return std::any_of(std::begin(kNames), std::end(kNames), [&](auto one) { return name == one; }) ||
         std::any_of(std::begin(kPrefixes), std::end(kPrefixes),
                     [&](auto one) { return name.starts_with(one); }) ||
         std::any_of(std::begin(kSuffixes), std::end(kSuffixes),
                     [&](auto one) { return name.ends_with(one); });
}

// A name may be any bytes; a report shows letters.
std::string Printable(std::string_view name) {
  constexpr std::size_t kLongest = 64;
  std::string text(name.substr(0, kLongest));
  for (char& c : text) {
    if (std::isgraph(static_cast<unsigned char>(c)) == 0) c = '?';
  }
  return text;
}

}  // namespace

Observation DangerousVariables(const Request& request) {
  constexpr std::size_t kMost = 16;
  const std::string exempt = ',' + request.Param("exempt") + ',';
  Facts facts = {{"names", {}}};
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view assignment = *entry;
    const std::string_view name = assignment.substr(0, assignment.find('='));
    const bool is_exempt = exempt.find(',' + std::string(name) + ',') != std::string::npos;
    if (is_exempt || !IsDangerous(name) || facts["names"].size() >= kMost) continue;
    facts["names"].push_back(Printable(name));
  }
  return Read("environ", "", std::move(facts));
}

}  // namespace sandproof::probes::inherit
