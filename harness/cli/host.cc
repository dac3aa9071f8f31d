#include "harness/cli/host.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <linux/keyctl.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <cerrno>

#include "harness/arena/arena.h"
#include "harness/canary/listeners.h"
#include "harness/collect/cgroups.h"
#include "harness/collect/fingerprint.h"
#include "harness/process/process.h"
#include "harness/spec/spec.h"
#include "suites/property.h"

namespace sandproof::cli {

namespace {

// How the agent ends when nobody sends it a request: it has run.
constexpr int kAgentRan = 4;

// Starts a launcher with the agent as its payload. Empty when the agent ran, else what was seen.
std::string TryLaunch(std::vector<std::string> argv) {
  argv.insert(argv.begin(), "/usr/bin/env");
  boost::asio::io_context context;
  Result<Process> process =
      Start(context.get_executor(), {.argv = std::move(argv), .env = OwnEnvironment()});
  if (!process) return process.error().message;
  boost::system::error_code error;
  process->wait(error);
  const int code = process->exit_code();
  return code == kAgentRan ? "" : fmt::format("exit status {}", code);
}

// Runs `attempt` in a child, whose exit status 0 means that it worked.
bool InChild(bool (*attempt)()) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(attempt() ? 0 : 1);
  int status = 1;
  while (child > 0 && ::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return child > 0 && status == 0;
}

HostAbility Root() {
  const bool is_root = InChild([] { return ::unshare(CLONE_NEWNS | CLONE_NEWUTS) == 0; });
  return {.name = "root",
          .is_there = is_root,
          .means = "controls of what needs privilege; the node name's change",
          .detail = is_root ? "mount and UTS namespaces can be made" : "unshare(2) is refused",
          .remedy = "run as root, or accept that these are shown by a user namespace"};
}

HostAbility UserNamespaces() {
  const bool works = InChild([] { return ::unshare(CLONE_NEWUSER) == 0; });
  return {.name = "userns",
          .is_there = works,
          .means = "bubblewrap without root; controls of an unprivileged run",
          .detail = works ? "unshare(CLONE_NEWUSER) works" : "unshare(CLONE_NEWUSER) is refused",
          .remedy =
              "sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone, "
              "kernel.apparmor_restrict_unprivileged_userns"};
}

HostAbility Bwrap(const std::string& agent) {
  const std::string seen = TryLaunch({"bwrap", "--ro-bind", "/", "/", "--", agent});
  // A root without CAP_SYS_ADMIN gets no user namespace that it does not ask for.
  const bool works_if_asked =
      !seen.empty() &&
      TryLaunch({"bwrap", "--unshare-user", "--ro-bind", "/", "/", "--", agent}).empty();
  return {.name = "bwrap",
          .is_there = seen.empty() || works_if_asked,
          .means = "sandboxes that bubblewrap launches",
          .detail = seen.empty()     ? "the agent ran inside it"
                    : works_if_asked ? "the agent ran inside it, with --unshare-user"
                                     : "bwrap --ro-bind / /: " + seen,
          .remedy = "install bubblewrap; in a container it needs user namespaces or CAP_SYS_ADMIN"};
}

HostAbility Ipv6() {
  const int fd = ::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in6 loopback = {};
  loopback.sin6_family = AF_INET6;
  loopback.sin6_addr = in6addr_loopback;
  const auto* address = reinterpret_cast<const sockaddr*>(&loopback);
  const bool works = fd >= 0 && ::bind(fd, address, sizeof loopback) == 0;
  if (fd >= 0) ::close(fd);
  return {.name = "ipv6",
          .is_there = works,
          .means = "the IPv6 half of the network checks",
          .detail = works ? "::1 can be bound" : "::1 cannot be bound",
          .remedy = "sysctl net.ipv6.conf.all.disable_ipv6=0"};
}

HostAbility Address() {
  const OwnAddresses own = FindOwnAddresses();
  const std::string& address = own.ipv4.empty() ? own.ipv6 : own.ipv4;
  return {.name = "address",
          .is_there = !address.empty(),
          .means = "reaching the host by an address that is not loopback",
          .detail = address.empty() ? "only loopback has an address" : "it has " + address,
          .remedy = "run where an interface is up"};
}

HostAbility PrivateNetwork() {
  Result<Arena> arena = Arena::Begin({});
  Result<bool> made = arena ? arena->Wait() : Result<bool>(arena.error());
  const bool is_apart = made && arena->user_ns() >= 0;
  return {.name = "arena",
          .is_there = made.has_value(),
          .means = "reaching what is outside: addresses, resolvers, neighbours, metadata services",
          .detail = !made      ? made.error().message
                    : is_apart ? "network namespaces can be made, in a user namespace"
                               : "network namespaces can be made",
          .remedy =
              "run as root with CAP_SYS_ADMIN and CAP_NET_ADMIN, or allow user namespaces; "
              "without it this machine's own addresses serve"};
}

HostAbility Keys() {
  const bool works = ::syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_USER_KEYRING, 1) > 0;
  return {.name = "keys",
          .is_there = works,
          .means = "the keyring checks",
          .detail = works ? "there is a user keyring" : "keyctl(2): " + ErrnoName(errno),
          .remedy = "a kernel with CONFIG_KEYS; a container profile that lets keyctl(2) through"};
}

HostAbility Tiocsti() {
  const std::string setting = ReadLineOf("/proc/sys/dev/tty/legacy_tiocsti");
  const bool works = setting != "0";
  return {.name = "tiocsti",
          .is_there = works,
          .means = "pushing input into a terminal",
          .detail = "dev.tty.legacy_tiocsti=" + (setting.empty() ? "absent" : setting),
          .remedy = "with 0 only CAP_SYS_ADMIN may do it, and the check is skipped for others"};
}

constexpr std::string_view kExhaust = "exhaust";

// Who refused a process, or ended one, is told by counters of its cgroups.
HostAbility Exhaust() {
  const Cgroups own = Cgroups::Of(::getpid());
  const bool works = own.Knows(Resource::kPids) && own.Knows(Resource::kMemory);
  return {.name = std::string(kExhaust),
          .is_there = works,
          .means = "hitting limits (--exhaust) and telling which one it was",
          .detail = works ? "the cgroups of processes and memory are visible"
                          : "no cgroup of processes or of memory is visible",
          .remedy =
              "mount /sys/fs/cgroup where this runs; without it a process that was ended for "
              "lack of memory cannot be told from one that somebody killed"};
}

}  // namespace

std::vector<HostAbility> HostAbilities(const std::string& agent_path) {
  return {Root(),           UserNamespaces(), Bwrap(agent_path), Ipv6(),   Address(),
          PrivateNetwork(), Keys(),           Tiocsti(),         Exhaust()};
}

Result<std::vector<std::string>> LackingOf(const std::vector<std::string>& required,
                                           const std::string& agent_path, bool is_exhausting) {
  std::vector<std::string> lacking;
  if (required.empty()) return lacking;
  const std::vector<HostAbility> abilities = HostAbilities(agent_path);
  std::vector<std::string> names;
  for (const HostAbility& one : abilities) names.push_back(one.name);
  for (const std::string& name : required) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) {
      return BadInput(
          fmt::format("--require {}: no such ability; there are {}", name, fmt::join(names, ", ")));
    }
    const HostAbility& ability = abilities[static_cast<std::size_t>(found - names.begin())];
    if (name == kExhaust && !is_exhausting) {
      lacking.push_back(fmt::format("{} (no limit was hit); run with --exhaust", name));
    } else if (!ability.is_there) {
      lacking.push_back(fmt::format("{} ({}); {}", name, ability.detail, ability.remedy));
    }
  }
  return lacking;
}

}  // namespace sandproof::cli
