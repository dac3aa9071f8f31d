#include "harness/spec/json.h"

#include <gtest/gtest.h>

namespace sandproof {
namespace {

std::string RefusedAs(std::string_view text) {
  const Result<JsonNode> node = ParseJson(text, "f");
  return node ? "(accepted)" : node.error().message;
}

TEST(SpecJson, KnowsTheLineOfEveryValue) {
  const Result<JsonNode> root = ParseJson("{\n\"a\": 1\n,\n\"b\":\n[\n2\n, true]}", "f");
  ASSERT_TRUE(root);
  EXPECT_EQ(root->line, 1);
  EXPECT_EQ(root->children.at(0).line, 2);
  EXPECT_EQ(root->children.at(1).line, 4);  // of the key
  EXPECT_EQ(root->children.at(1).children.at(0).line, 6);
  EXPECT_EQ(root->children.at(1).children.at(1).line, 7);
}

TEST(SpecJson, KeepsTheOrderOfTheFile) {
  const Result<JsonNode> root = ParseJson(R"({"z": 0, "a": "x"})", "f");
  ASSERT_TRUE(root);
  EXPECT_EQ(root->children.at(0).key, "z");
  EXPECT_EQ(root->children.at(1).key, "a");
  EXPECT_EQ(root->children.at(1).text, "x");
}

TEST(SpecJson, RefusesAnEmptyFile) {
  EXPECT_EQ(RefusedAs(""), "f:1: the file is empty; expected an object with \"sandboxes\"");
  EXPECT_EQ(RefusedAs(" \n\t\r\n"), RefusedAs(""));
}

TEST(SpecJson, SaysThatATruncatedFileEndsTooEarly) {
  const std::string message = RefusedAs("{\n\"sandboxes\": {\n\"auth\": {");
  EXPECT_TRUE(message.starts_with("f:3: not valid JSON: ")) << message;
  EXPECT_TRUE(message.ends_with("; the file ends too early")) << message;
}

TEST(SpecJson, RefusesEveryTruncationOfAFile) {
  constexpr std::string_view kText = R"({"a": {"b": [1, 2.5, "c\u00e9", null, true]}, "d": {}})";
  for (std::size_t size = 0; size < kText.size(); ++size) {
    EXPECT_NE(RefusedAs(kText.substr(0, size)), "(accepted)") << size;
  }
  EXPECT_EQ(RefusedAs(kText), "(accepted)");
}

TEST(SpecJson, RefusesADuplicateKeyAndNamesBothLines) {
  EXPECT_EQ(RefusedAs("{\"a\": [{\n\"b\": 1,\n\"c\": 2,\n\"b\": 3}]}"),
            "f:4: a[0].b: duplicate key; line 2 has it too");
}

TEST(SpecJson, TakesTheSameKeyInTwoObjects) {
  EXPECT_EQ(RefusedAs(R"([{"a": 1}, {"a": 1}])"), "(accepted)");
}

// The library takes a NUL byte for the end of the text.
TEST(SpecJson, RefusesANulByteBehindACompleteText) {
  using std::string_view_literals::operator""sv;
  EXPECT_EQ(RefusedAs("{}\n\0"sv), "f:2: a NUL byte; this is not JSON in UTF-8");
}

TEST(SpecJson, RefusesANulInAStringAndInAKey) {
  EXPECT_EQ(RefusedAs("{\"a\": [1, \"x\\u0000y\"]}"), "f:1: a[1]: a NUL in a string");
  EXPECT_EQ(RefusedAs("{\"x\\u0000y\": 1}"), "f:1: [\"x\\u0000y\"]: a NUL in a key");
}

TEST(SpecJson, RefusesInvalidUtf8WithoutRepeatingIt) {
  const std::string message = RefusedAs("{\n\"a\": \"\xff\"}");
  EXPECT_TRUE(message.starts_with("f:2: not valid JSON: ")) << message;
  EXPECT_NE(message.find("ill-formed UTF-8"), std::string::npos) << message;
  EXPECT_EQ(message.find('\xff'), std::string::npos);
}

TEST(SpecJson, CutsAVeryLongTokenInItsMessage) {
  EXPECT_LT(RefusedAs("{\"a\": \"" + std::string(100'000, 'x')).size(), 400U);
}

TEST(SpecJson, RefusesALoneSurrogate) { EXPECT_NE(RefusedAs(R"(["\ud800"])"), "(accepted)"); }

TEST(SpecJson, RefusesDeepNestingOfAnyLength) {
  EXPECT_EQ(RefusedAs(std::string(1'000'000, '[')), "f:1: nested deeper than 64 levels");
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  EXPECT_EQ(RefusedAs(objects), "f:1: nested deeper than 64 levels");
}

TEST(SpecJson, TakesNestingUpToTheLimit) {
  EXPECT_EQ(RefusedAs(std::string(64, '[') + std::string(64, ']')), "(accepted)");
}

TEST(SpecJson, PointsToNoteWhereACommentStands) {
  EXPECT_NE(RefusedAs("{ // hello\n}").find("; JSON has no comments, use \"note\""),
            std::string::npos);
  EXPECT_NE(RefusedAs("# hello\n{}").find("; JSON has no comments"), std::string::npos);
  EXPECT_EQ(RefusedAs("{\"a\": \"/").find("; JSON has no comments"), std::string::npos);
}

TEST(SpecJson, RefusesWhatFollowsTheText) {
  EXPECT_NE(RefusedAs("{} {}"), "(accepted)");
  EXPECT_NE(RefusedAs("{\"a\": 1,}"), "(accepted)");
  EXPECT_NE(RefusedAs("NaN"), "(accepted)");
  EXPECT_NE(RefusedAs("1e999"), "(accepted)");
}

TEST(SpecJson, SkipsAByteOrderMark) { EXPECT_EQ(RefusedAs("\xef\xbb\xbf{}"), "(accepted)"); }

}  // namespace
}  // namespace sandproof
