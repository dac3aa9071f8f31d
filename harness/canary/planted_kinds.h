// Descriptors of other kinds than files, to be leaked into a launch.
#pragma once

#include <string>
#include <vector>

#include "harness/process/process.h"
#include "probes/wire/request.h"
#include "probes/wire/unique_fd.h"

namespace sandproof {

class PlantedKinds {
 public:
  // One of each kind that this host gives: a memfd, a pipe and a socket from which `nonce` can be
  // read, a pidfd of ourselves, a terminal. They can be used any number of times.
  [[nodiscard]] static PlantedKinds Make(const std::string& nonce);

  // Adds them to `planted`, at numbers that are neither `taken` nor planted, and these numbers to
  // `params`, by the names of the kinds that probes/inherit/planted_kinds.cc takes.
  void Plant(std::vector<int> taken, std::vector<ChildFd>& planted, Params& params) const;

 private:
  UniqueFd memfd_ = {};
  UniqueFd pipe_ = {};
  UniqueFd pipe_writer_ = {};  // open, so that the reader does not end
  UniqueFd socket_ = {};
  UniqueFd socket_peer_ = {};
  UniqueFd pidfd_ = {};
  UniqueFd terminal_ = {};
  UniqueFd terminal_master_ = {};
};

}  // namespace sandproof
