#include "suites/plan.h"

#include <gtest/gtest.h>

namespace sandproof {
namespace {

const Property kTcp{.id = "net.tcp", .probe = "net/tcp", .canary = Canary::kTcp4};
const Property kWrite{.id = "fs.ro.write",
                      .probe = "fs/open",
                      .params = {{"how", "write"}},
                      .subject = SubjectKind::kReadOnlyPath};

PlanInput WithSubjects(std::vector<Subject> subjects) {
  return {.subjects = {{SubjectKind::kReadOnlyPath, std::move(subjects)}}};
}

PlanInput WithTcp() { return {.canaries = {{Canary::kTcp4, {{"port", "7"}}}}}; }

Plan PlanOf(std::vector<Property> catalogue, const PlanInput& input) {
  return MakePlan(catalogue, input);
}

std::vector<std::string> Ids(const Plan& plan) {
  std::vector<std::string> ids;
  for (const PlannedCheck& planned : plan.checks) ids.push_back(planned.check.Id());
  return ids;
}

TEST(MakePlan, AsksNothingOfASubjectThatIsNotApplicable) {
  const std::vector<Property> catalogue = {kWrite};
  PlanInput input = WithSubjects({{.inside = "/"}, {.inside = "/app"}});
  input.not_applicable["fs.ro.write[/]"] = "always there";
  const Plan plan = MakePlan(catalogue, input);
  ASSERT_EQ(plan.checks.size(), 2U);
  EXPECT_EQ(plan.checks[0].check.not_applicable, "always there");
  EXPECT_FALSE(plan.checks[0].request);
  EXPECT_TRUE(plan.checks[1].check.not_applicable.empty());
  EXPECT_TRUE(plan.checks[1].request);
}

TEST(MakePlan, HandsTheCanaryToTheProbeInsideAndOutside) {
  const std::vector<Property> catalogue = {kTcp};
  const Plan plan = MakePlan(catalogue, WithTcp());
  ASSERT_EQ(plan.inside.size(), 1U);
  EXPECT_EQ(plan.inside[0].probe, "net/tcp");
  EXPECT_EQ(plan.inside[0].params, (Params{{"port", "7"}}));
  EXPECT_EQ(plan.outside, plan.inside);
}

// Inside it has another name.
TEST(MakePlan, TellsTheControlWhereTheCanaryIsOutside) {
  PlanInput input = WithTcp();
  input.canaries_outside[Canary::kTcp4] = {{"port", "8"}, {"host", "h"}};
  const Plan plan = PlanOf({kTcp}, input);
  ASSERT_EQ(plan.inside.size(), 1U);
  EXPECT_EQ(plan.inside[0].params, (Params{{"port", "7"}}));
  EXPECT_EQ(plan.outside[0].params, (Params{{"port", "8"}, {"host", "h"}}));
}

// What takes all it is given costs nothing where nobody asked for it, and is never a pass.
TEST(MakePlan, LeavesOutWhatExhaustsAndSaysSo) {
  Property fork = kTcp;
  fork.id = "cgroup.fork";
  fork.exhausts = true;
  const std::vector<Property> catalogue = {kTcp, fork};
  PlanInput input = WithTcp();
  const Plan plan = MakePlan(catalogue, input);
  ASSERT_EQ(plan.checks.size(), 2U);
  EXPECT_EQ(plan.inside.size(), 1U);
  EXPECT_EQ(plan.checks[1].check.not_applicable,
            "it takes all that it is given, so it is tried by --exhaust only");
  input.exhaustion = Exhaustion::kApart;
  EXPECT_EQ(Ids(MakePlan(catalogue, input)), std::vector<std::string>{"net.tcp"});
  input.exhaustion = Exhaustion::kOnly;
  EXPECT_EQ(Ids(MakePlan(catalogue, input)), std::vector<std::string>{"cgroup.fork"});
}

TEST(MakePlan, PutsNoQuestionTwice) {
  Property other = kTcp;
  other.id = "net.again";
  const std::vector<Property> catalogue = {kTcp, other};
  const Plan plan = MakePlan(catalogue, WithTcp());
  EXPECT_EQ(plan.checks.size(), 2U);
  EXPECT_EQ(plan.inside.size(), 1U);
  EXPECT_EQ(plan.checks[0].request, plan.checks[1].request);
}

TEST(MakePlan, TellsQuestionsApartByTheirOperands) {
  Property append = kWrite;
  append.id = "fs.ro.append";
  append.params = {{"how", "append"}};
  const std::vector<Property> catalogue = {kWrite, append};
  EXPECT_EQ(MakePlan(catalogue, WithSubjects({{.inside = "/app"}})).inside.size(), 2U);
}

// The same path inside may be two objects outside.
TEST(MakePlan, TellsQuestionsApartByTheirControl) {
  const std::vector<Property> catalogue = {kWrite};
  const Plan plan = MakePlan(catalogue, WithSubjects({{.inside = "/app", .outside = "/srv/a"},
                                                      {.inside = "/app", .outside = "/srv/b"}}));
  EXPECT_EQ(plan.inside.size(), 2U);
}

TEST(MakePlan, NumbersRequestsByTheirPosition) {
  const std::vector<Property> catalogue = {kWrite};
  const Plan plan =
      MakePlan(catalogue, WithSubjects({{.inside = "/a"}, {.inside = "/b"}, {.inside = "/c"}}));
  for (std::uint32_t i = 0; i < 3; ++i) {
    EXPECT_EQ(plan.checks.at(i).request, i);
    EXPECT_EQ(plan.inside.at(i).index, i);
    EXPECT_EQ(plan.outside.at(i).index, i);
  }
}

TEST(MakePlan, AsksTheControlAboutTheHostsPath) {
  const std::vector<Property> catalogue = {kWrite};
  const Plan plan = MakePlan(catalogue, WithSubjects({{.inside = "/app", .outside = "/srv/chat"}}));
  EXPECT_EQ(plan.inside.at(0).params, (Params{{"how", "write"}, {"path", "/app"}}));
  EXPECT_EQ(plan.outside.at(0).params, (Params{{"how", "write"}, {"path", "/srv/chat"}}));
}

TEST(MakePlan, AsksTheControlAboutTheSamePathWhereTheHostHasNoOther) {
  const std::vector<Property> catalogue = {kWrite};
  EXPECT_EQ(MakePlan(catalogue, WithSubjects({{.inside = "/app"}})).outside.at(0).Param("path"),
            "/app");
}

TEST(MakePlan, TheSubjectsOwnOperandsGoBeforeItsPath) {
  const std::vector<Property> catalogue = {kWrite};
  const Plan plan = MakePlan(catalogue, WithSubjects({{.inside = "/run/a.sock",
                                                       .params_inside = {{"path", "/run/b"}},
                                                       .params_outside = {{"path", "/srv/b"}}}}));
  EXPECT_EQ(plan.checks.at(0).check.Id(), "fs.ro.write[/run/a.sock]");
  EXPECT_EQ(plan.inside.at(0).Param("path"), "/run/b");
  EXPECT_EQ(plan.outside.at(0).Param("path"), "/srv/b");
}

TEST(MakePlan, TheRecordsOperandsGoBeforeTheCanarysAndTheProbes) {
  Property property = kTcp;
  property.params = {{"port", "9"}};
  PlanInput input = WithTcp();
  input.extra["net/tcp"] = {{"port", "8"}, {"more", "yes"}};
  const std::vector<Property> catalogue = {property};
  EXPECT_EQ(MakePlan(catalogue, input).inside.at(0).params,
            (Params{{"more", "yes"}, {"port", "9"}}));
}

TEST(MakePlan, AsksAPropertyOfPathsOncePerPath) {
  const std::vector<Property> catalogue = {kWrite};
  const Plan plan = MakePlan(catalogue, WithSubjects({{.inside = "/app"}, {.inside = "/etc"}}));
  EXPECT_EQ(Ids(plan), (std::vector<std::string>{"fs.ro.write[/app]", "fs.ro.write[/etc]"}));
}

TEST(MakePlan, AsksAPropertyOfPathsNeverWhereThereIsNone) {
  EXPECT_TRUE(PlanOf({kWrite}, {}).checks.empty());
}

TEST(MakePlan, TakesTheExpectationOfTheProfile) {
  Property property = kWrite;
  property.expect = {Expectation::kBlocked, Expectation::kAllowed, Expectation::kAny};
  for (const auto& [profile, expected] : {std::pair(Profile::kStrict, Expectation::kBlocked),
                                          std::pair(Profile::kService, Expectation::kAllowed),
                                          std::pair(Profile::kAgent, Expectation::kAny)}) {
    PlanInput input = WithSubjects({{.inside = "/app"}});
    input.profile = profile;
    const std::vector<Property> catalogue = {property};
    EXPECT_EQ(MakePlan(catalogue, input).checks.at(0).check.expectation, expected);
  }
}

TEST(MakePlan, OverridesGoBeforeTheProfileAndTheSubjectsBeforeThePropertys) {
  PlanInput input =
      WithSubjects({{.inside = "/app"}, {.inside = "/etc"}, {.inside = "/application"}});
  input.overrides = {{"fs.ro.write", Expectation::kAny},
                     {"fs.ro.write[/app]", Expectation::kAllowed}};
  const std::vector<Property> catalogue = {kWrite};
  const Plan plan = MakePlan(catalogue, input);
  EXPECT_EQ(plan.checks.at(0).check.expectation, Expectation::kAllowed);
  EXPECT_EQ(plan.checks.at(1).check.expectation, Expectation::kAny);
  EXPECT_EQ(plan.checks.at(2).check.expectation, Expectation::kAny);
}

TEST(MakePlan, HandsTheCheckItsExpectedValues) {
  PlanInput input = WithTcp();
  input.expected["net.tcp"] = {"lo"};
  const std::vector<Property> catalogue = {kTcp};
  EXPECT_EQ(MakePlan(catalogue, input).checks.at(0).check.expected,
            (std::vector<std::string>{"lo"}));
}

TEST(MakePlan, DoesNotAskWithoutTheCanaryAndSaysWhy) {
  const std::vector<Property> catalogue = {kTcp};
  const Plan missing = MakePlan(catalogue, {.missing = {{Canary::kTcp4, "no loopback"}}});
  EXPECT_EQ(missing.checks.at(0).check.not_applicable, "no loopback");
  EXPECT_EQ(missing.checks.at(0).request, std::nullopt);
  EXPECT_TRUE(missing.inside.empty());
  EXPECT_EQ(MakePlan(catalogue, {}).checks.at(0).check.not_applicable,
            "its canary is not part of this run");
}

TEST(MakePlan, DoesNotAskWhatDoesNotApplyAndSaysWhy) {
  PlanInput input = WithTcp();
  input.not_applicable["net.tcp"] = "no network here";
  const std::vector<Property> catalogue = {kTcp};
  const Plan plan = MakePlan(catalogue, input);
  EXPECT_EQ(plan.checks.at(0).check.not_applicable, "no network here");
  EXPECT_TRUE(plan.inside.empty());
}

TEST(MakePlan, LeavesWhatTheHarnessReadsItselfToTheHarness) {
  const std::vector<Property> catalogue = {{.id = "pid.ns_is_own", .probe = kHostProbe}};
  const Plan plan = MakePlan(catalogue, {});
  EXPECT_EQ(plan.checks.at(0).request, std::nullopt);
  EXPECT_TRUE(plan.checks.at(0).check.not_applicable.empty());
  EXPECT_TRUE(plan.inside.empty());
}

TEST(MakePlan, TakesOnlyWhatIsSelected) {
  PlanInput input = WithSubjects({{.inside = "/app"}, {.inside = "/etc"}});
  const std::vector<Property> catalogue = {kTcp, kWrite};
  input.only = {"fs.ro"};
  EXPECT_EQ(MakePlan(catalogue, input).checks.size(), 2U);
  input.only = {"fs.ro.write[/etc]"};
  EXPECT_EQ(Ids(MakePlan(catalogue, input)), (std::vector<std::string>{"fs.ro.write[/etc]"}));
  EXPECT_EQ(MakePlan(catalogue, input).inside.size(), 1U);
  input.only = {"ipc"};
  EXPECT_TRUE(MakePlan(catalogue, input).checks.empty());
}

// Both ways to ask give one answer.
bool Selects(const std::vector<std::string>& patterns, std::string_view id) {
  const bool is_selected = IsSelected(id, patterns);
  EXPECT_EQ(Selection(patterns).Has(id), is_selected) << id;
  return is_selected;
}

TEST(IsSelected, ByWholeWordsOfTheDottedOrder) {
  EXPECT_TRUE(Selects({"fs"}, "fs.ro.write"));
  EXPECT_TRUE(Selects({"fs.ro"}, "fs.ro.write"));
  EXPECT_TRUE(Selects({"fs.ro.write"}, "fs.ro.write"));
  EXPECT_TRUE(Selects({"fs.ro.write"}, "fs.ro.write[/a.b]"));
  EXPECT_TRUE(Selects({"fs.ro.write[/a.b]"}, "fs.ro.write[/a.b]"));
  EXPECT_TRUE(Selects({"net", "fs"}, "fs.ro.write"));
  EXPECT_FALSE(Selects({"fs.ro.write[/a]"}, "fs.ro.write[/a.b]"));
  EXPECT_FALSE(Selects({"fs.ro.write[/a.b]"}, "fs.ro.write"));
  EXPECT_FALSE(Selects({"fs.r"}, "fs.ro.write"));
  EXPECT_FALSE(Selects({"fs."}, "fs.ro.write"));
  EXPECT_FALSE(Selects({"fs.ro.write.more"}, "fs.ro.write"));
  EXPECT_FALSE(Selects({""}, "fs.ro.write"));
}

TEST(IsSelected, EverythingWhereNothingIsNamed) { EXPECT_TRUE(Selects({}, "fs.ro.write")); }

}  // namespace
}  // namespace sandproof
