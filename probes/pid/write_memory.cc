// Attempts: process_vm_writev(2) to the decoy's nonce, of the very bytes that stand there.
// Harmless: writes only to the decoy's one buffer, and changes nothing in it.
// Tells apart: ESRCH, not in this PID namespace; EPERM, the ptrace access check; ENOSYS, a filter
//   if the control got through.
// Source: process_vm_writev(2), ptrace(2) "Ptrace access mode checking".
#include <sys/uio.h>

#include <cerrno>
#include <cstdlib>

#include "probes/agent/lookup.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::pid {

Observation WriteMemory(const Request& request) {
  std::string nonce = request.Param("nonce");
  const std::string operand = request.Param("pid") + ", " + request.Param("address");
  const auto decoy = static_cast<pid_t>(request.Number("pid"));
  const auto address = std::strtoul(request.Param("address").c_str(), nullptr, 16);
  if (decoy <= 1 || address == 0 || nonce.empty()) {
    return SetupFailed("process_vm_writev", operand, EINVAL);
  }
  if (const int error = LookForDecoy(decoy)) return Denied("getsid", request.Param("pid"), error);
  const iovec local = {.iov_base = nonce.data(), .iov_len = nonce.size()};
  const iovec remote = {.iov_base = reinterpret_cast<void*>(address), .iov_len = nonce.size()};
  const ssize_t written = ::process_vm_writev(decoy, &local, 1, &remote, 1, 0);
  if (written < 0) return Denied("process_vm_writev", operand, errno);
  return ReachedIf(static_cast<std::size_t>(written) == nonce.size(), "process_vm_writev", operand);
}

}  // namespace sandproof::probes::pid
