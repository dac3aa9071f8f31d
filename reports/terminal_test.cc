#include "reports/terminal.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "reports/golden_for_test.h"
#include "reports/sample_run_for_test.h"

namespace sandproof {
namespace {

bool Contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// Without the colours that the report itself adds.
std::string Uncoloured(const std::string& text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text.compare(at, 2, "\x1b[") == 0) {
      at = text.find('m', at);
    } else {
      plain += text[at];
    }
  }
  return plain;
}

TEST(ToTerminal, IsByteForByteWhatItWas) {
  ExpectGolden("terminal.txt", ToTerminal(sample::SampleRun(), {.width = 100}));
}

TEST(ToTerminal, VerboseIsByteForByteWhatItWas) {
  ExpectGolden("terminal_verbose.txt", ToTerminal(sample::SampleRun(), {.verbose = true}));
}

TEST(ToTerminal, ColourChangesNothingButColour) {
  const sandproof::Run run = sample::SampleRun();
  EXPECT_EQ(Uncoloured(ToTerminal(run, {.color = true, .width = 80})),
            ToTerminal(run, {.width = 80}));
  EXPECT_NE(ToTerminal(run, {.color = true}), ToTerminal(run, {}));
}

TEST(ToTerminal, HostileStringsReachNoTerminal) {
  const std::string text = ToTerminal(sample::HostileRun(), {.verbose = true});
  EXPECT_TRUE(std::ranges::none_of(text, [](char raw) {
    const auto byte = static_cast<unsigned char>(raw);
    return (byte < 0x20 && byte != '\n') || byte == 0x7f || byte == 0xff;
  }));
  EXPECT_FALSE(Contains(text, "\xc2\x9b"));
  EXPECT_FALSE(Contains(text, "\xe2\x80\xae"));
}

TEST(ToTerminal, TellsSubjectsThatFailAlikeAsOne) {
  const std::string text = ToTerminal(sample::SampleRun(), {});
  EXPECT_TRUE(Contains(text, "FAIL high fs.ro.open_write[/app /etc /usr]"));
}

TEST(ToTerminal, KeepsSubjectsApartThatFailDifferently) {
  sandproof::Run run = sample::SampleRun();
  run.sandboxes[0].results = {sample::WritableResult("/app"), sample::WritableResult("/etc")};
  run.sandboxes[0].results[1].evidence.control_after = std::nullopt;
  const std::string text = ToTerminal(run, {});
  EXPECT_TRUE(Contains(text, "fs.ro.open_write[/app]"));
  EXPECT_TRUE(Contains(text, "fs.ro.open_write[/etc]"));
}

TEST(ToTerminal, StaysWithinTheWidth) {
  sandproof::Run run = sample::SampleRun();
  run.sandboxes.resize(1);
  std::string text = ToTerminal(run, {.width = 72});
  text = text.substr(text.find("FAIL"), text.find("\n\n") - text.find("FAIL"));
  std::size_t widest = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const auto columns = std::count_if(text.begin() + static_cast<std::ptrdiff_t>(at),
                                       text.begin() + static_cast<std::ptrdiff_t>(end),
                                       [](char raw) { return (raw & 0xc0) != 0x80; });
    widest = std::max(widest, static_cast<std::size_t>(columns));
    at = end + 1;
  }
  EXPECT_LE(widest, 72U);
}

CheckResult Silent(const Property& property, const std::string& why) {
  CheckResult result{.judgement = {Verdict::kInconclusive, "probe_silent", why}};
  result.check = {.property = &property, .subject = ""};
  result.evidence.silence = why;
  return result;
}

TEST(ToTerminal, SaysOnceWhyNobodyAnswered) {
  const std::string why = "the launcher exited with 1";
  sandproof::Run run{.exit_code = 3};
  run.sandboxes = {{.name = "s", .launch_error = why}};
  run.sandboxes[0].results = {Silent(sample::kTcp6, why), Silent(sample::kReboot, why),
                              Silent(sample::kRemount, "its own reason")};
  const std::string text = ToTerminal(run, {});
  EXPECT_TRUE(Contains(text,
                       "INCONCLUSIVE launch  the launcher exited with 1\n"
                       "     checks   2 say nothing for this reason; --verbose names them\n"));
  EXPECT_FALSE(Contains(text, std::string(sample::kTcp6.id))) << text;
  EXPECT_TRUE(Contains(text, "its own reason")) << text;
  const std::string all = ToTerminal(run, {.verbose = true});
  EXPECT_FALSE(Contains(all, "say nothing")) << all;
  EXPECT_TRUE(Contains(all, std::string(sample::kTcp6.id))) << all;
}

TEST(ToTerminal, NamesTogetherWhatIsSilentForOneReason) {
  sandproof::Run run{.exit_code = 3};
  run.sandboxes = {{.name = "s"}};
  run.sandboxes[0].results = {Silent(sample::kTcp6, "no arena"),
                              Silent(sample::kReboot, "no arena")};
  const std::string text = ToTerminal(run, {});
  EXPECT_TRUE(Contains(text, "INCONCLUSIVE 2 properties  no arena\n     these    ")) << text;
  EXPECT_TRUE(Contains(text, std::string(sample::kTcp6.id))) << text;
  EXPECT_TRUE(Contains(text, std::string(sample::kReboot.id))) << text;
}

TEST(ToTerminal, SaysThatNothingWasShown) {
  sandproof::Run run{.exit_code = 3};
  run.sandboxes = {{.name = "s", .results = {sample::SkippedResult(sample::kTcp6, "no IPv6")}}};
  EXPECT_TRUE(Contains(ToTerminal(run, {}), "INCONCLUSIVE launch  every check was skipped"));
}

TEST(ToTerminal, EndsWithTheExitCodeOfAnEmptyRun) {
  EXPECT_EQ(ToTerminal(sandproof::Run{.exit_code = 2}, {}),
            "0 sandboxes: 0 passed, 0 failed, 0 inconclusive, 0 skipped, 0 waived in 0.000 s — "
            "exit 2\n");
}

}  // namespace
}  // namespace sandproof
