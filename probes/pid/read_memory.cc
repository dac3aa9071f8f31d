// Attempts: process_vm_readv(2) of the decoy's nonce; where that is refused, /proc/PID/mem.
// Harmless: reads only, and only the decoy's one buffer.
// Tells apart: ESRCH, not in this PID namespace; EPERM, the ptrace access check; ENOSYS, a filter
//   if the control got through.
// Source: process_vm_readv(2), proc_pid_mem(5).
#include <fcntl.h>
#include <sys/uio.h>

#include <cerrno>
#include <cstdlib>

#include "probes/agent/lookup.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::pid {

namespace {

constexpr std::size_t kMost = 64;

bool ProcMemHolds(const Request& request, unsigned long address) {
  const std::string& nonce = request.Param("nonce");
  const std::string path = "/proc/" + request.Param("pid") + "/mem";
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  char bytes[kMost];
  return fd && ::pread(fd.get(), bytes, nonce.size(), static_cast<off_t>(address)) > 0 &&
         nonce == std::string_view(bytes, nonce.size());
}

}  // namespace

Observation ReadMemory(const Request& request) {
  const std::string& nonce = request.Param("nonce");
  const std::string operand = request.Param("pid") + ", " + request.Param("address");
  const auto decoy = static_cast<pid_t>(request.Number("pid"));
  const auto address = std::strtoul(request.Param("address").c_str(), nullptr, 16);
  if (decoy <= 1 || address == 0 || nonce.empty() || nonce.size() > kMost) {
    return SetupFailed("process_vm_readv", operand, EINVAL);
  }
  if (const int error = LookForDecoy(decoy)) return Denied("getsid", request.Param("pid"), error);
  char bytes[kMost];
  const iovec local = {.iov_base = bytes, .iov_len = nonce.size()};
  const iovec remote = {.iov_base = reinterpret_cast<void*>(address), .iov_len = nonce.size()};
  if (::process_vm_readv(decoy, &local, 1, &remote, 1, 0) >= 0) {
    return ReachedIf(nonce == std::string_view(bytes, nonce.size()), "process_vm_readv", operand);
  }
  const int error = errno;
  if (ProcMemHolds(request, address)) return Reached("pread", "/proc/" + operand);
  return Denied("process_vm_readv", operand, error);
}

}  // namespace sandproof::probes::pid
