// A launcher whose payload is started by somebody else, as systemd-run has it started by the
// service manager: the payload is no descendant of the launcher's.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <span>
#include <string>
#include <vector>

#include "harness/child_for_test.h"
#include "harness/cli/command_for_test.h"
#include "probes/wire/passed_descriptors.h"
#include "probes/wire/unique_fd.h"

namespace sandproof {
namespace {

// Hands its standard descriptors and the payload's path over, and waits for the end of the
// connection.
constexpr const char* kLauncher =
    "#!/usr/bin/python3\n"
    "import socket, sys\n"
    "manager = socket.socket(socket.AF_UNIX)\n"
    "manager.connect(sys.argv[1])\n"
    "socket.send_fds(manager, [sys.argv[2].encode()], [0, 1, 2])\n"
    "manager.recv(1)\n";

class Manager {
 public:
  explicit Manager(const std::string& path) {
    const UniqueFd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = {}};
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    const auto* const named = reinterpret_cast<const sockaddr*>(&address);
    is_there_ =
        ::bind(listener.get(), named, sizeof address) == 0 && ::listen(listener.get(), 8) == 0;
    if (child_.Fork() != 0) return;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::signal(SIGCHLD, SIG_IGN);
    for (;;) Serve(UniqueFd(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC)));
  }

  [[nodiscard]] bool is_there() const { return is_there_; }

 private:
  static void Serve(const UniqueFd& client) {
    std::array<char, 4096> path = {};
    std::vector<UniqueFd> fds;
    constexpr std::size_t kStandard = 3;
    const ssize_t got = ReceiveWithDescriptors(client.get(), std::span(path).first(path.size() - 1),
                                               kStandard, fds, 0);
    if (got <= 0 || fds.size() != kStandard || ::fork() != 0) return;
    ::setsid();
    ::signal(SIGCHLD, SIG_DFL);
    for (int i = 0; i < 3; ++i) ::dup2(fds[static_cast<std::size_t>(i)].get(), i);
    // The client's end stays open with the payload, so that the launcher waits for it.
    ::fcntl(client.get(), F_SETFD, 0);
    ::execl(path.data(), path.data(), nullptr);
    ::_exit(127);
  }

  testing::KeptChild child_ = {};
  bool is_there_ = false;
};

class Stranger : public ::testing::Test {
 protected:
  testing::Ended Judged(const std::string& property) const {
    return testing::Sandproof({"check", "--only", property, "--", script_, socket_, "{payload}"});
  }

  const testing::TempDir directory_ = {};
  const std::string socket_ = directory_ / "manager.sock";
  const std::string script_ = directory_.Write("launcher", kLauncher, 0755);
  const Manager manager_ = Manager(socket_);
};

// By its standard input: it is in our name space, and not in the one made for the launcher.
TEST_F(Stranger, IsFoundAndIsUnderOurName) {
  ASSERT_TRUE(manager_.is_there());
  const testing::Ended ended = Judged("uts.ns_is_own");
  EXPECT_EQ(ended.code, 1) << ended.out << ended.err;
  EXPECT_NE(ended.out.find("1 failed"), std::string::npos) << ended.out;
}

// The canaries' network is the one that was made for the launcher.
TEST_F(Stranger, PassesNothingForTheWantOfCanaries) {
  ASSERT_TRUE(manager_.is_there());
  for (const char* property : {"net.tcp_loopback_reachable", "net.abstract_unix_reachable"}) {
    const testing::Ended ended = Judged(property);
    EXPECT_NE(ended.code, 0) << ended.out << ended.err;
    EXPECT_NE(ended.out.find("0 passed"), std::string::npos) << ended.out;
  }
}

TEST_F(Stranger, OutlivesItsLauncher) {
  ASSERT_TRUE(manager_.is_there());
  const testing::Ended ended = Judged("supervisor.no_orphans_on_launcher_kill");
  EXPECT_EQ(ended.code, 1) << ended.out << ended.err;
  EXPECT_NE(ended.out.find("which somebody else started"), std::string::npos) << ended.out;
}

}  // namespace
}  // namespace sandproof
