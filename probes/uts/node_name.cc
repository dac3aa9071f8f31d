// Attempts: uname(2), in search of the name to which the outer node name was changed meanwhile: a
//   word and a number, "sandproof-ID-7". A higher number is a later change, made for a sandbox that
//   runs at the same time; a lower one was there before ours was launched.
//   With "which" = domain, the NIS domain name beside it, which is changed at the same time.
//   With "how" = set, where the name follows, also sethostname(2) with an invalid length.
// Harmless: reads; the harness changed the name of a UTS namespace of its own. No length of -1 is
//   ever taken for a name.
// Tells apart: ENOENT, the name inside is another one: it does not follow. EPERM, it follows, but
//   CAP_SYS_ADMIN over it is missing; EINVAL, only the length was refused.
// Source: uts_namespaces(7). A name that equals the host's proves nothing, since a new namespace
//   inherits it.
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>

#include "probes/agent/probe.h"

namespace sandproof::probes::uts {

namespace {

// The number behind the last "-", if the words before it are equal; -1 otherwise.
long ChangeNumber(const std::string& name, const std::string& token) {
  const std::size_t dash = token.rfind('-');
  if (dash == std::string::npos || name.compare(0, dash + 1, token, 0, dash + 1) != 0) return -1;
  return std::strtol(name.c_str() + dash + 1, nullptr, 10);
}

}  // namespace

Observation NodeName(const Request& request) {
  const std::string& token = request.Param("name");
  if (token.empty()) return SetupFailed("uname", "no token", EINVAL);
  utsname names = {};
  if (::uname(&names) != 0) return Denied("uname", "", errno);
  const bool is_domain = request.Param("which") == "domain";
  const std::string name = is_domain ? names.domainname : names.nodename;
  const bool follows = ChangeNumber(name, token) >= ChangeNumber(token, token);
  if (!follows) return Denied("uname", token, ENOENT);
  if (request.Param("how") != "set") return Reached("uname", name);
  const long outcome = ::syscall(SYS_sethostname, "x", -1);
  return outcome == 0 ? Reached("sethostname", "length -1")
                      : Denied("sethostname", "length -1", errno);
}

}  // namespace sandproof::probes::uts
