// A disk of the run's own: what a device node that the payload makes would open.
#pragma once

#include <string>

#include "harness/result.h"
#include "probes/wire/request.h"
#include "probes/wire/unique_fd.h"

namespace sandproof {

// A read-only loop device over memory of ours. The kernel detaches it when the last descriptor of
// it is closed, so that nothing is left whatever becomes of us; no node of it is made.
// Source: loop(4) LO_FLAGS_AUTOCLEAR, LOOP_CONFIGURE (Linux 5.8).
class Disk {
 public:
  // Only a device that exists already is taken. Errors: kInternal, where none is free, the driver
  // is not loaded or the kernel refuses.
  [[nodiscard]] static Result<Disk> Attach(const std::string& nonce);

  // major minor nonce; type, where the kernel has loaded a file system that can read it; file.
  [[nodiscard]] const Params& params() const { return params_; }

 private:
  Disk(UniqueFd device, Params params) : device_(std::move(device)), params_(std::move(params)) {}

  UniqueFd device_;
  Params params_;
};

}  // namespace sandproof
