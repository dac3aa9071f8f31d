// Names in braces and paths, as seen through whole configurations.
#include <gtest/gtest.h>

#include <filesystem>

#include "harness/spec/testing.h"

namespace sandproof {
namespace {

using testing::OnlySandbox;
using testing::Refusal;
using testing::WithMembers;

std::string Expanded(const std::string& text,
                     const std::map<std::string, std::string>& variables = {}) {
  const SandboxSpec sandbox =
      OnlySandbox(WithMembers(R"("env": {"X": ")" + text + "\"}"), variables);
  return sandbox.env ? sandbox.env->at("X") : "(refused)";
}

TEST(SpecNames, DirIsTheDirectoryOfTheFile) { EXPECT_EQ(Expanded("{dir}/x"), "/etc/sp/x"); }

TEST(SpecNames, DirOfARelativeFileIsAbsolute) {
  const Result<Spec> spec = ParseSpec(WithMembers(R"("env": {"X": "{dir}"})"), "s.json", {});
  ASSERT_TRUE(spec);
  EXPECT_EQ(spec->sandboxes.at(0).env->at("X"), std::filesystem::current_path().string());
}

TEST(SpecNames, ReplacesWhatDefineGave) {
  EXPECT_EQ(Expanded("a{ROOT}b{ROOT}", {{"ROOT", "/r"}}), "a/rb/r");
}

// Or a value could bring in names that its author did not mean.
TEST(SpecNames, DoesNotReplaceWithinAValue) {
  EXPECT_EQ(Expanded("{A}", {{"A", "{dir}"}}), "{dir}");
}

TEST(SpecNames, DoubledBracesStandForThemselves) {
  EXPECT_EQ(Expanded("awk '{{print}}' {{dir}}"), "awk '{print}' {dir}");
  EXPECT_EQ(Expanded("{{{dir}}}"), "{{dir}}");
}

TEST(SpecNames, LeavesOtherBracesAlone) {
  constexpr std::string_view kText = "{} {a b} {1} {{.State}} a{ }b { {x";
  EXPECT_EQ(Expanded(std::string(kText)), kText);
}

TEST(SpecNames, RefusesAnUnknownNameAndNamesTheNearest) {
  EXPECT_EQ(Refusal(WithMembers(R"("cwd": "{dri}")")),
            "1: sandboxes.auth.cwd: unknown name \"{dri}\"; did you mean \"{dir}\"? (write "
            "\"{{dri}}\" for the text itself)");
  EXPECT_EQ(Refusal(WithMembers(R"("env": {"X": "${HOME}"})")),
            "1: sandboxes.auth.env.X: unknown name \"{HOME}\"; give --define HOME=VALUE (write "
            "\"{{HOME}}\" for the text itself)");
}

TEST(SpecNames, RefusesAnUnknownNameWhereverNamesAreReplaced) {
  for (const std::string_view members :
       {R"("paths": {"{nope}/x": "absent"})", R"("fds": {"9": "{nope}"})",
        R"("fds": {"9": {"path": "{nope}"}})",
        R"("expect": {"fs.ro.open_write[{nope}]": "any"})"}) {
    EXPECT_NE(Refusal(WithMembers(members)).find("unknown name \"{nope}\""), std::string::npos)
        << members;
  }
}

TEST(SpecNames, RefusesADefineOfATakenOrImpossibleName) {
  EXPECT_EQ(Refusal(WithMembers(""), {{"dir", "/x"}}),
            "--define \"dir=/x\": the name \"dir\" has a meaning already");
  EXPECT_EQ(Refusal(WithMembers(""), {{"payload", "/x"}}),
            "--define \"payload=/x\": the name \"payload\" has a meaning already");
  EXPECT_EQ(Refusal(WithMembers(""), {{"a-b", "/x"}}),
            "--define \"a-b=/x\": a name is made of letters, digits and '_', no digit first");
}

TEST(SpecPaths, RefusesAPathThatIsNotNormalisedAndSaysHowToWriteIt) {
  constexpr std::string_view kWrong[] = {"/app/", "//app", "/app/.", "/x/../app", "/./app"};
  for (const std::string_view wrong : kWrong) {
    const std::string members = R"("paths": {")" + std::string(wrong) + R"(": "absent"})";
    EXPECT_TRUE(Refusal(WithMembers(members)).ends_with("is not normalised; write \"/app\""))
        << Refusal(WithMembers(members));
  }
}

TEST(SpecPaths, RefusesARelativePath) {
  EXPECT_EQ(Refusal(WithMembers(R"("paths": {"app": "absent"})")),
            "1: sandboxes.auth.paths.app: expected an absolute path, found \"app\"; \"{dir}\" "
            "stands for the directory of this file");
  EXPECT_NE(Refusal(WithMembers(R"("paths": {"": "absent"})")), "(accepted)");
}

TEST(SpecPaths, TakesTheRootAndNamesWithDots) {
  const SandboxSpec sandbox =
      OnlySandbox(WithMembers(R"("paths": {"/": "read-only", "/a/..b/.c": "private"})"));
  EXPECT_EQ(sandbox.paths.size(), 2U);
}

TEST(SpecPaths, RefusesTheSamePathUnderTwoSpellings) {
  EXPECT_EQ(Refusal(WithMembers("\"paths\": {\"/etc/sp/x\": \"absent\",\n"
                                "\"{dir}/x\": \"private\"}")),
            "2: sandboxes.auth.paths[\"{dir}/x\"]: \"/etc/sp/x\" is there already, on line 1");
}

}  // namespace
}  // namespace sandproof
