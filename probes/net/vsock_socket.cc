// Attempts: socket(2) and bind(2) of AF_VSOCK to any port.
// Harmless: a port that the kernel chose, and nobody listens on it. Nothing is connected: CID 2 is
//   outside this machine. The kernel may load the module, as it does for any user.
// Tells apart: EAFNOSUPPORT, no such family; EPERM and EACCES, a filter.
// Source: vsock(7). The family is not confined by network namespaces.
#include <linux/vm_sockets.h>
#include <sys/socket.h>

#include <cerrno>

#include "probes/agent/probe.h"

namespace sandproof::probes::net {

Observation VsockSocket(const Request& /*request*/) {
  const UniqueFd fd(::socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) return Denied("socket", "AF_VSOCK", errno);
  sockaddr_vm any = {};
  any.svm_family = AF_VSOCK;
  any.svm_cid = VMADDR_CID_ANY;
  any.svm_port = VMADDR_PORT_ANY;
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&any), sizeof any) != 0) {
    return Denied("bind", "AF_VSOCK, any port", errno);
  }
  return Reached("bind", "AF_VSOCK, any port");
}

}  // namespace sandproof::probes::net
