#include <gtest/gtest.h>

#include <string>

#include "harness/cli/command_for_test.h"

namespace sandproof {
namespace {

using testing::Ended;
using testing::Sandproof;

// Reports are stored where more people read them than may know the secrets of a deployment.
TEST(RunCommand, ShowsNoSecretOfTheLaunchLineInAnyFormat) {
  const testing::TempDir directory;
  const std::string launch =
      R"("env", "DB_PASSWORD=word-of-env", "bwrap", "--setenv", "API_TOKEN", "word-of-setenv",)" +
      testing::kBwrapLine.substr(testing::kBwrapLine.find(',') + 1);
  const std::string config =
      directory.Write("box.json", testing::ConfigOf(launch, R"(, "env": {"PATH": "/usr/bin:/bin",
                                                          "A_SECRET": "word-of-the-environment"})"));
  const Ended run =
      Sandproof({"run", config, "--verbose", "--json", directory / "r.json", "--junit",
                 directory / "j.xml", "--junit-strict", directory / "s.xml"});
  const Ended judged = Sandproof({"judge", directory / "r.json", "--verbose"});
  EXPECT_EQ(judged.out, run.out);
  EXPECT_EQ(judged.code, run.code);
  const std::string report = testing::TextOf(directory / "r.json");
  EXPECT_NE(report.find("DB_PASSWORD=[redacted]"), std::string::npos);
  EXPECT_NE(report.find("\"API_TOKEN\""), std::string::npos);
  EXPECT_NE(report.find("\"verdict\": \"pass\""), std::string::npos) << run.err;
  for (const std::string& text : {run.out, run.err, report, testing::TextOf(directory / "j.xml"),
                                  testing::TextOf(directory / "s.xml")}) {
    EXPECT_FALSE(text.find("word-of-") != std::string::npos)
        << text.substr(text.find("word-of-"), 60);
  }
}

}  // namespace
}  // namespace sandproof
