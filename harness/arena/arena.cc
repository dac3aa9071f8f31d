#include "harness/arena/arena.h"

#include <fmt/format.h>
#include <sched.h>
#include <sys/stat.h>

#include <algorithm>

#include "harness/arena/builder.h"
#include "harness/arena/parcel.h"
#include "harness/process/process.h"
#include "harness/process/processors.h"

namespace sandproof {

namespace {

constexpr int kLimitMs = 3000;
constexpr int kFirstHost = 11;  // of launchers; the controls' network is one below

Result<Parcel> Receive(int socket) {
  TRY(Parcel parcel, ReceiveParcel(socket, kLimitMs));
  if (parcel.words.size() == 2 && parcel.words[0] == "refused") return Internal(parcel.words[1]);
  return parcel;
}

// The sockets of a parcel whose first descriptors are `others`.
Result<std::vector<ArenaSocket>> SocketsOf(Parcel& parcel, std::size_t others, std::size_t count) {
  std::vector<ArenaSocket> sockets(count);
  if (parcel.words.size() != count + 1) return Internal("the arena's helper sent something else");
  std::size_t next = others;
  for (std::size_t i = 0; i < count; ++i) {
    sockets[i].error = parcel.words[i + 1];
    if (!sockets[i].error.empty()) continue;
    if (next >= parcel.fds.size()) return Internal("the arena's helper sent too few sockets");
    sockets[i].fd = std::move(parcel.fds[next++]);
  }
  return sockets;
}

std::string IdOf(int fd) {
  struct stat status = {};
  return ::fstat(fd, &status) == 0 ? std::to_string(status.st_ino) : "";
}

// Takes the namespace that comes first in a parcel.
Result<ArenaNetwork> NetworkOf(Parcel& parcel, int number) {
  if (parcel.fds.empty()) return Internal("the arena's helper sent no network namespace");
  ArenaNetwork network{.net_ns = std::move(parcel.fds.front())};
  network.id = IdOf(network.net_ns.get());
  network.address4 = ArenaAddress4(number);
  network.address6 = ArenaAddress6(number);
  return network;
}

}  // namespace

std::string ArenaAddress4(int number) { return fmt::format("10.203.77.{}", kFirstHost + number); }

std::string ArenaAddress6(int number) {
  return fmt::format("fd73:616e:6470::{:x}", kFirstHost + number);
}

Result<Arena> Arena::Begin(ArenaOrder order) {
  // The caller has as much to do in the meantime.
  TRY(ForkedHelper helper, ForkedHelper::Begin([&order, ours = ::sched_getcpu()](int socket) {
        LeaveProcessor(ours);
        BuildArena(order, socket);
      }));
  return Arena(std::move(helper), std::move(order));
}

Result<bool> Arena::AwaitControls() {
  if (!networks_.empty()) return true;
  TRY(Parcel seat, Receive(helper_.socket()));
  TRY(ArenaNetwork network, NetworkOf(seat, kArenaControls));
  networks_.push_back(std::move(network));
  return true;
}

Result<bool> Arena::Wait() {
  TRY(const bool has_controls, AwaitControls());
  TRY(Parcel far, Receive(helper_.socket()));
  const std::size_t made =
      static_cast<std::size_t>(std::count(far.words.begin(), far.words.end(), ""));
  const bool has_user_ns = far.fds.size() > made;
  if (has_user_ns) user_ns_ = std::move(far.fds.front());
  TRY(far_, SocketsOf(far, has_user_ns ? 1 : 0, order_.far.size()));
  TRY(Parcel controls, Receive(helper_.socket()));
  TRY(networks_.front().sockets, SocketsOf(controls, 0, order_.near.size()));
  for (int number = 0; number < static_cast<int>(order_.launches); ++number) {
    TRY(Parcel near, Receive(helper_.socket()));
    TRY(ArenaNetwork network, NetworkOf(near, number));
    TRY(network.sockets, SocketsOf(near, 1, order_.near.size()));
    networks_.push_back(std::move(network));
  }
  return has_controls;
}

}  // namespace sandproof
