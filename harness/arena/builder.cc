#include "harness/arena/builder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <optional>

#include "harness/arena/parcel.h"
#include "harness/arena/rtnetlink.h"
#include "harness/process/capabilities.h"
#include "harness/process/process.h"
#include "probes/wire/user_namespace.h"
#include "probes/wire/write_text.h"

namespace sandproof {

namespace {

constexpr int kLoopback = 1;
constexpr int kNearIndex = 77;
constexpr int kFirstFarIndex = 100;
constexpr int kLan4 = 24;
constexpr int kLan6 = 64;
// Settings of a host's network that decide what an unprivileged payload may do.
constexpr const char* kPingGroups = "/proc/sys/net/ipv4/ping_group_range";
constexpr const char* kFreePorts = "/proc/sys/net/ipv4/ip_unprivileged_port_start";
// icmp(7): no more than a few refusals in a second go to one asker, and who asks again waits.
constexpr const char* kRefusalPause4 = "/proc/sys/net/ipv4/icmp_ratelimit";
constexpr const char* kRefusalPause6 = "/proc/sys/net/ipv6/icmp/ratelimit";

bool IsSix(const std::string& address) { return address.find(':') != std::string::npos; }

std::string ReadSetting(const char* path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

// Where /proc/sys is read-only the namespace keeps the kernel's defaults, which allow less; the
// control then says that the thing cannot be done here.
void WriteSetting(const char* path, const std::string& text) {
  static_cast<void>(WriteText(path, text));
}

Result<UniqueFd> OpenNamespace(const char* name) {
  const std::string path = std::string("/proc/self/ns/") + name;
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return CallError("open", path, errno);
  return fd;
}

class Builder {
 public:
  Builder(const ArenaOrder& order, int socket) : order_(order), socket_(socket) {}

  Result<bool> Build() {
    ping_groups_ = ReadSetting(kPingGroups);
    free_ports_ = ReadSetting(kFreePorts);
    UniqueFd user_ns;
    if (!MayFillNamespaces()) {
      const Mapped mapped = EnterUserNamespace(::geteuid(), ::getegid(), 0);
      if (mapped == Mapped::kNobody) return CallError("unshare", "CLONE_NEWUSER", errno);
      if (mapped == Mapped::kSelf) LimitPingGroups();
      TRY(user_ns, OpenNamespace("user"));
    }
    TRY(const bool is_begun, BeginFar());
    static_cast<void>(is_begun);
    std::vector<Parcel> parcels(1 + 1 + order_.launches);
    for (std::size_t i = 1; i < parcels.size(); ++i) {
      TRY(parcels[i], BuildNear(kArenaControls + static_cast<int>(i) - 1));
    }
    for (const int index : far_interfaces_) far_->Activate(index);
    // A launcher that asks for a name, or calls home, must not wait for an answer that is lost.
    far_->OwnTheRest(AF_INET);
    if (has_six_) far_->OwnTheRest(AF_INET6);
    TRY(const bool is_active, far_->Commit());
    static_cast<void>(is_active);
    if (::setns(far_ns_.get(), CLONE_NEWNET) != 0) return CallError("setns", "far", errno);
    if (user_ns) parcels[0].fds.push_back(std::move(user_ns));
    AddSockets(order_.far, parcels[0]);
    for (const Parcel& parcel : parcels) {
      if (!SendParcel(socket_, parcel)) return CallError("sendmsg", "the harness", errno);
    }
    return true;
  }

 private:
  // Only groups that the user namespace knows can be named in it, and it knows ours alone.
  void LimitPingGroups() {
    unsigned low = 1;
    unsigned high = 0;
    const bool is_read = std::sscanf(ping_groups_.c_str(), "%u %u", &low, &high) == 2;
    const bool is_ours = is_read && low <= ::getegid() && ::getegid() <= high;
    ping_groups_ = is_ours ? fmt::format("{0} {0}", ::getegid()) : "";
  }

  Result<bool> BeginFar() {
    if (::unshare(CLONE_NEWNET) != 0) return CallError("unshare", "CLONE_NEWNET", errno);
    TRY(far_ns_, OpenNamespace("net"));
    WriteSetting(kRefusalPause4, "0");
    WriteSetting(kRefusalPause6, "0");
    TRY(far_, RtNetlink::Open());
    far_->SetUp(kLoopback);
    for (const std::string& address : order_.addresses) {
      if (!IsSix(address)) far_->AddAddress(kLoopback, address, 32);
    }
    TRY(const bool is_done, far_->Commit());
    // A kernel may have no IPv6. Its sockets then say so, one by one.
    for (const std::string& address : order_.addresses) {
      if (IsSix(address)) far_->AddAddress(kLoopback, address, 128);
    }
    has_six_ = is_done && far_->Commit().has_value();
    return true;
  }

  Result<Parcel> BuildNear(int number) {
    if (::unshare(CLONE_NEWNET) != 0) return CallError("unshare", "CLONE_NEWNET", errno);
    Parcel parcel;
    TRY(UniqueFd net_ns, OpenNamespace("net"));
    parcel.fds.push_back(std::move(net_ns));
    if (number == kArenaControls) {
      parcel.words.emplace_back("made");
      if (!SendParcel(socket_, parcel)) return CallError("sendmsg", "the harness", errno);
      parcel = {};
    }
    if (!ping_groups_.empty()) WriteSetting(kPingGroups, ping_groups_);
    if (!free_ports_.empty()) WriteSetting(kFreePorts, free_ports_);
    TRY(RtNetlink near, RtNetlink::Open());
    const int far_index = kFirstFarIndex + 1 + number;
    near.SetUp(kLoopback);
    near.AddVeth({.name = kArenaInterface, .index = kNearIndex},
                 {.name = fmt::format("near{}", 1 + number), .index = far_index}, far_ns_.get());
    TRY(const bool is_joined, near.Commit());
    TRY(const bool is_there, ConfigureFar(far_index, number));
    TRY(const bool is_here, ConfigureNear(near, number));
    if (!(is_joined && is_there && is_here)) return CallError("RTM_NEWLINK", "", EINVAL);
    AddSockets(order_.near, parcel);
    return parcel;
  }

  Result<bool> ConfigureFar(int index, int number) {
    far_interfaces_.push_back(index);
    // Neighbours are asked for, and answer, by interface; other addresses are routed to.
    far_->AddAddress(index, kArenaGateway4, kLan4);
    far_->AddAddress(index, kArenaNeighbour4, kLan4);
    far_->SetUp(index);
    far_->AddRoute(index, AF_INET, ArenaAddress4(number), 32);
    if (has_six_) {
      far_->AddAddress(index, kArenaGateway6, kLan6);
      far_->AddAddress(index, kArenaNeighbour6, kLan6);
      far_->AddRoute(index, AF_INET6, ArenaAddress6(number), 128);
    }
    return far_->Commit();
  }

  Result<bool> ConfigureNear(RtNetlink& near, int number) const {
    near.AddAddress(kNearIndex, ArenaAddress4(number), kLan4);
    near.AddAddress(kNearIndex, kArenaOwnAddress, 32);
    near.SetUp(kNearIndex);
    near.AddRoute(kNearIndex, AF_INET, "10.203.77.0", kLan4);
    near.AddRoute(kNearIndex, AF_INET, "", 0, kArenaGateway4);
    if (has_six_) {
      near.AddAddress(kNearIndex, ArenaAddress6(number), kLan6);
      near.AddRoute(kNearIndex, AF_INET6, "fd73:616e:6470::", kLan6);
      near.AddRoute(kNearIndex, AF_INET6, "", 0, kArenaGateway6);
    }
    return near.Commit();
  }

  void AddSockets(const std::vector<SocketPlan>& plans, Parcel& parcel) const {
    parcel.words.emplace_back("made");
    for (const SocketPlan& plan : plans) {
      Result<UniqueFd> made = MakeSocket(plan, far_interfaces_);
      parcel.words.push_back(made ? "" : made.error().message);
      if (made) parcel.fds.push_back(*std::move(made));
    }
  }

  const ArenaOrder& order_;
  int socket_;
  std::string ping_groups_ = {};
  std::string free_ports_ = {};
  UniqueFd far_ns_ = {};
  std::optional<RtNetlink> far_ = std::nullopt;
  std::vector<int> far_interfaces_ = {};
  bool has_six_ = false;
};

}  // namespace

void BuildArena(const ArenaOrder& order, int socket) {
  const Result<bool> built = Builder(order, socket).Build();
  if (built) return;
  Parcel refusal;
  refusal.words = {"refused", built.error().message};
  static_cast<void>(SendParcel(socket, refusal));
}

}  // namespace sandproof
