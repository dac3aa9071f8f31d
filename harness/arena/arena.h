// The private network of a run, in which outbound traffic can be tested without leaving the
// machine.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "harness/arena/socket.h"
#include "harness/process/forked_helper.h"
#include "harness/result.h"
#include "probes/wire/unique_fd.h"

namespace sandproof {

// Addresses of the arena. Those of the far side are the order's.
inline constexpr const char* kArenaInterface = "eth0";
inline constexpr const char* kArenaGateway4 = "10.203.77.1";
inline constexpr const char* kArenaGateway6 = "fd73:616e:6470::1";
inline constexpr const char* kMetadataAddress4 = "169.254.169.254";
inline constexpr const char* kMetadataAddress6 = "fd00:ec2::254";
// A machine of the local network.
inline constexpr const char* kArenaNeighbour4 = "10.203.77.9";
inline constexpr const char* kArenaNeighbour6 = "fd73:616e:6470::9";
inline constexpr const char* kArenaBroadcast = "10.203.77.255";
// Another address of the machine, as the launcher sees it; the same in every launcher's network.
inline constexpr const char* kArenaOwnAddress = "203.0.113.7";

// Launchers' networks are numbered from 0.
inline constexpr int kArenaControls = -1;

struct ArenaOrder {
  std::size_t launches = 1;                 // launchers, each with a network of its own
  std::vector<std::string> addresses = {};  // numeric, outside: what packets can be sent to
  std::vector<SocketPlan> far = {};         // outside
  std::vector<SocketPlan> near = {};        // in every launcher's network and in the controls'
};

// The socket of a plan, or why it could not be made.
struct ArenaSocket {
  UniqueFd fd = {};
  std::string error = {};
};

// A network in which something is launched: loopback, one interface, default routes of both
// families.
struct ArenaNetwork {
  UniqueFd net_ns = {};
  std::string id = {};        // the inode number of the namespace
  std::string address4 = {};  // what the far side sees as the sender
  std::string address6 = {};
  std::vector<ArenaSocket> sockets = {};  // as the order's `near`
};

// Network namespaces joined by veth pairs: one outside, one for the controls and one for each
// launcher. Launchers have one each because a launcher may set up a firewall in it, which must hold
// back neither the controls nor another launcher.
//
// Root gets them in its own user namespace; anybody else in a new one, in which he is who he is.
// Nothing but our descriptors holds them, so they end with us, however we end.
class Arena {
 public:
  // Starts to make it, in a helper process; the caller goes on in the meantime.
  // Errors: kInternal when the helper cannot be had.
  [[nodiscard]] static Result<Arena> Begin(ArenaOrder order);

  // Waits until there is a network namespace for the controls: what is to wait for its orders in
  // it, can be launched while it is furnished. Errors: kInternal, the call that was refused; there
  // will be no arena then.
  [[nodiscard]] Result<bool> AwaitControls();
  // Waits until all of it is there. Errors: the same.
  [[nodiscard]] Result<bool> Wait();

  // Where controls run, and the launcher of that number.
  [[nodiscard]] const ArenaNetwork& controls() const { return networks_.front(); }
  [[nodiscard]] const ArenaNetwork& launcher(std::size_t number) const {
    return networks_.at(number + 1);
  }
  // Sockets are the caller's to take.
  [[nodiscard]] std::vector<ArenaNetwork>& networks() { return networks_; }
  [[nodiscard]] std::vector<ArenaSocket>& far() { return far_; }
  // The user namespace that owns it; -1 where that is ours.
  [[nodiscard]] int user_ns() const { return user_ns_.get(); }

 private:
  Arena(ForkedHelper helper, ArenaOrder order)
      : helper_(std::move(helper)), order_(std::move(order)) {}

  ForkedHelper helper_;
  ArenaOrder order_;
  UniqueFd user_ns_ = {};
  std::vector<ArenaSocket> far_ = {};
  std::vector<ArenaNetwork> networks_ = {};  // the controls' first
};

// The addresses of a network by its number.
[[nodiscard]] std::string ArenaAddress4(int number);
[[nodiscard]] std::string ArenaAddress6(int number);

}  // namespace sandproof
