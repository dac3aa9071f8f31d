#include "harness/collect/peer_canaries.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>

#include "harness/canary/decoy.h"
#include "harness/collect/questions.h"
#include "probes/wire/list.h"
#include "probes/wire/text.h"

namespace sandproof {

namespace {

PeerDoor::Paths In(const std::string& directory, const std::string& id, std::size_t number) {
  const std::string stem = fmt::format("{}/.sandproof-{}-{}", directory, id, number);
  return {.socket = stem + ".s", .entry = stem + ".e", .own = stem + ".o"};
}

// No two runs, and nobody else, will have a segment of just this size.
std::string OddSize() {
  const unsigned long random = std::strtoul(RandomHex(3).c_str(), nullptr, 16);
  return std::to_string(4097 + random % 262144);
}

const PeerPlace* Find(const std::vector<PeerPlace>& places, const std::string& name) {
  for (const PeerPlace& place : places) {
    if (place.spec->name == name) return &place;
  }
  return nullptr;
}

// The doors of the sandbox `to`: one for each channel whose directory both ends bind.
std::vector<PeerDoor> DoorsOf(const PeerPlace& to, const std::string& id,
                              const std::vector<PeerPlace>& places,
                              const std::vector<ChannelSpec>& channels) {
  std::vector<PeerDoor> doors;
  for (const ChannelSpec& channel : channels) {
    const PeerPlace* const from = Find(places, channel.from);
    const bool is_ours = channel.to == to.spec->name && channel.from != channel.to;
    if (!is_ours || from == nullptr || channel.unix_path.empty()) continue;
    const std::string directory = DirectoryOf(channel.unix_path);
    std::string host = HostPath(*from->promises, directory);
    std::string inside = InsidePath(*to.promises, host);
    // A launcher without promises shows the host's paths, as far as anybody knows.
    if (host.empty() && from->promises->paths.empty()) host = directory;
    if (inside.empty()) inside = directory;
    if (host.empty()) continue;
    const std::size_t number = doors.size();
    doors.push_back({.from = channel.from,
                     .channel = channel.unix_path,
                     .client = In(directory, id, number),
                     .server = In(inside, id, number),
                     .host = In(host, id, number)});
  }
  return doors;
}

}  // namespace

Params PeerCanaries::PlantParams() const {
  std::vector<std::string> sockets;
  for (const PeerDoor& door : doors) {
    sockets.push_back(door.server.socket);
    sockets.push_back(door.server.entry);
  }
  return {{"nonce", nonce},
          {"fd_nonce", fd_nonce},
          {"token", Token()},
          {"stream", Stream()},
          {"dgram", Dgram()},
          {"tmp", TmpFile()},
          {"shm", ShmFile()},
          {"queue", Queue()},
          {"segment", segment_size},
          {"key", "sandproof-peer-key-" + id},
          {"sockets", JoinList(sockets)}};
}

const PeerDoor* PeerCanaries::DoorFor(const std::string& from) const {
  for (const PeerDoor& door : doors) {
    if (door.from == from) return &door;
  }
  return nullptr;
}

std::vector<PeerCanaries> NamePeerCanaries(const std::vector<PeerPlace>& places,
                                           const std::vector<ChannelSpec>& channels) {
  std::vector<PeerCanaries> all;
  for (const PeerPlace& place : places) {
    PeerCanaries one{.id = RandomHex(6),
                     .nonce = RandomHex(16),
                     .fd_nonce = RandomHex(16),
                     .segment_size = OddSize()};
    one.doors = DoorsOf(place, one.id, places, channels);
    all.push_back(std::move(one));
  }
  return all;
}

std::vector<KeptObject> KeptByPeer(const PeerCanaries& canaries, const Promises& promises) {
  std::vector<KeptObject> objects = {
      {.kind = KeptObject::Kind::kOthersQueue, .name = canaries.Queue()}};
  const auto add = [&objects](std::string path) {
    if (!path.empty()) objects.push_back({.kind = KeptObject::Kind::kOthers, .name = path});
  };
  for (const std::string& file : {canaries.TmpFile(), canaries.ShmFile()}) {
    add(file);
    const std::string host = HostPath(promises, file);
    if (host != file) add(host);
  }
  for (const PeerDoor& door : canaries.doors) {
    for (const std::string& path : {door.host.socket, door.host.entry, door.host.own}) add(path);
  }
  return objects;
}

std::string InsidePath(const Promises& promises, const std::string& host) {
  std::string best;
  std::size_t longest = 0;
  if (host.empty()) return best;
  for (const PathPromise& promise : promises.paths) {
    const std::string& source = promise.source;
    const bool is_root = source == "/";
    const bool covers =
        is_root || (!source.empty() && (host == source || host.starts_with(source + '/')));
    if (!covers || source.size() < longest) continue;
    longest = source.size();
    const std::string rest = is_root ? host : host.substr(source.size());
    best = (promise.path == "/" ? "" : promise.path) + rest;
  }
  return best;
}

}  // namespace sandproof
