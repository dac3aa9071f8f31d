// Which properties an option promises, by what bwrap(1), setpriv(1) and env(1) say of it.
#include <algorithm>
#include <array>
#include <string_view>

#include "harness/driver/bwrap_promises.h"

namespace sandproof {
namespace {

using Kind = BwrapMount::Kind;
using Ids = std::vector<std::string>;

struct Rule {
  std::string_view option = {};
  Ids ids = {};
};

const Ids kPid = {"pid.ns_is_own",
                  "pid.host_process_visible",
                  "pid.host_process_signalable",
                  "pid.host_traceable",
                  "pid.host_memory_readable",
                  "pid.host_memory_writable",
                  "pid.host_fd_stealable",
                  "pid.host_limits_settable",
                  "pid.kcmp_host",
                  "pid.host_environ_readable"};
const Ids kNet = {"net.ns_is_own",
                  "net.tcp_loopback_reachable",
                  "net.tcp6_loopback_reachable",
                  "net.udp_loopback_reachable",
                  "net.udp6_loopback_reachable",
                  "net.host_address_reachable",
                  "net.abstract_unix_reachable",
                  "net.abstract_dgram_reachable",
                  "net.abstract_seqpacket_reachable",
                  "net.default_route_present",
                  "net.default_route6_present",
                  "net.foreign_interfaces",
                  "net.sniff_host_loopback",
                  "net.host_port_bindable",
                  "net.host_low_port_bindable",
                  "net.admin_on_host_ns",
                  "net.sock_diag_lists_host",
                  "net.tcp_outbound_reachable",
                  "net.tcp6_outbound_reachable",
                  "net.udp_outbound_reachable",
                  "net.udp6_outbound_reachable",
                  "net.sctp_outbound_reachable",
                  "net.sctp6_outbound_reachable",
                  "net.io_uring_egress",
                  "net.icmp_outbound_reachable",
                  "net.icmp6_outbound_reachable",
                  "net.raw_outbound_reachable",
                  "net.raw6_outbound_reachable",
                  "net.dns_udp_reachable",
                  "net.dns_udp6_reachable",
                  "net.dns_tcp_reachable",
                  "net.dns_tcp6_reachable",
                  "net.metadata_reachable",
                  "net.metadata6_reachable",
                  "net.neighbour_reachable",
                  "net.neighbour6_reachable",
                  "net.broadcast_reachable",
                  "net.multicast_reachable",
                  "net.multicast6_reachable",
                  "net.inbound_reachable"};
const Ids kIpc = {"ipc.ns_is_own", "ipc.sysv_shm_visible", "ipc.sysv_sem_visible",
                  "ipc.sysv_msg_visible", "ipc.posix_mq_visible"};
const Ids kUts = {"uts.ns_is_own", "uts.host_name_follows", "uts.domain_name_follows",
                  "uts.sethostname_changes_host"};
const Ids kCaps = {"cap.effective_empty", "cap.permitted_empty"};

const Rule kRules[] = {
    {"--unshare-pid", kPid},
    {"--unshare-net", kNet},
    {"--unshare-ipc", kIpc},
    {"--unshare-uts", kUts},
    {"--unshare-user", {"user.ns_is_own"}},
    {"--unshare-cgroup", {"cgroup.ns_is_own"}},
    {"--disable-userns", {"user.nested_userns_allowed"}},
    {"--hostname", {"uts.name_leak"}},
    {"--new-session", {"session.shared", "session.pgrp_shared", "tty"}},
    {"--die-with-parent", {"supervisor.no_orphans_on_launcher_kill"}},
    {"--seccomp", {"seccomp.filter_present"}},
    {"--add-seccomp-fd", {"seccomp.filter_present"}},
    {"--clearenv", {"env.canary_visible", "env.dangerous_variable"}},
    {"--proc", {"proc.present", "pid.procfs_instance_mismatch"}},
    {"--dev", {"dev.unexpected_node", "dev.null_sane", "ipc.posix_shm_visible"}},
    {"--size", {"fs.tmpfs_unbounded"}},
};

// What follows from an option that does not name it.
const Rule kBacked[] = {
    {"--seccomp", {"sys", "user.nested_userns_allowed", "net.vsock_socket", "net.packet_socket"}},
    {"--cap-drop",
     {"sys", "fs", "proc", "dev", "pid", "net", "ipc", "time", "user.nested_userns_allowed"}},
    {"--dev", {"dev"}},
    {"--proc", {"pid.procfs_shows_host", "pid.host_root_via_proc", "proc.keys_readable"}},
    {"--chdir", {"fs.cwd_outside_root", "launcher.working_dir_missing"}},
};

// What bwrap does by itself: bwrap(1), "no new privileges", a new root, nosuid and nodev binds.
const Ids kItself = {"nnp.set",
                     "fs.nosuid",
                     "fs.nodev",
                     "fs.chroot_escape",
                     "fs.cwd_outside_root",
                     "fs.dotdot_escape",
                     "fs.propagation_out",
                     "user.setuid_binary_elevates",
                     "cap.file_capabilities_elevate"};
const Ids kOfNewRoot = {"fs.secret_readable",
                        "fs.home_readable",
                        "fs.root_is_host_root",
                        "fs.path_exposed",
                        "net.path_unix_reachable",
                        "net.path_dgram_reachable",
                        "net.path_seqpacket_reachable",
                        "secret",
                        "ipc.dbus_system_reachable",
                        "ipc.dbus_session_reachable",
                        "ipc.systemd_private_reachable",
                        "ipc.display_reachable",
                        "ipc.audio_reachable",
                        "fs.root_entries_unexpected",
                        "fs.mount_unexpected",
                        "cgroup.fs_writable",
                        "proc.sysfs_writable",
                        "svc.data_not_shared"};

void AddRules(const BwrapOption& option, std::vector<FlagPromise>& promises) {
  const std::string text = option.ToString();
  if (option.name == "--cap-drop") {
    const bool is_all = option.operands[0] == "ALL" || option.operands[0] == "all";
    if (is_all) promises.push_back({.text = text, .ids = kCaps});
  }
  for (const Rule& rule : kRules) {
    if (rule.option == option.name) promises.push_back({.text = text, .ids = rule.ids});
  }
  for (const Rule& rule : kBacked) {
    if (rule.option != option.name) continue;
    promises.push_back({.text = text, .ids = rule.ids, .is_backing = true});
  }
}

// --unshare-user-try and --unshare-cgroup-try, which it means too, promise nothing.
void AddAll(const BwrapArguments& arguments, std::vector<FlagPromise>& promises) {
  const auto has = [&](std::string_view name) {
    return std::ranges::find(arguments.options, name, &BwrapOption::name) !=
           arguments.options.end();
  };
  if (!has("--unshare-all")) return;
  for (const Ids* ids : {&kPid, &kNet, &kIpc, &kUts}) {
    if (ids == &kNet && has("--share-net")) continue;
    promises.push_back({.text = "--unshare-all", .ids = *ids});
  }
}

bool IsTaken(const BwrapOption& option, const BwrapArguments& arguments) {
  const bool is_net = option.name == "--unshare-net";
  return !is_net || std::ranges::find(arguments.options, std::string_view("--share-net"),
                                      &BwrapOption::name) == arguments.options.end();
}

std::string_view Value(std::string_view word) { return word.substr(word.find('=') + 1); }

}  // namespace

std::vector<FlagPromise> FlagPromisesOf(const BwrapArguments& arguments,
                                        const BwrapLayout& layout) {
  std::vector<FlagPromise> promises;
  for (const BwrapOption& option : arguments.options) {
    if (IsTaken(option, arguments)) AddRules(option, promises);
  }
  AddAll(arguments, promises);
  for (const BwrapMount& mount : layout.mounts) {
    const std::string text = arguments.options[mount.option].ToString();
    if (const BwrapOption* const size = SizeOptionOf(mount, arguments)) {
      promises.push_back(
          {.text = size->ToString(), .ids = {"fs.tmpfs_limit_enforced"}, .path = mount.dest});
    }
    promises.push_back({.text = text, .path = mount.dest});
    if (mount.dest == "/tmp" && mount.kind == Kind::kTmpfs) {
      promises.push_back({.text = text, .ids = {"fs.tmp_is_private", "fs.tmp_writable"}});
    }
  }
  if (layout.is_root_read_only) {
    promises.push_back({.text = "--remount-ro /", .ids = {"fs.root_tmpfs_writable"}});
    promises.push_back({.text = "--remount-ro /", .path = "/"});
  }
  promises.push_back({.text = "bwrap", .ids = kItself, .is_backing = true});
  const BwrapMount* const root = layout.MountOf("/");
  if (root == nullptr || root->kind == Kind::kTmpfs) {
    promises.push_back({.text = "bwrap", .ids = kOfNewRoot, .is_backing = true});
  }
  return promises;
}

std::vector<FlagPromise> WrapperPromisesOf(std::span<const std::string> words) {
  std::vector<FlagPromise> promises;
  for (const std::string& word : words) {
    const auto add = [&](const Ids& ids) { promises.push_back({.text = word, .ids = ids}); };
    if (word == "-i" || word == "--ignore-environment") {
      add({"env.canary_visible", "env.dangerous_variable", "pid.init_environ_leak"});
    }
    if (word.starts_with("--reuid=") && Value(word) != "0" && Value(word) != "root") {
      add({"user.kuid_is_host_root", "user.is_uid0"});
    }
    if (word.starts_with("--regid=") && Value(word) != "0" && Value(word) != "root") {
      add({"user.group_is_host_root"});
    }
    if (word == "--clear-groups") add({"user.supplementary_groups"});
    if (word == "--bounding-set=-all") add({"cap.bounding_empty"});
    if (word == "--inh-caps=-all") add({"cap.inheritable_empty"});
    if (word == "--ambient-caps=-all") add({"cap.ambient_empty"});
    if (word == "--default-signal") add({"signal.mask_and_ignored"});
  }
  return promises;
}

}  // namespace sandproof
