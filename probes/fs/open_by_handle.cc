// Attempts: open_by_handle_at(2) of the canary file by the handle that the harness took outside,
//   through every visible directory.
// Harmless: reads only, and only a file of this run.
// Tells apart: EPERM, no CAP_DAC_READ_SEARCH; ESTALE, no mount of that file system is visible (it
//   is reported only when every mount was tried); ENOSYS, a filter or the kernel.
// Source: open_by_handle_at(2) ERRORS.
#include <fcntl.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "probes/agent/mounts.h"
#include "probes/agent/probe.h"

namespace sandproof::probes::fs {

namespace {

// The kernel's struct file_handle: two numbers, then the bytes.
struct Handle {
  unsigned size = 0;
  int type = 0;
  unsigned char bytes[128] = {};
};

Handle FromHex(const Request& request) {
  const std::string& hex = request.Param("handle");
  Handle handle{.type = static_cast<int>(request.Number("handle_type", 0))};
  while (handle.size < sizeof handle.bytes && 2 * handle.size + 1 < hex.size()) {
    const std::string digits = hex.substr(2 * std::size_t{handle.size}, 2);
    handle.bytes[handle.size++] =
        static_cast<unsigned char>(std::strtoul(digits.c_str(), nullptr, 16));
  }
  return handle;
}

}  // namespace

Observation OpenByHandle(const Request& request) {
  Handle handle = FromHex(request);
  if (handle.size == 0) return SetupFailed("open_by_handle_at", "no handle", EINVAL);
  int refusal = 0;
  for (const std::string& root : VisibleRoots()) {
    const UniqueFd mount(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK));
    if (!mount) continue;
    const UniqueFd fd(::open_by_handle_at(
        mount.get(), reinterpret_cast<struct file_handle*>(&handle), O_RDONLY | O_CLOEXEC));
    if (!fd) {
      // The refusal by privilege says more than that of a foreign file system.
      if (refusal != EPERM) refusal = errno;
    } else if (ReadAll(fd.get(), 256) == request.Param("nonce")) {
      return Reached("open_by_handle_at", root);
    }
  }
  if (refusal == 0) return NotProven("open_by_handle_at", "another file");
  if (refusal == ESTALE && !Mounts().complete)
    return NotProven("open_by_handle_at", "mounts unknown");
  return Denied("open_by_handle_at", request.Param("path"), refusal);
}

}  // namespace sandproof::probes::fs
