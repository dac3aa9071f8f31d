#include "reports/junit.h"

#include <gtest/gtest.h>

#include <pugixml.hpp>
#include <set>
#include <string>

#include "reports/golden_for_test.h"
#include "reports/sample_run_for_test.h"
#include "reports/xmllint_for_test.h"

namespace sandproof {
namespace {

pugi::xml_document Parse(const std::string& xml) {
  pugi::xml_document document;
  EXPECT_TRUE(document.load_string(xml.c_str()));
  return document;
}

TEST(ToJunit, DefaultIsByteForByteWhatItWas) {
  ExpectGolden("junit_default.xml", ToJunit(sample::SampleRun(), JunitDialect::kDefault));
}

TEST(ToJunit, StrictIsByteForByteWhatItWas) {
  ExpectGolden("junit_strict.xml", ToJunit(sample::SampleRun(), JunitDialect::kStrict));
}

TEST(ToJunit, StrictFulfilsTheSchema) {
  EXPECT_EQ(XmllintExit("strict.xml", ToJunit(sample::SampleRun(), JunitDialect::kStrict)), 0);
}

TEST(ToJunit, StrictFulfilsTheSchemaForHostileStrings) {
  EXPECT_EQ(XmllintExit("hostile.xml", ToJunit(sample::HostileRun(), JunitDialect::kStrict)), 0);
}

TEST(ToJunit, StrictFulfilsTheSchemaForAnEmptyRun) {
  EXPECT_EQ(XmllintExit("empty.xml", ToJunit(sandproof::Run{}, JunitDialect::kStrict)), 0);
}

// Otherwise the schema would accept anything.
TEST(ToJunit, DefaultDoesNotFulfilTheStrictSchema) {
  EXPECT_EQ(XmllintExit("default.xml", ToJunit(sample::SampleRun(), JunitDialect::kDefault)), 3);
}

TEST(ToJunit, CountersAreThoseOfTheElements) {
  const pugi::xml_document document = Parse(ToJunit(sample::SampleRun(), JunitDialect::kDefault));
  for (const pugi::xml_node suite : document.child("testsuites")) {
    const auto matches = [&suite](const char* query) { return suite.select_nodes(query).size(); };
    EXPECT_EQ(suite.attribute("tests").as_uint(), matches("testcase"));
    EXPECT_EQ(suite.attribute("failures").as_uint(), matches("testcase/failure"));
    EXPECT_EQ(suite.attribute("errors").as_uint(), matches("testcase/error"));
    EXPECT_EQ(suite.attribute("skipped").as_uint(), matches("testcase/skipped"));
  }
}

TEST(ToJunit, NamesAreUniqueInTheWholeFile) {
  const pugi::xml_document document = Parse(ToJunit(sample::HostileRun(), JunitDialect::kStrict));
  std::set<std::string> names;
  for (const pugi::xpath_node found : document.select_nodes("//testcase")) {
    const pugi::xml_node testcase = found.node();
    EXPECT_TRUE(names
                    .insert(std::string(testcase.attribute("classname").value()) + '\n' +
                            testcase.attribute("name").value())
                    .second);
  }
  EXPECT_EQ(names.size(), 12U);
}

TEST(ToJunit, ASandboxThatNeverStartedIsAnError) {
  const pugi::xml_document document = Parse(ToJunit(sample::SampleRun(), JunitDialect::kDefault));
  const pugi::xml_node launch =
      document.select_node("//testsuite[@name='worker']/testcase[@name='launch']").node();
  EXPECT_STREQ(launch.child("error").attribute("message").value(),
               "the launcher exited with 1 before the agent started");
}

TEST(ToJunit, AnAllSkippedSandboxIsAnError) {
  sandproof::Run run = sample::SampleRun();
  run.sandboxes = {{.name = "s", .results = {sample::SkippedResult(sample::kTcp6, "no IPv6")}}};
  const pugi::xml_document document = Parse(ToJunit(run, JunitDialect::kDefault));
  EXPECT_STREQ(document.child("testsuites").attribute("errors").value(), "1");
}

}  // namespace
}  // namespace sandproof
