// "supervisor": what it takes, and what it says of what it does not.
#include <gtest/gtest.h>

#include "harness/spec/address.h"
#include "harness/spec/testing.h"

namespace sandproof {
namespace {

using testing::Parse;
using testing::Refusal;

std::string With(const std::string& members) {
  return R"({"sandboxes": {"auth": {"launch": ["{payload}"], "payload": ["a"]}},)"
         "\n\"supervisor\": {" +
         members + "}}";
}

std::string WithReady(const std::string& members) {
  return With(R"("launch": ["./e.sh", "x"], "ready": {"log": "up"}, )" + members);
}

SupervisorSpec Supervisor(const std::string& text) {
  const Result<Spec> spec = Parse(text);
  return spec && spec->supervisor ? *spec->supervisor : SupervisorSpec{};
}

TEST(SpecSupervisor, FindsItsProgramFromTheFile) {
  const SupervisorSpec spec = Supervisor(WithReady(R"("cwd": "sub")"));
  EXPECT_EQ(spec.launch, (std::vector<std::string>{"/etc/sp/e.sh", "x"}));
  EXPECT_EQ(spec.cwd, "/etc/sp/sub");
  EXPECT_EQ(spec.line, 2);
}

TEST(SpecSupervisor, TakesEverySignOfReadiness) {
  const SupervisorSpec spec = Supervisor(With(
      R"("launch": ["e"], "ready": [{"http": "http://localhost:80/"}, {"tcp": "[::1]:{port}"},
         {"unix": "{scratch}/s", "file": "f"}])"));
  ASSERT_EQ(spec.ready.size(), 4U);
  EXPECT_EQ(spec.ready[0].kind, ReadyCheck::Kind::kHttp);
  EXPECT_EQ(spec.ready[1].value, "[::1]:" + std::string(kPortMark));
  EXPECT_EQ(spec.ready[2].value, std::string(kScratchMark) + "/s");
  EXPECT_EQ(spec.ready[3].value, "/etc/sp/f");
}

TEST(SpecSupervisor, TakesLimits) {
  const SupervisorSpec spec = Supervisor(WithReady(
      R"("on_child_death": {"exit_within_s": 0.5, "status": "child's"}, "limit_s": 7,
         "on_signal": {"exit_within_s": 3, "grace_s": 0.2}, "restart": true, "parallel": 3)"));
  EXPECT_EQ(spec.death_limit, std::chrono::milliseconds(500));
  EXPECT_EQ(spec.status, StatusRule::kChilds);
  EXPECT_EQ(spec.signal_limit, std::chrono::seconds(3));
  EXPECT_EQ(spec.grace, std::chrono::milliseconds(200));
  EXPECT_EQ(spec.limit, std::chrono::seconds(7));
  EXPECT_TRUE(spec.restarts);
  EXPECT_EQ(spec.parallel, 3U);
}

TEST(SpecSupervisor, StartsServicesForChannelsWhereTheyAre) {
  const std::string env = R"("env": {"STATE": "{scratch}", "PORT": "{port}"}, )";
  const SupervisorSpec spec =
      Supervisor(WithReady(env + R"("channels": {"env": {"STATE": "/srv", "PORT": "80"}})"));
  ASSERT_TRUE(spec.channel_env);
  EXPECT_EQ(spec.channel_env->at("STATE"), "/srv");
  EXPECT_EQ(Supervisor(WithReady(env)).channel_env, std::nullopt);
  const std::string refusal = Refusal(WithReady(env + R"("channels": {"env": {"STATE": "/srv"}})"));
  EXPECT_TRUE(refusal.starts_with("2: supervisor.channels: leaves {scratch} or {port} in"))
      << refusal;
}

TEST(SpecSupervisor, RefusesUnknownKeyAndNamesTheNearest) {
  EXPECT_EQ(Refusal(WithReady(R"("on_child_deth": {})")),
            "2: supervisor.on_child_deth: unknown key; did you mean \"on_child_death\"?");
  EXPECT_EQ(Refusal(WithReady(R"("on_signal": {"exit_within": 1})")),
            "2: supervisor.on_signal.exit_within: unknown key; did you mean \"exit_within_s\"?");
}

TEST(SpecSupervisor, RefusesToWaitForNothing) {
  EXPECT_EQ(Refusal(With(R"("launch": ["e"])")), "2: supervisor: \"ready\" is missing");
  EXPECT_EQ(Refusal(With(R"("launch": ["e"], "ready": {})")),
            "2: supervisor.ready: expected one of \"http\", \"unix\", \"tcp\", \"log\", \"file\", "
            "found an empty object");
}

TEST(SpecSupervisor, RefusesAddressesThatHaveToBeLookedUp) {
  EXPECT_EQ(Refusal(With(R"("launch": ["e"], "ready": {"http": "http://example.org/"})")),
            "2: supervisor.ready.http: expected \"http://HOST:PORT/PATH\" with a numeric address "
            "or localhost, found \"http://example.org/\"");
}

TEST(SpecSupervisor, RefusesABadPattern) {
  const std::string refusal = Refusal(With(R"("launch": ["e"], "ready": {"log": "("})"));
  EXPECT_TRUE(refusal.starts_with("2: supervisor.ready.log: \"(\" is no regular expression"))
      << refusal;
}

TEST(SpecSupervisor, KeepsWhatIsAskedOfSandboxesApart) {
  EXPECT_EQ(Refusal(WithReady(R"("expect": {"cap.effective_empty": "any"})")),
            "2: supervisor.expect[\"cap.effective_empty\"]: is asked of sandboxes, not of the "
            "supervisor");
  EXPECT_EQ(
      Refusal(testing::WithMembers(R"("expect": {"supervisor.crash_noticed_in_time": "any"})")),
      "1: sandboxes.auth.expect[\"supervisor.crash_noticed_in_time\"]: is asked of the "
      "supervisor, not of a sandbox");
}

TEST(SpecSupervisor, RefusesASandboxOfItsName) {
  EXPECT_EQ(Refusal(R"({"sandboxes": {"supervisor": {"launch": ["{payload}"], "payload": ["a"]}},
      "supervisor": {"launch": ["e"], "ready": {"log": "up"}}})"),
            "2: supervisor: a sandbox has this name too; give it another");
}

TEST(HttpUrl, HasANumericHostAndAPort) {
  const std::optional<HttpTarget> target = ParseHttpUrl("http://[::1]:3000/health?x=1");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->at.host, "::1");
  EXPECT_EQ(target->at.port, 3000);
  EXPECT_EQ(target->path, "/health?x=1");
  EXPECT_EQ(ParseHttpUrl("http://127.0.0.1")->at.port, 80);
  EXPECT_FALSE(ParseHttpUrl("http://127.0.0.1:99999/"));
  EXPECT_FALSE(ParseHttpUrl("http://127.0.0.1/a b"));
}

}  // namespace
}  // namespace sandproof
