// What is planted inside a sandbox for the others to look for: names, chosen before anything is
// made, so that what the kernel would keep can be journalled.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/canary/kept.h"
#include "harness/driver/driver.h"
#include "harness/spec/spec.h"
#include "probes/wire/request.h"

namespace sandproof {

// A socket that a sandbox makes in the directory of a channel which leads to it.
struct PeerDoor {
  std::string from = {};     // the sandbox at the channel's other end
  std::string channel = {};  // its path, as that sandbox sees it
  // The same socket as the client, the server and the host see it; and one to be replaced, with
  // the name that the replacing one gets first.
  struct Paths {
    std::string socket = {};
    std::string entry = {};
    std::string own = {};
  };
  Paths client = {};
  Paths server = {};
  Paths host = {};
};

struct PeerCanaries {
  std::string id = {};
  std::string nonce = {};
  std::string fd_nonce = {};
  std::string segment_size = {};
  std::vector<PeerDoor> doors = {};

  [[nodiscard]] std::string Token() const { return "sp" + id; }  // fits comm
  [[nodiscard]] std::string Stream() const { return "sandproof-peer-" + id; }
  [[nodiscard]] std::string Dgram() const { return "sandproof-peer-dgram-" + id; }
  [[nodiscard]] std::string TmpFile() const { return "/tmp/.sandproof-peer-" + id; }
  [[nodiscard]] std::string ShmFile() const { return "/dev/shm/sandproof-peer-" + id; }
  [[nodiscard]] std::string Queue() const { return "/sandproof-peer-" + id; }
  // For the probe that plants; the port of its listeners is added when it is known.
  [[nodiscard]] Params PlantParams() const;
  [[nodiscard]] const PeerDoor* DoorFor(const std::string& from) const;
};

// A sandbox by what its configuration and its launcher say.
struct PeerPlace {
  const SandboxSpec* spec = nullptr;
  const Promises* promises = nullptr;
};

// One for each place, in their order.
[[nodiscard]] std::vector<PeerCanaries> NamePeerCanaries(const std::vector<PeerPlace>& places,
                                                         const std::vector<ChannelSpec>& channels);

// What of it lies on the host where the sandbox does not hide it: for the journal.
[[nodiscard]] std::vector<KeptObject> KeptByPeer(const PeerCanaries& canaries,
                                                 const Promises& promises);

// The path inside for one of the host's, by the launcher's promises; empty where none covers it.
[[nodiscard]] std::string InsidePath(const Promises& promises, const std::string& host);

}  // namespace sandproof
