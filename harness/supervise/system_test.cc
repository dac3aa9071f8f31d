// Real systems of a few processes, each started in a helper as an experiment does it.
#include "harness/supervise/system.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <csignal>
#include <string>

#include "harness/process/forked_helper.h"
#include "harness/supervise/readiness.h"
#include "harness/temp_dir_for_test.h"

namespace sandproof {
namespace {

constexpr auto kLimit = std::chrono::seconds(20);

SystemOrder Shell(const std::string& script, int owner) {
  return {.argv = {"/bin/sh", "-c", script}, .env = {"PATH=/usr/bin:/bin"}, .owner = owner};
}

// What `serve` says in a helper: a system must not become the parent of this test's children.
std::string InHelper(const std::function<std::string(int socket)>& serve) {
  Result<ForkedHelper> helper = ForkedHelper::Begin([&](int socket) {
    const std::string text = serve(socket);
    static_cast<void>(::send(socket, text.data(), text.size(), MSG_NOSIGNAL));
  });
  if (!helper) return helper.error().message;
  std::string answer(4096, '\0');
  const ssize_t got = ::recv(helper->socket(), answer.data(), answer.size(), 0);
  answer.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return answer;
}

std::string RunToItsEnd(const std::string& script) {
  return InHelper([&](int socket) -> std::string {
    Result<std::unique_ptr<System>> system = System::Start(Shell(script, socket));
    if (!system) return system.error().message;
    System& one = **system;
    const bool is_over =
        one.WaitUntil([&] { return one.status().has_value(); }, System::Clock::now() + kLimit);
    one.Wait(std::chrono::milliseconds(0));
    return is_over ? StatusText(*one.status()) + " | " + one.log() : "still running";
  });
}

TEST(System, TellsOfItsEndAndItsOutput) {
  EXPECT_EQ(RunToItsEnd("echo out; echo err >&2; exit 3"), "exit 3 | out\nerr\n");
  EXPECT_EQ(RunToItsEnd("kill -SEGV $$"), "killed by SIGSEGV | ");
}

TEST(System, HasASessionOfItsOwn) {
  EXPECT_EQ(RunToItsEnd("read -r _ _ _ _ group session _ </proc/$$/stat; "
                        "[ $group = $$ ] && [ $session = $$ ] && echo own"),
            "exit 0 | own\n");
}

TEST(System, FindsAndEndsWhatEscapedItsParents) {
  const std::string seen = InHelper([](int socket) -> std::string {
    Result<std::unique_ptr<System>> system =
        System::Start(Shell("(setsid sleep 1000 &) ; exit 0", socket));
    if (!system) return system.error().message;
    System& one = **system;
    const auto is_orphaned = [&] {
      const std::vector<ProcessFacts> all = one.Processes();
      return one.status() && all.size() == 1 && Joined(all.front().argv) == "sleep 1000";
    };
    if (!one.WaitUntil(is_orphaned, System::Clock::now() + kLimit)) return "not found";
    if (one.is_gone()) return "gone too early";
    one.End();
    return one.is_gone() ? "gone" : "left";
  });
  EXPECT_EQ(seen, "gone");
}

TEST(System, CanBeInterruptedFromItsTerminal) {
  const std::string seen = InHelper([](int socket) -> std::string {
    SystemOrder order =
        Shell("trap 'echo int; exit 7' INT; echo up; while :; do sleep 0.02; done", socket);
    order.terminal = true;
    bool is_up = false;
    order.on_line = [&](std::string_view line) { is_up = is_up || line == "up"; };
    Result<std::unique_ptr<System>> system = System::Start(order);
    if (!system) return system.error().message;
    System& one = **system;
    if (!one.WaitUntil([&] { return is_up; }, System::Clock::now() + kLimit)) return "never up";
    if (!one.Type('\x03')) return "not typed";
    static_cast<void>(
        one.WaitUntil([&] { return one.status().has_value(); }, System::Clock::now() + kLimit));
    return one.status() ? StatusText(*one.status()) : "still running";
  });
  EXPECT_EQ(seen, "exit 7");
}

std::string WaitReady(const std::string& script, const std::vector<ReadyCheck>& checks,
                      std::chrono::milliseconds limit) {
  return InHelper([&](int socket) -> std::string {
    Result<Readiness> readiness = Readiness::BeforeStart(checks);
    if (!readiness) return readiness.error().message;
    SystemOrder order = Shell(script, socket);
    order.on_line = [&](std::string_view line) { readiness->OnLine(line); };
    Result<std::unique_ptr<System>> system = System::Start(order);
    if (!system) return system.error().message;
    const bool is_ready =
        (*system)->WaitUntil([&] { return readiness->Step(); }, System::Clock::now() + limit);
    return is_ready ? "ready" : readiness->Missing();
  });
}

TEST(Readiness, SeesALineAndAFile) {
  const testing::TempDir dir;
  const std::vector<ReadyCheck> checks = {{ReadyCheck::Kind::kLog, "^listening on \\d+$"},
                                          {ReadyCheck::Kind::kFile, dir / "up"}};
  EXPECT_EQ(WaitReady("echo listening on 80; : >" + dir / "up" + "; sleep 1000", checks, kLimit),
            "ready");
  // The file is there from the last start, and so says nothing of this one.
  EXPECT_EQ(WaitReady("echo listening on 80; sleep 1000", checks, std::chrono::milliseconds(300)),
            dir / "up" + ": the same file as before the start");
}

TEST(Readiness, IsNotHeldUpByWhatIsPrintedWithoutEnd) {
  const auto start = System::Clock::now();
  EXPECT_EQ(WaitReady("yes aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                      {{ReadyCheck::Kind::kLog, "(a+)+b"}}, std::chrono::milliseconds(300)),
            "(a+)+b: no such line, but one that could not be matched in time");
  EXPECT_LT(System::Clock::now() - start, kLimit);
}

TEST(Readiness, SaysWhatIsMissing) {
  const testing::TempDir dir;
  EXPECT_EQ(WaitReady("sleep 1000", {{ReadyCheck::Kind::kUnix, dir / "s"}},
                      std::chrono::milliseconds(300)),
            dir / "s" + ": connect: ENOENT");
}

TEST(Readiness, RefusesAnAddressWhereSomebodyElseAnswers) {
  const testing::TempDir dir;
  const std::string path = dir / "s";
  const UniqueFd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = {}};
  path.copy(name.sun_path, sizeof name.sun_path - 1);
  ASSERT_EQ(::bind(listener.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name), 0);
  ASSERT_EQ(::listen(listener.get(), 4), 0);
  const std::string seen = WaitReady("sleep 1000", {{ReadyCheck::Kind::kUnix, path}}, kLimit);
  EXPECT_NE(seen.find("somebody answers there before"), std::string::npos) << seen;
}

}  // namespace
}  // namespace sandproof
