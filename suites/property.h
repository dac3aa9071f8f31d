// The record of one property: the only place that knows what is asserted, how grave it is, what
// counts as a denial, and how to fix it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sandproof {

enum class Severity : std::uint8_t { kInfo, kLow, kMedium, kHigh, kCritical };
enum class Profile : std::uint8_t { kStrict, kService, kAgent };

// What is expected of a property in one sandbox.
enum class Expectation : std::uint8_t {
  kBlocked,   // an attempt that must not get through
  kAllowed,   // an attempt that must get through
  kRequired,  // a fact that must hold
  kAny,       // reported, not asserted
};

// How a fact was had. Grades are never mixed silently.
enum class Grade : std::uint8_t {
  kExercised,  // a probe did it inside
  kObserved,   // the harness read it from the host's /proc
  kDeclared,   // read from configuration
};

// A decoy of this run. Each adds parameters to the request of a probe that names it.
enum class Canary : std::uint8_t {
  kNone,
  kProcess,            // pid token nonce address(hex) fd environ(name=nonce) · counts SIGURG
  kTcp4,               // host port nonce
  kTcp6,               // host port nonce
  kUdp4,               // host port nonce · counts datagrams
  kUdp6,               // host port nonce · counts datagrams
  kHostAddress,        // host port nonce: TCP on a non-loopback address of this machine
  kUnixPath,           // path nonce: a listener in a directory that nobody declared
  kUnixPathDgram,      // path nonce: the same, SOCK_DGRAM · counts datagrams
  kUnixPathSeqpacket,  // path nonce: the same, SOCK_SEQPACKET
  kUnixAbstract,       // name nonce
  kSecretFile,         // path nonce handle_type handle(hex): outside every declared path
  kTmpFile,            // path nonce: in /tmp
  kShmFile,            // path nonce: in /dev/shm
  kHomeFile,           // path nonce: in the home directory
  kSysvShm,            // key nonce
  kSysvSem,            // key
  kSysvMsg,            // key
  kPosixMq,            // name
  kSessionKey,         // description nonce: in the session keyring of the launch
  kUserKey,            // description nonce serial: in the user keyring
  kEnvironment,        // name nonce: a variable given to the launcher
  kInheritedFile,      // fd nonce: a descriptor without close-on-exec, low number
  kInheritedHigh,      // fd nonce: the same above 1023, or as high as the limit lets it be
  kInheritedDir,       // fd path nonce: a directory; path is relative to it
  kHostname,           // name: the node name after a change made once the sandbox ran
  kSetIdProgram,       // name nonce: set-uid to a uid that is nobody's
  kCapsProgram,        // name nonce: permitted every capability
  kDisk,               // major minor nonce type file: a block device, with a file system on it
  kTerminal,           // a pty as controlling terminal · counts characters in its input queue
  kProcessGroup,       // the launcher's process group · counts SIGURG
  kSocketChannel,      // path nonce: a listener in a directory that the launcher does bind
  kUnixDgram,          // name nonce: abstract, SOCK_DGRAM · counts datagrams
  kUnixSeqpacket,      // name nonce: abstract, SOCK_SEQPACKET
  // Those outside, in the arena or at an address of this machine; all count what comes.
  kFarTcp4,         // host port nonce
  kFarTcp6,         // host port nonce
  kFarUdp4,         // host port nonce
  kFarUdp6,         // host port nonce
  kFarSctp4,        // host port nonce
  kFarSctp6,        // host port nonce
  kFarUring,        // host port nonce: TCP, asked through io_uring
  kInbound,         // host port nonce: talks to a port inside, and counts answers
  kFarIcmp4,        // host: counts echo requests
  kFarIcmp6,        // host: counts echo requests
  kFarRaw4,         // host protocol: counts packets
  kFarRaw6,         // host protocol: counts packets
  kFarDnsUdp4,      // host port name nonce: a resolver, whose answer is the nonce
  kFarDnsUdp6,      // host port name nonce
  kFarDnsTcp4,      // host port name nonce
  kFarDnsTcp6,      // host port name nonce
  kMetadata4,       // host port nonce: HTTP at the address of clouds' metadata services
  kMetadata6,       // host port nonce
  kNeighbour4,      // host port nonce: a machine of the local network
  kNeighbour6,      // host port nonce
  kBroadcast,       // host port nonce: whoever listens in the local network
  kMulticast4,      // host port nonce
  kMulticast6,      // host port nonce
  kAllowed,         // host port nonce: a destination that the configuration allows
  kUndeclaredPort,  // host port nonce: another port of such a destination
  // Those planted inside another sandbox of the configuration.
  kPeerProcess,  // pid (as the host numbers it) token
  kPeerStream,   // name nonce: abstract
  kPeerDgram,    // name nonce: abstract
  kPeerTcp,      // host port nonce
  kPeerUdp,      // host port nonce
  kPeerSegment,  // id size nonce: System V shared memory
  kPeerQueue,    // name
  kPeerTmpFile,  // path nonce
  kPeerShmFile,  // path nonce
  kPeerKey,      // serial nonce: everybody may read it
  kPeerSocket,   // path or name, nonce fd_nonce: of a channel, else abstract
  kPeerService,  // path nonce peer_fd peer_nonce peer_root: of a channel
  kPeerEntry,    // path own: a socket to be replaced, in the directory of a channel
};

// What a property is about, one by one: fs.ro.open_write[/app].
enum class SubjectKind : std::uint8_t {
  kNone,
  kReadOnlyPath,   // each path that the launcher or the configuration calls read-only
  kReadWritePath,  // each one called read-write
  kPrivatePath,    // each fresh one: a tmpfs
  kAbsentPath,     // each one that must not exist inside
  kSocketPath,     // each socket that a channel declares
  kEndpoint,       // each destination in a network that the configuration allows
  kPeer,           // each other sandbox
  kServer,         // each other sandbox that a channel leads to
  kChannel,        // each socket of a channel, with the other sandbox up
  kCall,           // each socket or address of a channel, with the real services up
  kKeptPath,       // each read-write path, in which what is written is to last
  kKeptByPeer,     // each such path of each other sandbox that is not bound here too
};

// Which identity the positive control runs as.
enum class ControlAs : std::uint8_t {
  kLauncher,  // who starts the launcher: for what the dropping of privilege is to prevent
  kPayload,   // the payload's uid, gid and groups: for what file modes could be hiding
  kNothing,   // no control: for allowed attempts, whose reach is its own proof
  kPeer,      // inside the sandbox in which the canary was planted
};

// How a fact is judged.
enum class Comparison : std::uint8_t {
  kEquals,              // the one value is `values[0]`
  kDiffersFromOutside,  // the value is not the one that the control read
  kSharesNothing,       // no value begins with the same word as one that the control read
  kNothingMore,         // every value is one that the control read too
  kWithin,              // every value is in `values` or in the check's own expected list
  kEmpty,               // there is no value
};

struct FactRule {
  std::string_view fact;
  Comparison comparison = Comparison::kEquals;
  std::vector<std::string_view> values = {};
};

struct Remedy {
  std::string_view driver;  // "bwrap", "command" (any launcher)
  std::string_view text;
};

struct Expectations {
  Expectation strict = Expectation::kBlocked;
  Expectation service = Expectation::kBlocked;
  Expectation agent = Expectation::kBlocked;
};

inline constexpr Expectations kAlwaysBlocked = {};
inline constexpr Expectations kAlwaysAllowed = {Expectation::kAllowed, Expectation::kAllowed,
                                                Expectation::kAllowed};
inline constexpr Expectations kAlwaysRequired = {Expectation::kRequired, Expectation::kRequired,
                                                 Expectation::kRequired};
inline constexpr Expectations kNeverAsserted = {Expectation::kAny, Expectation::kAny,
                                                Expectation::kAny};
// What an agent's work may need: it runs what it is told to.
inline constexpr Expectations kBlockedUnlessAgent = {Expectation::kBlocked, Expectation::kBlocked,
                                                     Expectation::kAny};
inline constexpr Expectations kRequiredUnlessAgent = {Expectation::kRequired,
                                                      Expectation::kRequired, Expectation::kAny};
// What every user may outside, or what counts for the sandbox's own namespaces only.
inline constexpr Expectations kBlockedIfStrict = {Expectation::kBlocked, Expectation::kAny,
                                                  Expectation::kAny};
inline constexpr Expectations kRequiredIfStrict = {Expectation::kRequired, Expectation::kAny,
                                                   Expectation::kAny};

struct FixedParam {
  std::string_view key;
  std::string_view value;
};

// One property.
//
// Either an attempt (no `fact`): the probe tries something, and `denied_by` names the errnos that
// are a denial by what this property is about. Or a fact: the probe reads a value and `fact` says
// how it is judged.
struct Property {
  std::string_view id = {};
  Severity severity = Severity::kMedium;
  std::string_view claim = {};  // what holds when it passes, one sentence
  std::string_view why = {};    // what an attacker gains when it does not
  std::string_view probe = {};  // "fs/read_file"; "host/process" is read by the harness itself
  Canary canary = Canary::kNone;
  std::vector<FixedParam> params = {};
  SubjectKind subject = SubjectKind::kNone;
  ControlAs control = ControlAs::kLauncher;

  std::vector<int> denied_by = {};         // errno
  std::vector<int> denied_by_signal = {};  // SIGSYS
  std::vector<int> reached_by = {};        // errno: let in, the harmless argument was refused
  std::vector<int> absent_by = {};  // errno of the control: this kernel or host has no such thing
  std::vector<int> nothing_inside = {};  // errno inside: there is nothing there to try it on
  // A dropped packet, or an answer of somebody else: the canary's counter decides.
  bool timeout_is_denial = false;
  // The probe only prepares what somebody outside tries: a count of nothing is a denial.
  bool witness_decides = false;
  bool witnessed = false;  // only the canary's own counter proves a reach
  // It takes all that it is given of something, so it is tried only where that is asked for. What
  // limits it is a denial.
  bool exhausts = false;

  std::optional<FactRule> fact = std::nullopt;

  Expectations expect = kAlwaysBlocked;
  Grade grade = Grade::kExercised;
  std::vector<Remedy> remedy = {};
  std::string_view source = {};  // man page and section, kernel document, CVE
};

[[nodiscard]] std::string_view Name(Severity severity);
[[nodiscard]] std::string_view Name(Profile profile);
[[nodiscard]] std::string_view Name(Expectation expectation);
[[nodiscard]] std::string_view Name(Grade grade);
[[nodiscard]] std::optional<Profile> ParseProfile(std::string_view name);
[[nodiscard]] std::optional<Expectation> ParseExpectation(std::string_view name);
[[nodiscard]] Expectation ExpectedIn(const Property& property, Profile profile);

// "net" for net.tcp_loopback_reachable: the first part of the id.
[[nodiscard]] std::string_view Family(const Property& property);

// The remedy for a driver, or the one for any launcher; empty when the record has none.
[[nodiscard]] std::string_view RemedyFor(const Property& property, std::string_view driver);

// "EACCES", "SIGSYS"; "errno 4095" for a number without a name.
[[nodiscard]] std::string ErrnoName(int error);
[[nodiscard]] std::string SignalName(int signal);

}  // namespace sandproof
