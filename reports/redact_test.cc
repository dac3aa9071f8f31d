#include "reports/redact.h"

#include <gtest/gtest.h>

#include "reports/json.h"
#include "reports/judging.h"
#include "reports/sample_run_for_test.h"

namespace sandproof {
namespace {

using Words = std::vector<std::string>;

Run RunOf(Words argv) {
  Run run{.started_at = "2026-11-23T18:51:19Z"};
  run.sandboxes = {{.name = "box", .argv = argv, .launched = std::move(argv)}};
  return run;
}

Words Redacted(Words argv) {
  sandproof::Run run = RunOf(std::move(argv));
  Redact(run);
  EXPECT_EQ(run.sandboxes[0].argv, run.sandboxes[0].launched);
  return run.sandboxes[0].argv;
}

TEST(Redact, HidesTheValueBehindSetenv) {
  EXPECT_EQ(Redacted({"bwrap", "--setenv", "API_TOKEN", "hunter2", "--", "/app"}),
            (Words{"bwrap", "--setenv", "API_TOKEN", "[redacted]", "--", "/app"}));
  EXPECT_EQ(Redacted({"bwrap", "--setenv", "DB_PASSWORD", "a=b"}),
            (Words{"bwrap", "--setenv", "DB_PASSWORD", "[redacted]"}));
}

TEST(Redact, HidesTheValueOfAnAssignment) {
  EXPECT_EQ(
      Redacted({"env", "db_password=a=b", "systemd-run", "--setenv=GH_TOKEN=x"}),
      (Words{"env", "db_password=[redacted]", "systemd-run", "--setenv=GH_TOKEN=[redacted]"}));
}

TEST(Redact, HidesTheValueBehindAnOption) {
  EXPECT_EQ(Redacted({"serve", "--api-token", "hunter2", "--port", "80"}),
            (Words{"serve", "--api-token", "[redacted]", "--port", "80"}));
  const Words stays = {"serve", "--token", "--verbose", "--auth", "/etc/users"};
  EXPECT_EQ(Redacted(stays), stays);
}

TEST(Redact, HidesWhatStandsInTheCommandOfAShell) {
  EXPECT_EQ(Redacted({"sh", "-c", "A=1 GH_TOKEN=x serve --password hunter2; DB_PASS=\"a b\" run"}),
            (Words{"sh", "-c",
                   "A=1 GH_TOKEN=[redacted] serve --password [redacted]; "
                   "DB_PASS=\"[redacted]\" run"}));
  EXPECT_EQ(Redacted({"sh", "-c", "A=1 X_KEY='unclosed quote"}),
            (Words{"sh", "-c", "A=1 X_KEY='[redacted]"}));
  EXPECT_EQ(Redacted({"X_KEY=a b"}), Words{"X_KEY=[redacted]"}) << "one value, and no command";
  const Words stays = {"sh", "-c", "curl http://a/?key=v; echo 'it is' \"A KEY\" = x --key"};
  EXPECT_EQ(Redacted(stays), stays);
}

TEST(Redact, HidesLongNumbersAndWhatOnlyLooksLikeAPath) {
  EXPECT_EQ(Redacted({"PIN_SECRET=12345678", "A_KEY=/9j+4AA="}),
            (Words{"PIN_SECRET=[redacted]", "A_KEY=[redacted]"}));
}

TEST(Redact, KnowsTheNamesOfSecrets) {
  for (const char* name :
       {"TOKEN", "API_TOKENS", "CLIENT_SECRET", "PGPASSWORD", "DB_PASSWD", "DB_PASS", "AWS_KEY_ID",
        "APIKEY", "CREDENTIAL", "CREDENTIALS", "AUTH", "PRIVATE_PEM", "SESSION_COOKIE",
        "session_secret", "authToken", "--api-key"}) {
    const std::string word = std::string(name) + '=';
    EXPECT_EQ(Redacted({word + "v"}), (Words{word + "[redacted]"}));
  }
}

TEST(Redact, LeavesOtherNames) {
  for (const char* word : {"HOME=x", "MONKEY=x", "COMPASS=x", "KEYBOARD=us", "AUTHOR=me",
                           "DBUS_SESSION_BUS_ADDRESS=unix:path=/run/bus", "http://a/?key=v"}) {
    EXPECT_EQ(Redacted({word}), (Words{word}));
  }
  EXPECT_EQ(Redacted({"--setenv", "LANG", "C"}), (Words{"--setenv", "LANG", "C"}));
}

TEST(Redact, LeavesPathsNumbersAndNothing) {
  const Words argv = {"SSH_AUTH_SOCK=/run/x.sock",
                      "SESSION_SECRET_PATH=/etc/s",
                      "KEY_FD=17",
                      "TOKEN=",
                      "--setenv",
                      "AUTH_SOCKET",
                      "/run/x.sock",
                      "--setenv",
                      "TOKEN"};
  EXPECT_EQ(Redacted(argv), argv);
}

TEST(Redact, HidesALongSecretWhereverTheRunSaysIt) {
  sandproof::Run run = RunOf({"env", "TOKEN=long-enough", "echo", "(long-enough)"});
  SandboxRun& box = run.sandboxes[0];
  box.launcher_stderr = box.launch_error = "no long-enough, long-enough";
  box.perturbation = {"long-enough"};
  box.results = {sample::DeniedResult()};
  Evidence& evidence = box.results[0].evidence;
  evidence.inside->call = "open(long-enough)";
  evidence.inside->facts["cmdline"] = {"env TOKEN=long-enough"};
  evidence.control_before = evidence.control_after = evidence.inside;
  evidence.silence = "said long-enough";
  Redact(run);
  EXPECT_EQ(box.argv.back(), "([redacted])");
  EXPECT_EQ(box.launcher_stderr, "no [redacted], [redacted]");
  EXPECT_EQ(evidence.inside->facts["cmdline"], Words{"env TOKEN=[redacted]"});
  EXPECT_EQ(ToJson(run).find("long-enough"), std::string::npos);
}

// Another sandbox of the run may see it in /proc.
TEST(Redact, HidesTheSecretOfOneSandboxInAnother) {
  sandproof::Run run = RunOf({"TOKEN=long-enough"});
  run.sandboxes.push_back({.launcher_stderr = "long-enough"});
  Redact(run);
  EXPECT_EQ(run.sandboxes[1].launcher_stderr, "[redacted]");
}

TEST(Redact, HidesTheLongerOfTwoSecretsWhole) {
  sandproof::Run run = RunOf({"A_KEY=long-enough", "B_KEY=long-enough-too"});
  run.sandboxes[0].launcher_stderr = "long-enough-too";
  Redact(run);
  EXPECT_EQ(run.sandboxes[0].launcher_stderr, "[redacted]");
}

TEST(Redact, LooksForNoShortSecretElsewhere) {
  sandproof::Run run = RunOf({"PASS=seven77"});
  run.sandboxes[0].launcher_stderr = "seven77";
  Redact(run);
  EXPECT_EQ(run.sandboxes[0].launcher_stderr, "seven77");
}

TEST(Redact, SaysHowManyValuesOnceAndChangesNothingMore) {
  sandproof::Run run = RunOf({"A_KEY=long-enough", "B_KEY=redacted"});
  Redact(run);
  EXPECT_EQ(run.sandboxes[0].perturbation,
            Words{"values redacted in this report of the command: 2"});
  const std::string once = ToJson(run);
  Redact(run);
  EXPECT_EQ(ToJson(run), once);
}

// Two results of facts: one that names the secret, one whose verdict hangs on it.
constexpr char kValue[] = "disabled";

Run RunOnFacts(const Property& property, const Words& inside, const Words& outside, Words argv) {
  sandproof::Run run = RunOf(std::move(argv));
  const std::string fact(property.fact->fact);
  CheckResult result;
  result.check = {.property = &property, .expectation = Expectation::kRequired};
  result.evidence.inside = sample::Observed("read(/x)", Outcome::kReached, 0, {{fact, inside}});
  result.evidence.control_before =
      sample::Observed("read(/x)", Outcome::kReached, 0, {{fact, outside}});
  result.evidence.control_after = result.evidence.control_before;
  run.sandboxes[0].results = {result};
  JudgeAgain(run, {});
  return run;
}

void ExpectVerdictKept(Run run, Verdict verdict) {
  ASSERT_EQ(run.sandboxes[0].results[0].judgement.verdict, verdict);
  Redact(run);
  EXPECT_EQ(run.sandboxes[0].results[0].judgement.verdict, verdict);
  const std::string redacted = ToJson(run);
  JudgeAgain(run, {});
  EXPECT_EQ(ToJson(run), redacted);
}

TEST(Redact, KeepsAVerdictThatHangsOnTheValue) {
  const Property property{.id = "t.mode", .fact = FactRule{.fact = "mode", .values = {kValue}}};
  ExpectVerdictKept(RunOnFacts(property, {kValue}, {kValue}, {"AUTH=disabled"}), Verdict::kPass);
}

TEST(Redact, KeepsTwoSecretsApartWhereTheyAreCompared) {
  const Property property{
      .id = "t.name",
      .fact = FactRule{.fact = "name", .comparison = Comparison::kDiffersFromOutside}};
  ExpectVerdictKept(RunOnFacts(property, {"inside-one"}, {"outside-one"},
                               {"A_KEY=inside-one", "B_KEY=outside-one"}),
                    Verdict::kPass);
}

TEST(Redact, LeavesAReportThatJudgesTheSame) {
  sandproof::Run run = sample::SampleRun();
  run.sandboxes[0].argv.insert(run.sandboxes[0].argv.end(), {"TOKEN=O_WRONLY", "A_KEY=MS_REMOUNT"});
  JudgeAgain(run, {});
  const int code = run.exit_code;
  const Summary before = Count(run);
  Redact(run);
  EXPECT_EQ(run.exit_code, code);
  EXPECT_EQ(Count(run).pass, before.pass);
  EXPECT_EQ(Count(run).fail, before.fail);
  EXPECT_EQ(Count(run).inconclusive, before.inconclusive);
  const std::string redacted = ToJson(run);
  EXPECT_EQ(redacted.find("O_WRONLY"), std::string::npos);
  JudgeAgain(run, {});
  EXPECT_EQ(ToJson(run), redacted);
}

TEST(SecretsIn, NamesThemWithoutTellingThem) {
  EXPECT_EQ(SecretsIn({"bwrap", "--setenv", "API_TOKEN", "hunter2hunter2", "--setenv", "LANG", "C",
                       "serve", "--password", "swordfish", "DB_PASSWORD=abc", "KEY_FILE=/run/key"}),
            (std::vector<std::string>{"--setenv API_TOKEN [redacted]", "--password [redacted]",
                                      "DB_PASSWORD=[redacted]"}));
}

}  // namespace
}  // namespace sandproof
