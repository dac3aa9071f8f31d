// Attempts: a connection to a listener of this run in another sandbox, which answers with what it
//   saw of us by SO_PEERCRED.
// Harmless: only that listener is connected to.
// Tells apart: facts pid, uid and gid, as numbers in the namespaces of the other side; pid 0 is a
//   process that it cannot name.
// Source: unix(7) SO_PEERCRED, pid_namespaces(7), user_namespaces(7).
#include <cerrno>
#include <cstdio>

#include "probes/agent/connect.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::peer {

Observation Credentials(const Request& request) {
  const std::string& nonce = request.Param("nonce");
  const Address address = UnixAddress(request);
  const Connected connected = ConnectTo(request, address);
  if (connected.refusal) return *connected.refusal;
  const std::string heard =
      HearUntil(connected.fd.get(), [](std::string_view text) { return text.ends_with('\n'); });
  const std::size_t at = heard.find(nonce);
  long pid = -1;
  long uid = -1;
  long gid = -1;
  const bool is_read =
      !nonce.empty() && at != std::string::npos &&
      std::sscanf(heard.c_str() + at + nonce.size(), " %ld %ld %ld", &pid, &uid, &gid) == 3;
  if (!is_read) return NotProven("connect", address.text);
  return Read("connect", address.text,
              {{"pid", {std::to_string(pid)}},
               {"uid", {std::to_string(uid)}},
               {"gid", {std::to_string(gid)}}});
}

}  // namespace sandproof::probes::peer
