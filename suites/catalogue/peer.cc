// One sandbox and another of the same configuration: what is planted inside the one must not be
// reached from the other unless a channel says so.
#include <cerrno>
#include <csignal>

#include "suites/catalogue/catalogue.h"
#include "suites/catalogue/refusals.h"
#include "suites/catalogue/remedies.h"

namespace sandproof::catalogue {

namespace {

constexpr std::string_view kUnshareEitherNet =
    "add --unshare-net to either sandbox; where both need the network, give each one of its own";

// Asked of each other sandbox. The control is another agent beside the canary, inside.
Property Of(Property property) {
  property.subject = SubjectKind::kPeer;
  property.control = ControlAs::kPeer;
  property.denied_by_signal = {SIGSYS};
  property.expect = kBlockedUnlessAgent;
  return property;
}

// Asked of each sandbox that a channel leads to. The control is an agent of whoever starts the
// launchers, outside: what the other's own filter refuses, it may still suffer.
Property OfServer(Property property) {
  property.severity = Severity::kCritical;
  property.probe = "ipc/peer";
  property.canary = Canary::kPeerService;
  property.subject = SubjectKind::kServer;
  property.denied_by = OrNoSocket({ENOENT, ENOTDIR, ECONNREFUSED});
  property.denied_by_signal = {SIGSYS};
  property.absent_by = {ENOPROTOOPT};
  return property;
}

std::vector<int> NoListener() {
  return OrNoSocket({ECONNREFUSED, ENETUNREACH, EADDRNOTAVAIL, EHOSTUNREACH, ENETDOWN});
}

std::vector<int> NoSocket() { return OrNoSocket({ECONNREFUSED, ENOENT, ENOTDIR}); }

std::vector<int> NoFile() { return OrFiltered({ENOENT, ENOTDIR}); }

}  // namespace

std::vector<Property> Peer() {
  return {
      Of({.id = "peer.process_visible",
          .severity = Severity::kHigh,
          .claim = "A process in another sandbox cannot be seen.",
          .why = "What can be named can be signalled, traced and read, if the uid is the same.",
          .probe = "peer/process",
          .canary = Canary::kPeerProcess,
          .denied_by = OrFiltered({ESRCH}),
          .remedy = {{"bwrap", "add --unshare-pid and --proc /proc to this sandbox"},
                     {"command", "a PID namespace of its own for each sandbox"}},
          .source = "pid_namespaces(7)"}),
      Of({.id = "peer.abstract_stream_reachable",
          .severity = Severity::kHigh,
          .claim = "An abstract Unix socket of another sandbox cannot be connected to.",
          .why = "Such names have no modes: only the network namespace tells who may connect.",
          .probe = "net/unix_connect",
          .canary = Canary::kPeerStream,
          .denied_by = NoSocket(),
          .remedy = {{"bwrap", kUnshareEitherNet}},
          .source = "unix(7) \"Abstract sockets\", network_namespaces(7)"}),
      Of({.id = "peer.abstract_dgram_reachable",
          .severity = Severity::kHigh,
          .claim = "An abstract datagram socket of another sandbox cannot be sent to.",
          .why = "Such names have no modes: only the network namespace tells who may send.",
          .probe = "net/unix_datagram",
          .canary = Canary::kPeerDgram,
          .denied_by = NoSocket(),
          .remedy = {{"bwrap", kUnshareEitherNet}},
          .source = "unix(7) \"Abstract sockets\", network_namespaces(7)"}),
      Of({.id = "peer.tcp_loopback_reachable",
          .severity = Severity::kHigh,
          .claim = "A TCP listener on another sandbox's 127.0.0.1 cannot be reached.",
          .why = "Services on loopback trust whoever reaches them.",
          .probe = "net/tcp_connect",
          .canary = Canary::kPeerTcp,
          .denied_by = NoListener(),
          .remedy = {{"bwrap", kUnshareEitherNet}},
          .source = "network_namespaces(7), tcp(7)"}),
      Of({.id = "peer.udp_loopback_reachable",
          .severity = Severity::kMedium,
          .claim = "A UDP socket on another sandbox's 127.0.0.1 cannot be reached.",
          .why = "Services on loopback trust whoever reaches them.",
          .probe = "net/udp_exchange",
          .canary = Canary::kPeerUdp,
          .denied_by = NoListener(),
          .remedy = {{"bwrap", kUnshareEitherNet}},
          .source = "network_namespaces(7), udp(7)"}),
      Of({.id = "peer.sysv_shm_visible",
          .severity = Severity::kHigh,
          .claim = "A System V shared memory segment of another sandbox cannot be attached.",
          .why = "Databases and old servers keep their data there, guarded by a uid at most.",
          .probe = "peer/segment",
          .canary = Canary::kPeerSegment,
          .denied_by = OrFiltered({EINVAL, EIDRM, ENOENT}),
          .remedy = {{"bwrap", "add --unshare-ipc to either sandbox"}},
          .source = "ipc_namespaces(7), shmat(2)"}),
      Of({.id = "peer.posix_mq_visible",
          .severity = Severity::kMedium,
          .claim = "A POSIX message queue of another sandbox cannot be opened.",
          .why = "Its messages can be read, swallowed or forged.",
          .probe = "ipc/posix_mq",
          .canary = Canary::kPeerQueue,
          .denied_by = OrFiltered({ENOENT}),
          .remedy = {{"bwrap", "add --unshare-ipc to either sandbox"}},
          .source = "mq_overview(7), ipc_namespaces(7)"}),
      Of({.id = "svc.tmp_not_shared",
          .severity = Severity::kMedium,
          .claim = "A file in another sandbox's /tmp cannot be read.",
          .why =
              "Sockets, locks and half-written secrets lie there under names that can be guessed.",
          .probe = "fs/read_file",
          .canary = Canary::kPeerTmpFile,
          .denied_by = NoFile(),
          .remedy = {{"bwrap", "--tmpfs /tmp in either sandbox"},
                     {"command", "a /tmp of its own for each sandbox"}},
          .source = "mount_namespaces(7), systemd.exec(5) PrivateTmp="}),
      Of({.id = "peer.shm_file_readable",
          .severity = Severity::kHigh,
          .claim = "A file in another sandbox's /dev/shm cannot be read.",
          .why = "It is shared memory: the mount namespace hides it, and --unshare-ipc does not.",
          .probe = "fs/read_file",
          .canary = Canary::kPeerShmFile,
          .denied_by = NoFile(),
          .remedy = {{"bwrap", "use --dev /dev instead of --dev-bind /dev /dev"}},
          .source = "shm_overview(7), mount_namespaces(7)"}),
      Of({.id = "peer.key_readable",
          .severity = Severity::kMedium,
          .claim = "A key of another sandbox cannot be read by its serial number.",
          .why = "No namespace hides it: a serial number is global and small enough to guess.",
          .probe = "inherit/read_key",
          .canary = Canary::kPeerKey,
          .denied_by = OrFiltered({ENOKEY}),
          .remedy = {{"bwrap", "refuse keyctl by --seccomp"}},
          .source = "keyctl(2) KEYCTL_READ, keyrings(7)"}),
      Of({.id = "ipc.peer_pidfd_obtainable",
          .severity = Severity::kInfo,
          .claim = "No socket gives a descriptor of another sandbox's process.",
          .why = "SO_PEERPIDFD names the listener's process whatever PID namespaces lie between.",
          .probe = "ipc/peer",
          .canary = Canary::kPeerSocket,
          .params = {{"how", "pidfd"}},
          .denied_by = NoSocket(),
          .absent_by = {ENOPROTOOPT},
          .remedy = {{"bwrap", "let no socket be shared: --unshare-net, and no common directory"}},
          .source = "unix(7) SO_PEERPIDFD"}),
      Of({.id = "ipc.scm_rights_crosses",
          .severity = Severity::kHigh,
          .claim = "No descriptor comes over from another sandbox.",
          .why =
              "A descriptor carries the rights with which it was opened, and the mounts of whoever "
              "opened it.",
          .probe = "peer/descriptor",
          .canary = Canary::kPeerSocket,
          .denied_by = OrNoSocket({ECONNREFUSED, ENOENT, ENOTDIR, ENODATA}),
          .remedy = {{"bwrap", "let no socket be shared: --unshare-net, and no common directory"},
                     {"command",
                      "receive without a control buffer, or SO_PASSRIGHTS=0 (Linux 6.16)"}},
          .source = "unix(7) SCM_RIGHTS"}),
      OfServer({.id = "peer.descriptor_stealable",
                .claim = "By a channel no descriptor of the other sandbox's process can be taken.",
                .why =
                    "SO_PEERPIDFD and pidfd_getfd hand the client the server's open databases and "
                    "keys.",
                .params = {{"how", "fd"}},
                .remedy = AgainstTakingDescriptors(),
                .source = "unix(7) SO_PEERPIDFD, pidfd_getfd(2)"}),
      OfServer({.id = "peer.mounts_enterable",
                .claim = "By a channel the other sandbox's mounts cannot be entered.",
                .why = "There the client reads and writes whatever the other sandbox may.",
                .params = {{"how", "mounts"}},
                .remedy = AgainstEnteringMounts(),
                .source = "unix(7) SO_PEERPIDFD, setns(2)"}),
      {.id = "ipc.peercred_distinguishes",
       .severity = Severity::kMedium,
       .claim = "A server can tell by SO_PEERCRED that it is this sandbox that connects.",
       .why =
           "Where uid and gid are those of another client or its own, and the pid is 0, it cannot "
           "grant one more than another.",
       .probe = "peer/credentials",
       .canary = Canary::kPeerService,
       .subject = SubjectKind::kServer,
       .control = ControlAs::kPeer,
       .fact = FactRule{.fact = "same_as", .comparison = Comparison::kEmpty},
       .expect = kRequiredIfStrict,
       .remedy = {{"bwrap", "start each sandbox as a uid of its own (setpriv --reuid)"},
                  {"command", "run each sandbox as a uid of its own"}},
       .source = "unix(7) SO_PEERCRED, user_namespaces(7)"},
      {.id = "svc.socket_dir_not_writable_by_client",
       .severity = Severity::kHigh,
       .claim = "The client of a channel cannot put a socket of its own in the server's place.",
       .why = "Every other client then talks to it, and gives it what was meant for the server.",
       .probe = "peer/replace_socket",
       .canary = Canary::kPeerEntry,
       .subject = SubjectKind::kChannel,
       .denied_by = OrNoSocket({EROFS, ENOENT, ENOTDIR}),
       .denied_by_signal = {SIGSYS},
       .remedy = {{"bwrap",
                   "--ro-bind DIR DIR for the client, and --cap-drop ALL so that it cannot be "
                   "remounted"},
                  {"command", "mount the socket's directory read-only for the client"}},
       .source = "unix(7), renameat2(2), mount(2) MS_REMOUNT"},
  };
}

}  // namespace sandproof::catalogue
