#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "harness/cli/command_for_test.h"

namespace sandproof {
namespace {

using testing::ConfigOf;
using testing::Ended;
using testing::Sandproof;
using testing::TempDir;

// The contract of every refusal: exit 2, one line that begins with our name and holds every one
// of `words`, and nothing on standard output.
void ExpectRefusal(const Ended& ended, const std::vector<std::string>& words) {
  EXPECT_EQ(ended.code, 2) << ended.err;
  EXPECT_EQ(ended.out, "");
  EXPECT_TRUE(ended.err.starts_with("sandproof: ")) << ended.err;
  EXPECT_TRUE(ended.err.ends_with('\n')) << ended.err;
  EXPECT_EQ(std::count(ended.err.begin(), ended.err.end(), '\n'), 1) << ended.err;
  for (const std::string& word : words) {
    EXPECT_NE(ended.err.find(word), std::string::npos) << word << " is not in " << ended.err;
  }
  EXPECT_LT(ended.took, std::chrono::seconds(2)) << ended.err;
}

// Runs a configuration with this text, which must be refused with these words.
void ExpectRefusalOf(const std::string& text, std::vector<std::string> words) {
  const TempDir directory;
  const std::string file = directory.Write("bad.json", text);
  words.push_back(file);
  ExpectRefusal(Sandproof({"run", file}), words);
}

std::string Box(const std::string& more) { return ConfigOf(testing::kBwrapLine, more); }

TEST(BadInput, NamesLineAndNearestOfAWrongKey) {
  ExpectRefusalOf(
      R"({"sandboxes": {"box": {"launch": ["bwrap", "{payload}"],
    "payload": ["/usr/bin/true"],
    "expct": {}}}})",
      {"bad.json:3: ", "sandboxes.box.expct: unknown key", R"(did you mean "expect"?)"});
}

TEST(BadInput, NamesKeyAndTypeOfAWrongType) {
  ExpectRefusalOf(R"({"sandboxes": {"box": {"launch": 7}}})",
                  {"bad.json:1: ", "sandboxes.box.launch: expected an array", "the number 7"});
}

TEST(BadInput, NamesTheNearestOfAnUnknownProperty) {
  ExpectRefusalOf(Box(R"(, "expect": {"net.tcp_loopback_reachabel": "any"})"),
                  {"sandboxes.box.expect", R"(unknown property "net.tcp_loopback_reachabel")",
                   R"(did you mean "net.tcp_loopback_reachable"?)"});
}

TEST(BadInput, NamesTheNearestOfAWrongPathValue) {
  ExpectRefusalOf(Box(R"(, "paths": {"/tmp": "read-onyl"})"),
                  {R"(sandboxes.box.paths["/tmp"])", R"(did you mean "read-only"?)"});
}

// What only a driver finds wrong has its place in the file too.
TEST(BadInput, NamesWhereALaunchLineIsWrong) {
  const auto wrong = [](const std::string& launch, const std::string& more,
                        const std::string& what) {
    ExpectRefusalOf("{\"sandboxes\": {\"box\": {\n\"launch\": " + launch +
                        ",\n\"payload\": [\"/usr/bin/true\"]" + more + "}}}",
                    {"bad.json:2: sandboxes.box.launch: ", what});
  };
  wrong(R"(["bwrap", "--unshare-pidd", "--", "{payload}"])", "",
        "bwrap has no option --unshare-pidd; the nearest is --unshare-pid");
  wrong(R"(["bwrap", "--", "bwrap", "--", "{payload}"])", "", R"("driver": "command")");
  wrong(R"(["bwrap", "--args", "9", "--", "{payload}"])", "", "descriptor 9");
  wrong(R"(["bwrap", "--", "{payload}"])", R"(, "driver": "bwarp")",
        R"(no driver is named "bwarp"; there are bwrap, command)");
}

TEST(BadInput, RefusesAnEmptyFile) { ExpectRefusalOf("", {"the file is empty"}); }

TEST(BadInput, RefusesATruncatedFile) {
  const std::string whole = Box("");
  for (const std::size_t size : {std::size_t{1}, whole.size() / 3, whole.size() - 3}) {
    ExpectRefusalOf(whole.substr(0, size), {"not valid JSON"});
  }
}

TEST(BadInput, RefusesAFileOf100Megabytes) {
  ExpectRefusalOf(std::string(100'000'000, ' '), {"larger than"});
}

TEST(BadInput, RefusesABinaryFile) {
  ExpectRefusalOf(testing::TextOf(testing::kSandproof).substr(0, 100'000), {"not JSON"});
}

TEST(BadInput, RefusesDeepNesting) {
  ExpectRefusalOf(std::string(1'000'000, '['), {"nested deeper than"});
}

TEST(BadInput, RefusesADuplicateKey) {
  ExpectRefusalOf(Box(R"(, "payload": ["/bin/sh"])"), {"sandboxes.box.payload: duplicate key"});
}

TEST(BadInput, RefusesInvalidUtf8) {
  ExpectRefusalOf("{\"sandboxes\": {\"b\xff\": {}}}", {"ill-formed UTF-8"});
}

TEST(BadInput, RefusesWhatConfiguresNoSandbox) {
  ExpectRefusalOf(R"({"sandboxes": {}})", {"no sandbox is configured"});
}

TEST(BadInput, RefusesAMissingFile) {
  ExpectRefusal(Sandproof({"run", "/nowhere/sandproof.json"}),
                {"/nowhere/sandproof.json", "ENOENT"});
}

TEST(BadInput, RefusesADirectory) {
  const TempDir directory;
  ExpectRefusal(Sandproof({"run", directory.path()}), {directory.path(), "a directory"});
}

TEST(BadInput, DoesNotWaitForTheWriterOfAFifo) {
  const TempDir directory;
  const std::string fifo = directory / "fifo.json";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  ExpectRefusal(Sandproof({"run", fifo}), {fifo, "a FIFO"});
  ExpectRefusal(Sandproof({"judge", fifo}), {fifo, "a FIFO"});
}

TEST(BadInput, NamesAnArgumentFileThatCannotBeRead) {
  const std::string config =
      ConfigOf(R"("bwrap", "--args", "9", "--", "{payload}")", R"(, "fds": {"9": "/usr"})");
  const TempDir directory;
  ExpectRefusal(Sandproof({"run", directory.Write("bad.json", config)}),
                {"box", "descriptor 9 cannot be read", "/usr", "EISDIR"});
}

TEST(BadInput, NamesAMissingLauncher) {
  const TempDir directory;
  const std::string file =
      directory.Write("box.json", ConfigOf(R"("/nowhere/launcher", "{payload}")"));
  ExpectRefusal(Sandproof({"run", file}), {"sandboxes.box.launch: ", "/nowhere/launcher"});
}

TEST(BadInput, NamesAnUnknownOption) {
  ExpectRefusal(Sandproof({"--nope"}), {"--nope"});
  ExpectRefusal(Sandproof({"run", "--nope"}), {"--nope"});
}

TEST(BadInput, NamesTheNearestCommand) {
  ExpectRefusal(Sandproof({"chekc"}), {"chekc: no such command", "did you mean check?"});
  ExpectRefusal(Sandproof({}), {"subcommand is required"});
}

TEST(BadInput, EscapesWhatATerminalWouldObey) {
  const Ended ended = Sandproof({"run", "--a\x1b[2J\nb"});
  ExpectRefusal(ended, {});
  EXPECT_EQ(ended.err.find('\x1b'), std::string::npos) << ended.err;
}

TEST(BadInput, RefusesValuesThatOptionsCannotHave) {
  const TempDir directory;
  const std::string file = directory.Write("box.json", Box(""));
  ExpectRefusal(Sandproof({"run", file, "--only", "nonsense"}), {"--only nonsense"});
  ExpectRefusal(Sandproof({"run", file, "--sandbox", "nobody"}), {file, "nobody"});
  ExpectRefusal(Sandproof({"run", file, "--format", "nope"}), {"--format", "nope", "terminal"});
  ExpectRefusal(Sandproof({"run", file, "--parallel", "-3"}), {"--parallel", "-3"});
  ExpectRefusal(Sandproof({"run", file, "--define", "x"}), {"--define x"});
}

// A run of one property, which bubblewrap's own network namespace fulfils.
int CodeOf(const std::string& launch, const std::string& more,
           const std::vector<std::string>& options = {}) {
  const TempDir directory;
  std::vector<std::string> words = {"run", directory.Write("box.json", ConfigOf(launch, more)),
                                    "--only", "net.tcp_loopback_reachable"};
  words.insert(words.end(), options.begin(), options.end());
  return Sandproof(words).code;
}

TEST(ExitCode, Is0IfEverythingHolds) { EXPECT_EQ(CodeOf(testing::kBwrapLine, ""), 0); }

TEST(ExitCode, Is1IfSomethingDoesNotHoldUnlessAskedFor0) {
  const std::string wrong = R"(, "expect": {"net.tcp_loopback_reachable": "allowed"})";
  EXPECT_EQ(CodeOf(testing::kBwrapLine, wrong), 1);
  EXPECT_EQ(CodeOf(testing::kBwrapLine, wrong, {"--exit-zero"}), 0);
}

TEST(ExitCode, Is3IfTheLauncherStartsNoPayload) {
  EXPECT_EQ(CodeOf(R"("/bin/true", "{payload}")", ""), 3);
}

}  // namespace
}  // namespace sandproof
