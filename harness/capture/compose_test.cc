#include "harness/capture/compose.h"

#include <gtest/gtest.h>

namespace sandproof {
namespace {

using Words = std::vector<std::string>;
using std::chrono::seconds;

Baseline Plain() {
  return {.env = {"MARK=1"}, .marker = "MARK=1", .marked_fds = {61}, .is_root = true};
}

std::shared_ptr<CapturedStart> Started(const Words& options, const Words& payload) {
  auto start = std::make_shared<CapturedStart>();
  start->record = {.called = "/usr/bin/bwrap",
                   .program = "/usr/bin/bwrap",
                   .argv = {"bwrap"},
                   .env = {"MARK=1"},
                   .cwd = "/srv",
                   .fds = {{.fd = 61}}};
  Words& argv = start->record.argv;
  argv.insert(argv.end(), options.begin(), options.end());
  start->command = argv.size();
  argv.insert(argv.end(), payload.begin(), payload.end());
  return start;
}

Spec Read(const Composition& composition) {
  const Result<Spec> spec = ParseSpec(ToConfiguration(composition, "of a test"), "/srv/x.json", {});
  EXPECT_TRUE(spec) << spec.error().message;
  return spec ? *spec : Spec{};
}

TEST(NameOfPayload, IsThatOfTheScript) {
  EXPECT_EQ(NameOfPayload({"/opt/bun/bun", "run", "/opt/app/auth.ts"}), "auth");
  EXPECT_EQ(NameOfPayload({"python3", "-u", "worker.py", "--queue", "mail"}), "worker");
  EXPECT_EQ(NameOfPayload({"/usr/sbin/nginx", "-g", "daemon off;"}), "nginx");
}

TEST(Compose, CutsTheLineAtThePayload) {
  const Composition made =
      Compose({Started({"--unshare-net", "--"}, {"/bin/x", "1"})}, Plain(), "side");
  ASSERT_EQ(made.sandboxes.size(), 1U);
  EXPECT_EQ(made.sandboxes[0].launch,
            (Words{"/usr/bin/bwrap", "--unshare-net", "--", "{payload}"}));
  EXPECT_EQ(made.sandboxes[0].payload, (Words{"/bin/x", "1"}));
}

TEST(Compose, TakesOneLineForOneSandboxAndTheLongestForItsService) {
  const auto first = Started({"--"}, {"bun", "--version"});
  first->ended = first->began + seconds(1);
  const auto service = Started({"--"}, {"bun", "auth.ts"});
  const auto third = Started({"--"}, {"bun", "check.ts"});
  third->ended = third->began + seconds(2);
  const Composition made = Compose({first, service, third}, Plain(), "side");
  ASSERT_EQ(made.sandboxes.size(), 1U);
  EXPECT_EQ(made.sandboxes[0].name, "auth");
  EXPECT_EQ(made.sandboxes[0].notes.back(), "also with the payload: bun --version; bun check.ts");
}

TEST(Compose, NumbersEqualNames) {
  const Composition made =
      Compose({Started({"--"}, {"a.sh"}), Started({"--unshare-net", "--"}, {"a.sh"})}, Plain(), "");
  ASSERT_EQ(made.sandboxes.size(), 2U);
  EXPECT_EQ(made.sandboxes[0].name, "a");
  EXPECT_EQ(made.sandboxes[1].name, "a-2");
}

TEST(Compose, KeepsWhatADescriptorHeld) {
  const auto start = Started({"--args", "9", "--"}, {"x"});
  start->record.fds.push_back({.fd = 9, .mode = 0010600, .target = "pipe:[7]"});
  start->content[9] = std::string("--bind\0/a\0/b\0", 13);
  const Composition made = Compose({start}, Plain(), "side");
  EXPECT_EQ(made.sandboxes[0].fds.at(9).path, "side/x.9");
  EXPECT_EQ(made.sandboxes[0].fds.at(9).content, start->content[9]);
  EXPECT_EQ(made.sandboxes[0].paths.at("/b"), PathAccess::kReadWrite);
}

TEST(Compose, SaysWhichDescriptorItCannotGive) {
  const auto start = Started({"--"}, {"x"});
  start->record.fds.push_back({.fd = 5, .mode = 0140600, .target = "socket:[7]"});
  const Composition made = Compose({start}, Plain(), "side");
  EXPECT_TRUE(made.sandboxes[0].fds.empty());
  EXPECT_NE(made.sandboxes[0].notes[1].find("TO DECIDE: descriptor 5 (socket, socket:[7])"),
            std::string::npos);
}

TEST(Compose, CountsWhatCannotBeRead) {
  const auto start = Started({}, {"x"});
  start->trouble = "--no-such: no option of bwrap";
  start->source = "e.sh:3";
  const Composition made = Compose({start}, Plain(), "side");
  EXPECT_TRUE(made.sandboxes.empty());
  EXPECT_EQ(made.troubles, Words{"e.sh:3: --no-such: no option of bwrap"});
}

TEST(Compose, RefusesAWordThatWouldBeThePayload) {
  const Composition made = Compose({Started({"--chdir", "{payload}", "--"}, {"x"})}, Plain(), "");
  EXPECT_TRUE(made.sandboxes.empty());
  EXPECT_EQ(made.troubles.size(), 1U);
}

TEST(Configuration, IsReadBackAsItWasStarted) {
  const Words odd = {
      "--setenv", "A", "{a}{{b}}", "--setenv", "B", "{{dir}} {x} ${y%z} \"quoted\"\n", "--"};
  const Composition made = Compose({Started(odd, {"/bin/x", "{dir}", ""})}, Plain(), "side");
  const Spec spec = Read(made);
  ASSERT_EQ(spec.sandboxes.size(), 1U);
  EXPECT_EQ(spec.sandboxes[0].launch, made.sandboxes[0].launch);
  EXPECT_EQ(spec.sandboxes[0].payload, (Words{"/bin/x", "{dir}", ""}));
  EXPECT_EQ(spec.sandboxes[0].cwd, "/srv");
}

}  // namespace
}  // namespace sandproof
