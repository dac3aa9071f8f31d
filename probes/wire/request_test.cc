#include "probes/wire/request.h"

#include <gtest/gtest.h>

#include <random>

#include "probes/wire/bytes_for_test.h"

namespace sandproof {
namespace {

Batch Hostile() {
  return {.nonce = "0f1e",
          .requests = {{.index = 0,
                        .probe = "fs/read_file",
                        .limit = std::chrono::milliseconds(0),
                        .params = {{"path", EveryByte()}, {"empty", ""}}},
                       {.index = 4294967295U,
                        .probe = EveryByte(),
                        .limit = std::chrono::milliseconds(4294967295U),
                        .params = {{EveryByte(), "\nend\n"}, {"a=b c", "d=e f"}}},
                       {.index = 2, .probe = "p", .params = {}}}};
}

TEST(Batch, SurvivesEveryByte) { EXPECT_EQ(DecodeBatch(EncodeBatch(Hostile())), Hostile()); }

TEST(Batch, SurvivesWithoutRequests) {
  const Batch empty{.nonce = "n"};
  EXPECT_EQ(DecodeBatch(EncodeBatch(empty)), empty);
}

TEST(Batch, SurvivesRandomBytes) {
  std::mt19937 random(1);
  const auto some = [&random](std::size_t most) {
    std::string bytes(1 + random() % most, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    return bytes;
  };
  for (int round = 0; round < 500; ++round) {
    Batch batch{.nonce = "n"};
    for (std::uint32_t i = 0; i < random() % 5; ++i) {
      batch.requests.push_back({.index = i, .probe = some(8), .params = {{some(8), some(64)}}});
    }
    ASSERT_EQ(DecodeBatch(EncodeBatch(batch)), batch) << round;
  }
}

TEST(Batch, IsWrittenAsAPersonWouldWriteIt) {
  const Batch batch{.nonce = "7f",
                    .requests = {{.index = 0,
                                  .probe = "fs/read_file",
                                  .limit = std::chrono::milliseconds(500),
                                  .params = {{"path", "/etc/a b"}}}}};
  EXPECT_EQ(EncodeBatch(batch),
            "sandproof-batch 1 7f 1\n0 fs/read_file 500 path=/etc/a%20b\nend\n");
}

// A reader that stops early must never run half of what was asked.
TEST(Batch, IsRefusedWhereverItIsCut) {
  const std::string whole = EncodeBatch(Hostile());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(DecodeBatch(whole.substr(0, size)), std::nullopt) << size;
    EXPECT_FALSE(IsWholeBatch(std::string_view(whole).substr(0, size))) << size;
  }
  EXPECT_TRUE(IsWholeBatch(whole));
}

TEST(Batch, IsRefusedWhenItLacksARequest) {
  EXPECT_EQ(DecodeBatch("sandproof-batch 1 n 2\n0 p 5\nend\n"), std::nullopt);
  EXPECT_EQ(DecodeBatch("sandproof-batch 1 n 0\n0 p 5\nend\n"), std::nullopt);
}

TEST(Batch, IsRefusedWithABrokenLine) {
  for (const char* text : {"",
                           "\nend\n",
                           "sandproof-batch 1 \nend\n",
                           "sandproof-batch 1 n\nend\n",
                           "sandproof-batch 1  0\nend\n",
                           "sandproof-batch 2 n 0\nend\n",
                           "sandproof-batch 1 n 0 0\nend\n",
                           "sandproof-batch 1 n -0\nend\n",
                           "sandproof-batch 1 n 1\n\nend\n",
                           "sandproof-batch 1 n 1\n0 p\nend\n",
                           "sandproof-batch 1 n 1\nx p 5\nend\n",
                           "sandproof-batch 1 n 1\n-1 p 5\nend\n",
                           "sandproof-batch 1 n 1\n4294967296 p 5\nend\n",
                           "sandproof-batch 1 n 1\n0  5\nend\n",
                           "sandproof-batch 1 n 1\n0 p 5x\nend\n",
                           "sandproof-batch 1 n 1\n0 p 5 =v\nend\n",
                           "sandproof-batch 1 n 1\n0 p 5 k=%4\nend\n",
                           "sandproof-batch 1 n 1\n0 p 5 k=%zz\nend\n",
                           "sandproof-batch 1 n 1\n0 p 5 k=\x80\nend\n",
                           "sandproof-batch 1 n 1\n0 p 5 k=a=b\nend\n",
                           " sandproof-batch 1 n 0\nend\n",
                           "sandproof-batch 1 n 0\nend\nmore"}) {
    EXPECT_EQ(DecodeBatch(text), std::nullopt) << text;
  }
}

TEST(Batch, NeverCrashesOnRandomMutations) {
  std::mt19937 random(2);
  const std::string whole = EncodeBatch(Hostile());
  for (int round = 0; round < 20'000; ++round) {
    std::string text = whole;
    for (unsigned i = 0; i < 1 + random() % 4; ++i) {
      text.at(random() % text.size()) = static_cast<char>(random());
    }
    const std::optional<Batch> batch = DecodeBatch(text);
    if (!batch) continue;
    EXPECT_EQ(DecodeBatch(EncodeBatch(*batch)), batch) << round;
  }
}

TEST(PercentEncode, LeavesOnlyPlainCharacters) {
  const std::string encoded = PercentEncode(EveryByte());
  EXPECT_EQ(encoded.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                      "0123456789._~/:@+,-%"),
            std::string::npos);
  EXPECT_EQ(PercentDecode(encoded), EveryByte());
}

TEST(PercentDecode, TakesHexInBothCases) { EXPECT_EQ(PercentDecode("%2f%2F"), "//"); }

TEST(Request, ReadsItsParametersOrTheirAbsence) {
  const Request request{.params = {{"port", "80"}, {"word", "8x"}, {"negative", "-3"}}};
  EXPECT_EQ(request.Param("port"), "80");
  EXPECT_EQ(request.Param("host"), "");
  EXPECT_EQ(request.Number("port"), 80);
  EXPECT_EQ(request.Number("negative"), -3);
  EXPECT_EQ(request.Number("word", 7), 7);
  EXPECT_EQ(request.Number("host", 7), 7);
}

}  // namespace
}  // namespace sandproof
