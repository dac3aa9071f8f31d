// What each start of a system has for itself: a directory, a port, a place among mounts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/result.h"
#include "harness/spec/spec.h"
#include "harness/supervise/system.h"
#include "probes/wire/unique_fd.h"

namespace sandproof {

class Berth {
 public:
  // Makes a directory /tmp/sandproof_berth.*, held by a lock while its process lives, and finds a
  // free port. Where it may, it gives this process a mount namespace of its own. With `has_space`
  // the system is told of a directory in it whose name has one.
  // Errors: kInternal.
  [[nodiscard]] static Result<Berth> Take(bool has_space = false);
  Berth(Berth&& other) noexcept;
  Berth& operator=(Berth&&) = delete;
  ~Berth();  // removes the directory

  // `text` with this berth's directory and port in place of the marks.
  [[nodiscard]] std::string Fill(std::string text) const;
  [[nodiscard]] std::vector<ReadyCheck> Fill(std::vector<ReadyCheck> checks) const;

  // Socket files in the directory.
  [[nodiscard]] std::vector<std::string> SocketFiles() const;
  // Mounts that came since, where this process has a mount namespace of its own.
  [[nodiscard]] std::vector<std::string> NewMounts() const;

 private:
  Berth() = default;
  std::string directory_ = {};
  std::string scratch_ = {};  // what stands for {scratch}: it, or a directory in it
  UniqueFd lock_ = {};
  std::uint16_t port_ = 0;
  bool has_mounts_ = false;
  std::vector<std::string> mounts_ = {};
};

// Removes directories of this uid whose process was killed.
void SweepBerths();

}  // namespace sandproof
