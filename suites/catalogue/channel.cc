#include <cerrno>
#include <csignal>

#include "suites/catalogue/catalogue.h"
#include "suites/catalogue/refusals.h"

namespace sandproof::catalogue {

namespace {

// Asked with the real service up, over the socket or address of a channel.
Property RoundTrip(Property property) {
  property.probe = "peer/round_trip";
  property.subject = SubjectKind::kCall;
  property.control = ControlAs::kNothing;
  property.expect = kAlwaysAllowed;
  return property;
}

}  // namespace

std::vector<Property> Channel() {
  return {
      {.id = "svc.socket_reachable_across",
       .severity = Severity::kHigh,
       .claim = "A listener in the channel's directory can be reached.",
       .why = "A sandbox that cuts its own service off is taken down again, with all it guarded.",
       .probe = "net/unix_connect",
       .canary = Canary::kSocketChannel,
       .subject = SubjectKind::kSocketPath,
       .control = ControlAs::kNothing,
       .denied_by = OrNoSocket({ENOENT, ENOTDIR, ECONNREFUSED}),
       .expect = kAlwaysAllowed,
       .remedy = {{"bwrap",
                   "bind the directory of the socket, not the socket, which is replaced at "
                   "each start: --ro-bind DIR DIR"},
                  {"command", "mount the directory of the socket into the sandbox"}},
       .source = "unix(7)"},
      {.id = "svc.no_unexpected_listener",
       .severity = Severity::kMedium,
       .claim = "Nothing listens for TCP in the payload's network that nobody declared.",
       .why = "A helper, a debugger or a proxy that the launcher left there serves whoever is "
              "inside.",
       .probe = "net/listeners",
       .absent_by = {ENOENT, EACCES},
       .fact = FactRule{.fact = "listeners", .comparison = Comparison::kEmpty},
       .expect = kRequiredIfStrict,
       .remedy = {{"command", "start nothing in the sandbox's network but the payload"}},
       .source = "proc(5) /proc/net/tcp"},
      RoundTrip(
          {.id = "svc.round_trip",
           .severity = Severity::kHigh,
           .claim = "The service at a channel's end answers this sandbox as it is declared to.",
           .why = "A sandbox that cuts its own service off is taken down again, with all it "
                  "guarded.",
           .remedy = {{"bwrap",
                       "bind the directory of the socket, and leave what the service needs "
                       "to start"},
                      {"command", "let the sandbox reach the service's socket or address"}},
           .source = "unix(7), tcp(7)"}),
      RoundTrip({.id = "svc.http_reachable_from_host",
                 .severity = Severity::kHigh,
                 .claim = "The service inside answers whoever is outside as it is declared to.",
                 .why = "Its sandbox would be taken down again, with all it guarded.",
                 .remedy = {{"bwrap",
                             "leave out --unshare-net, or lead the port into the sandbox's "
                             "network"},
                            {"command", "lead the port into the sandbox's network"}},
                 .source = "tcp(7), network_namespaces(7)"}),
      RoundTrip({.id = "svc.socket_stale_cleanup",
                 .severity = Severity::kMedium,
                 .claim = "The service starts again where it was killed and its socket left over.",
                 .why =
                     "bind(2) refuses a name that is there, and the service stays down after every "
                     "crash.",
                 .remedy = {{"command",
                             "remove or replace the socket before bind(2), once nobody answers "
                             "on it"}},
                 .source = "unix(7), bind(2) EADDRINUSE"}),
      {.id = "svc.channel_closed_to_others",
       .severity = Severity::kHigh,
       .claim = "A service that no channel leads to from here cannot be reached.",
       .why = "It trusts its own clients.",
       .probe = "peer/round_trip",
       .subject = SubjectKind::kCall,
       .control = ControlAs::kPeer,
       .denied_by =
           OrNoSocket({ENOENT, ENOTDIR, ECONNREFUSED, ENETUNREACH, EHOSTUNREACH, EADDRNOTAVAIL}),
       .denied_by_signal = {SIGSYS},
       .expect = kBlockedUnlessAgent,
       .remedy = {{"bwrap", "add --unshare-net, and bind no directory with the service's socket"},
                  {"command", "keep the sandbox out of the service's network and directory"}},
       .source = "unix(7), network_namespaces(7)"},
      {.id = "svc.http_bound_address",
       .severity = Severity::kMedium,
       .claim = "The service listens on the declared address and no wider.",
       .why = "On 0.0.0.0 it serves every network that the machine is in.",
       .probe = "host/service",
       .subject = SubjectKind::kCall,
       .control = ControlAs::kNothing,
       .fact = FactRule{.fact = "wider", .comparison = Comparison::kEmpty},
       .expect = kRequiredUnlessAgent,
       .grade = Grade::kObserved,
       .remedy = {{"command", "have the service bind the one address that its clients use"}},
       .source = "ip(7) INADDR_ANY, proc(5) /proc/net/tcp"},
      {.id = "svc.socket_mode",
       .severity = Severity::kMedium,
       .claim = "Not everybody on the host may connect to the service's socket.",
       .why =
           "Its modes and those of its directories are all that keeps other users of the machine "
           "out.",
       .probe = "host/service",
       .subject = SubjectKind::kCall,
       .control = ControlAs::kNothing,
       .fact = FactRule{.fact = "open_to", .comparison = Comparison::kEmpty},
       .expect = kRequiredIfStrict,
       .grade = Grade::kObserved,
       .remedy = {{"command",
                   "give the socket mode 0660 and the group of its clients, or its "
                   "directory mode 0750"}},
       .source = "unix(7) \"Pathname socket ownership and permissions\""},
  };
}

}  // namespace sandproof::catalogue
