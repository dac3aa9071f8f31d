#include <gtest/gtest.h>

#include <string>

#include "harness/cli/command_for_test.h"

namespace sandproof {
namespace {

using testing::Ended;
using testing::Sandproof;

// One run, shared by the tests: its reports in every format.
struct Original {
  testing::TempDir directory = {};
  std::string report = directory / "report.json";
  Ended run = {};

  Original() {
    const std::string config = directory.Write(
        "box.json", testing::ConfigOf(testing::kBwrapLine,
                                      R"(, "expect": {"net.tcp_loopback_reachable": "any"},
                             "waive": [{"property": "fs.remount_rw_bind", "reason": "r",
                                        "owner": "o", "until": "2020-01-01"},
                                       {"property": "launcher.payload_missing_inside",
                                        "reason": "unused", "owner": "o", "until": "2099-01-01"}])"));
    run = Sandproof({"run", config, "--verbose", "--json", report, "--junit", directory / "j.xml",
                     "--junit-strict", directory / "s.xml"});
  }
};

const Original& TheRun() {
  static const Original original;
  return original;
}

TEST(JudgeCommand, SaysByteForByteWhatTheRunSaid) {
  const Original& original = TheRun();
  const testing::TempDir again;
  const Ended judged =
      Sandproof({"judge", original.report, "--verbose", "--json", again / "report.json", "--junit",
                 again / "j.xml", "--junit-strict", again / "s.xml"});
  EXPECT_EQ(judged.code, original.run.code);
  EXPECT_EQ(judged.out, original.run.out);
  EXPECT_NE(judged.out.find("the waiver of"), std::string::npos);
  for (const char* name : {"report.json", "j.xml", "s.xml"}) {
    EXPECT_EQ(testing::TextOf(again / name), testing::TextOf(original.directory / name)) << name;
    EXPECT_FALSE(testing::TextOf(again / name).empty()) << name;
  }
}

TEST(JudgeCommand, JudgesAPart) {
  const Ended judged =
      Sandproof({"judge", TheRun().report, "--only", "uts,ipc", "--format", "json"});
  EXPECT_NE(judged.out.find("\"id\": \"uts."), std::string::npos);
  EXPECT_EQ(judged.out.find("\"id\": \"fs."), std::string::npos);
}

TEST(JudgeCommand, RefusesWhatSelectsNothing) {
  const Ended unknown = Sandproof({"judge", TheRun().report, "--only", "uts.nope"});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_EQ(unknown.out, "");
  const Ended sandbox = Sandproof({"judge", TheRun().report, "--sandbox", "nobody"});
  EXPECT_EQ(sandbox.code, 2);
  EXPECT_NE(sandbox.err.find("nobody"), std::string::npos);
  const Ended absent =
      Sandproof({"judge", TheRun().report, "--only", "svc.socket_reachable_across"});
  EXPECT_EQ(absent.code, 2) << absent.out;
}

TEST(JudgeCommand, RefusesADamagedFile) {
  const testing::TempDir directory;
  const std::string text = testing::TextOf(TheRun().report);
  for (const std::string& damaged : {std::string(), text.substr(0, text.size() / 2),
                                     std::string("{\"sandboxes\": {}}"), std::string(100000, '['),
                                     std::string("\x7f"
                                                 "ELF\0\0",
                                                 6)}) {
    const Ended judged = Sandproof({"judge", directory.Write("damaged.json", damaged)});
    EXPECT_EQ(judged.code, 2);
    EXPECT_EQ(judged.out, "");
    EXPECT_NE(judged.err.find("damaged.json: "), std::string::npos) << judged.err;
  }
}

}  // namespace
}  // namespace sandproof
