#include <cerrno>
#include <csignal>

#include "suites/catalogue/catalogue.h"
#include "suites/catalogue/refusals.h"
#include "suites/catalogue/remedies.h"

namespace sandproof::catalogue {

namespace {

constexpr std::string_view kUnshareIpc = "add --unshare-ipc";

// A socket of a desktop or of the system at a well-known place. Whether it can be connected to is
// what its mode says; nobody is connected to.
Property Socket(Property property) {
  property.severity = Severity::kHigh;
  property.probe = "ipc/socket_usable";
  property.control = ControlAs::kPayload;
  property.denied_by = OrFiltered({ENOENT, ENOTDIR, ENODATA});
  property.denied_by_signal = {SIGSYS};
  property.absent_by = {ENOENT, ENOTDIR, ENODATA};
  property.expect = kBlockedUnlessAgent;
  property.remedy = {
      {"bwrap", "bind single directories below /run instead of /run, /run/user and /tmp"},
      {"command", "leave the socket's directory out of the sandbox"}};
  return property;
}

// An attack on the process behind a channel's listener, which here is the harness: whoever starts
// the launcher stands for whoever serves. A uid of one's own is a denial as good as any.
Property Peer(Property property) {
  property.severity = Severity::kCritical;
  property.probe = "ipc/peer";
  property.subject = SubjectKind::kSocketPath;
  property.denied_by = OrNoSocket({ENOENT, ENOTDIR, ECONNREFUSED});
  property.denied_by_signal = {SIGSYS};
  property.absent_by = {ENOPROTOOPT};
  return property;
}

// Whether the check that guards the mounts of that process lets us pass, without entering them.
Property PeerIdentity(Property property) {
  Property whole = Peer(std::move(property));
  whole.severity = Severity::kLow;
  whole.absent_by = {ENOPROTOOPT, ENOTTY, EINVAL};
  return whole;
}

}  // namespace

std::vector<Property> Ipc() {
  return {
      {.id = "ipc.sysv_shm_visible",
       .severity = Severity::kHigh,
       .claim = "A System V shared memory segment of the host cannot be attached.",
       .why = "Databases and old servers keep their data there, guarded by a uid at most.",
       .probe = "ipc/sysv_shm",
       .canary = Canary::kSysvShm,
       .control = ControlAs::kPayload,
       .denied_by = OrFiltered({ENOENT}),
       .denied_by_signal = {SIGSYS},
       .remedy = {{"bwrap", kUnshareIpc}},
       .source = "ipc_namespaces(7), shmget(2)"},
      {.id = "ipc.sysv_sem_visible",
       .severity = Severity::kMedium,
       .claim = "A System V semaphore of the host cannot be found.",
       .why = "Changed or removed, it stops the programs that wait for it.",
       .probe = "ipc/sysv_sem",
       .canary = Canary::kSysvSem,
       .control = ControlAs::kPayload,
       .denied_by = OrFiltered({ENOENT}),
       .denied_by_signal = {SIGSYS},
       .remedy = {{"bwrap", kUnshareIpc}},
       .source = "ipc_namespaces(7), semget(2)"},
      {.id = "ipc.sysv_msg_visible",
       .severity = Severity::kMedium,
       .claim = "A System V message queue of the host cannot be found.",
       .why = "Its messages can be read, swallowed or forged.",
       .probe = "ipc/sysv_msg",
       .canary = Canary::kSysvMsg,
       .control = ControlAs::kPayload,
       .denied_by = OrFiltered({ENOENT}),
       .denied_by_signal = {SIGSYS},
       .remedy = {{"bwrap", kUnshareIpc}},
       .source = "ipc_namespaces(7), msgget(2)"},
      {.id = "ipc.sysv_enumeration",
       .severity = Severity::kInfo,
       .claim = "No System V segment of the host is listed inside.",
       .why = "They can be found without a key and without /proc, by walking through the table.",
       .probe = "ipc/sysv_table",
       .canary = Canary::kSysvShm,
       .control = ControlAs::kPayload,
       .denied_by = OrFiltered({ENOENT}),
       .denied_by_signal = {SIGSYS},
       .remedy = {{"bwrap", kUnshareIpc}},
       .source = "shmctl(2) SHM_STAT_ANY, ipc_namespaces(7)"},
      {.id = "ipc.posix_mq_visible",
       .severity = Severity::kMedium,
       .claim = "A POSIX message queue of the host cannot be opened.",
       .why = "Its messages can be read, swallowed or forged; neither /dev/mqueue nor /proc is "
              "needed.",
       .probe = "ipc/posix_mq",
       .canary = Canary::kPosixMq,
       .control = ControlAs::kPayload,
       .denied_by = OrFiltered({ENOENT}),
       .denied_by_signal = {SIGSYS},
       .remedy = {{"bwrap", kUnshareIpc}},
       .source = "mq_overview(7), ipc_namespaces(7)"},
      {.id = "ipc.posix_shm_visible",
       .severity = Severity::kHigh,
       .claim = "A POSIX shared memory object of the host cannot be opened.",
       .why = "It is a file in /dev/shm: the mount namespace hides it, and --unshare-ipc does not.",
       .probe = "fs/read_file",
       .canary = Canary::kShmFile,
       .control = ControlAs::kPayload,
       .denied_by = {ENOENT, ENOTDIR, EACCES, EPERM},
       .remedy = {{"bwrap", "use --dev /dev instead of --dev-bind /dev /dev"}},
       .source = "shm_overview(7), mount_namespaces(7)"},
      {.id = "ipc.ns_sysctl_writable",
       .severity = Severity::kLow,
       .claim = "The limits of System V IPC do not open for writing.",
       .why = "In the host's IPC namespace they are everybody's.",
       .probe = "proc/open_file",
       .params = {{"paths", "/proc/sys/kernel/shmmax:/proc/sys/kernel/msgmnb:/proc/sys/kernel/sem"},
                  {"how", "write"}},
       .denied_by = {EROFS, EACCES, EPERM, ENOENT, ENODATA},
       .absent_by = {EROFS, ENOENT},
       .expect = kBlockedIfStrict,
       .remedy = {{"bwrap", "--remount-ro /proc after --proc /proc"},
                  {"command", "mount /proc/sys read-only"}},
       .source = "ipc_namespaces(7), proc_sys_kernel(5)"},
      Socket({.id = "ipc.dbus_system_reachable",
              .claim = "The system's message bus cannot be connected to.",
              .why = "Whoever is on it asks systemd, polkit and others to act outside.",
              .params = {{"paths", "/run/dbus/system_bus_socket:/var/run/dbus/system_bus_socket"}},
              .source = "dbus-daemon(1)"}),
      Socket({.id = "ipc.dbus_session_reachable",
              .claim = "No session's message bus can be connected to.",
              .why = "By it systemd --user starts programs outside, and GVFS reads any file.",
              .params = {{"paths", "/run/user/*/bus"}},
              .source = "dbus-daemon(1), pam_systemd(8)"}),
      Socket({.id = "ipc.systemd_private_reachable",
              .claim = "systemd's private sockets cannot be connected to.",
              .why = "They start and stop units without a policy between.",
              .params = {{"paths", "/run/systemd/private:/run/user/*/systemd/private"}},
              .source = "systemd(1)"}),
      Socket({.id = "ipc.display_reachable",
              .claim = "No X11 or Wayland display can be connected to.",
              .why = "An X11 client sees every key and every window, and types into them.",
              .params = {{"paths", "/tmp/.X11-unix/*:/run/user/*/wayland-0:/run/user/*/wayland-1"}},
              .source = "X(7)"}),
      Socket({.id = "ipc.audio_reachable",
              .claim = "No sound server can be connected to.",
              .why = "It listens to the microphone, and PipeWire hands out cameras and screens.",
              .params = {{"paths", "/run/user/*/pipewire-0:/run/user/*/pulse/native"}},
              .source = "pipewire(1)"}),
      Peer({.id = "ipc.peer_fd_stealable",
            .claim = "By a channel's socket no descriptor of the process behind it can be taken.",
            .why = "SO_PEERPIDFD names that process whatever PID namespaces lie between; its open "
                   "databases and keys are then the client's.",
            .params = {{"how", "fd"}},
            .remedy = AgainstTakingDescriptors(),
            .source = "unix(7) SO_PEERPIDFD, pidfd_getfd(2)"}),
      Peer({.id = "ipc.peer_ns_enterable",
            .claim = "By a channel's socket the mounts of the process behind it cannot be entered.",
            .why = "In its mount namespace the client reads and writes whatever that process may, "
                   "the host's files included.",
            .params = {{"how", "mounts"}},
            .remedy = AgainstEnteringMounts(),
            .source = "unix(7) SO_PEERPIDFD, setns(2)"}),
      PeerIdentity({.id = "ipc.peer_ns_ids_readable",
                    .claim = "By a channel's socket the namespaces of the process behind it cannot "
                             "be opened.",
                    .why = "The kernel's access check lets the client pass: what else asks it, as "
                           "/proc/PID/root and process_vm_readv do, is then open too.",
                    .params = {{"how", "ids"}},
                    .remedy = AgainstTakingDescriptors(),
                    .source = "PIDFD_GET_MNT_NAMESPACE in <linux/pidfd.h>, ptrace(2)"}),
      {.id = "ipc.ns_is_own",
       .severity = Severity::kInfo,
       .claim = "The payload has an IPC namespace of its own.",
       .why = "It is what hides System V objects and POSIX message queues.",
       .probe = "host/process",
       .fact = FactRule{.fact = "ipc_ns", .comparison = Comparison::kDiffersFromOutside},
       .expect = kRequiredIfStrict,
       .grade = Grade::kObserved,
       .remedy = {{"bwrap", kUnshareIpc}},
       .source = "ipc_namespaces(7)"},
  };
}

}  // namespace sandproof::catalogue
