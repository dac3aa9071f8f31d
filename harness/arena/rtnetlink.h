// Links, addresses and routes of one network namespace, made by netlink.
#pragma once

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "harness/result.h"
#include "probes/wire/unique_fd.h"

namespace sandproof {

// An end of a veth pair. The numbers are chosen here, so that nobody need look them up.
struct VethEnd {
  std::string name = {};
  int index = 0;
};

// Requests are collected and go to the kernel in one message: one system call for many of them.
class RtNetlink {
 public:
  // Belongs to the network namespace that the caller is in now, and stays there.
  [[nodiscard]] static Result<RtNetlink> Open();

  // `there` comes into being in the network namespace that `there_fd` refers to.
  void AddVeth(const VethEnd& here, const VethEnd& there, int there_fd);
  void SetUp(int index);
  // Makes an interface that is up carry packets at once, now that its other end is up too.
  //
  // Why: an end of a veth pair that came up first is told of its carrier by a work queue of the
  // kernel, and drops what it should send until then: under load the first packet of one run in
  // ten. A change of the queue's length activates the device within the request.
  // Source: dev_qdisc_change_tx_queue_len() in net/sched/sch_generic.c.
  void Activate(int index);
  // A numeric address of either family. IPv4 gets the broadcast address of its network, IPv6 is
  // taken for unique without asking around; no route to the network comes with it.
  void AddAddress(int index, const std::string& address, int prefix_length);
  // A route by an interface, and by `gateway` where there is one; "" with length 0 is a default
  // route of `family`.
  void AddRoute(int index, int family, const std::string& destination, int prefix_length,
                const std::string& gateway = "");

  // Every address of `family` that no other route leads to is this namespace's own, where nobody
  // listens: whoever asks there is refused at once.
  void OwnTheRest(int family);

  // Sends what was collected and waits until the kernel has done all of it.
  // Errors: kInternal, the request that was refused first and the errno's name.
  [[nodiscard]] Result<bool> Commit();

 private:
  explicit RtNetlink(UniqueFd socket) : socket_(std::move(socket)) {}
  void Begin(int type, int flags, std::string what);
  void Append(const void* data, std::size_t size);
  void Attribute(int type, const void* data, std::size_t size);
  void Attribute(int type, std::string_view text);
  [[nodiscard]] std::size_t BeginNest(int type);
  void EndNest(std::size_t at);
  void EndMessage();
  void BeginRoute(rtmsg route, int index, const std::string& what);
  [[nodiscard]] Result<bool> Hear(std::size_t& unanswered);

  UniqueFd socket_;
  std::vector<char> buffer_ = {};
  std::size_t message_ = 0;              // where the present message begins
  std::vector<std::string> whats_ = {};  // of each message, by its sequence number
};

}  // namespace sandproof
