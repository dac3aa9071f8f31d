// Records for the tests of reports: fixed, so that no golden file moves with the catalogue.
#pragma once

#include <cerrno>
#include <csignal>

#include "suites/property.h"

namespace sandproof::sample {

inline const Property kOpenWrite{.id = "fs.ro.open_write",
                                 .severity = Severity::kHigh,
                                 .claim = "A read-only path cannot be opened for writing.",
                                 .why = "The payload can change what it is built from.",
                                 .probe = "fs/open_write",
                                 .subject = SubjectKind::kReadOnlyPath,
                                 .denied_by = {EROFS},
                                 .source = "open(2)"};
inline const Property kRemount{.id = "fs.remount_rw_bind",
                               .severity = Severity::kCritical,
                               .claim = "A read-only path cannot be remounted writable.",
                               .why = "Read-only binds protect nothing from who can undo them.",
                               .probe = "fs/remount",
                               .subject = SubjectKind::kReadOnlyPath,
                               .denied_by = {EPERM},
                               .source = "mount(2), bubblewrap issue 287"};
inline const Property kReboot{.id = "sys.reboot",
                              .severity = Severity::kCritical,
                              .claim = "The machine cannot be rebooted.",
                              .why = "One call ends every service on the host.",
                              .probe = "sys/reboot",
                              .denied_by = {EPERM},
                              .denied_by_signal = {SIGSYS},
                              .reached_by = {EINVAL},
                              .source = "reboot(2)"};
inline const Property kGroupSignal{.id = "pid.process_group_signalable",
                                   .severity = Severity::kHigh,
                                   .claim = "The launcher's process group cannot be signalled.",
                                   .why = "kill(0, SIGKILL) ends the supervisor and the sibling.",
                                   .probe = "pid/signal_group",
                                   .canary = Canary::kProcessGroup,
                                   .denied_by = {ESRCH, EPERM},
                                   .witnessed = true,
                                   .source = "kill(2)"};
inline const Property kCapEffective{
    .id = "cap.effective_empty",
    .severity = Severity::kMedium,
    .claim = "The payload holds no capability.",
    .why = "Each capability is a way out.",
    .probe = "cap/sets",
    .fact = FactRule{.fact = "effective", .comparison = Comparison::kEmpty},
    .expect = kAlwaysRequired,
    .source = "capabilities(7)"};
inline const Property kHostname{
    .id = "uts.hostname_differs",
    .severity = Severity::kLow,
    .claim = "The host's name is not visible.",
    .why = "It tells which machine this is.",
    .probe = "uts/name",
    .fact = FactRule{.fact = "nodename", .comparison = Comparison::kDiffersFromOutside},
    .expect = kAlwaysRequired,
    .grade = Grade::kObserved,
    .source = "uts_namespaces(7)"};
inline const Property kUdpCanary{.id = "net.udp4_reachable",
                                 .severity = Severity::kMedium,
                                 .claim = "A UDP service of the host is not reachable.",
                                 .why = "Local services trust who is on the machine.",
                                 .probe = "net/udp",
                                 .canary = Canary::kUdp4,
                                 .timeout_is_denial = true,
                                 .source = "udp(7)"};
inline const Property kTcp6{.id = "net.tcp6_reachable",
                            .severity = Severity::kMedium,
                            .claim = "A TCP service of the host is not reachable over IPv6.",
                            .why = "Local services trust who is on the machine.",
                            .probe = "net/tcp",
                            .canary = Canary::kTcp6,
                            .source = "ipv6(7)"};
inline const Property kChannel{.id = "channel.unix_socket",
                               .severity = Severity::kHigh,
                               .claim = "The declared socket can be used.",
                               .why = "Without it the two services cannot work together.",
                               .probe = "net/unix_connect",
                               .subject = SubjectKind::kSocketPath,
                               .control = ControlAs::kNothing,
                               .expect = kAlwaysAllowed,
                               .source = "unix(7)"};
inline const Property kNewSession{.id = "launcher.new_session",
                                  .severity = Severity::kInfo,
                                  .claim = "The launcher is asked for a session of its own.",
                                  .why = "A shared terminal takes injected input.",
                                  .probe = "host/process",
                                  .expect = kNeverAsserted,
                                  .grade = Grade::kDeclared,
                                  .source = "setsid(2)"};
inline const Property kProcessVisible{.id = "pid.host_process_signalable",
                                      .severity = Severity::kHigh,
                                      .claim = "A process of the host cannot be signalled.",
                                      .why = "The payload can stop what supervises it.",
                                      .probe = "pid/signal",
                                      .canary = Canary::kProcess,
                                      .denied_by = {ESRCH},
                                      .source = "pid_namespaces(7)"};

}  // namespace sandproof::sample
