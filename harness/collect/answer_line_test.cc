// One line of JSON, whoever wrote it.
#include "harness/collect/answer_line.h"

#include <gtest/gtest.h>

#include <limits>

namespace sandproof {
namespace {

TEST(AnswerLine, IsOneObjectAndNothingElse) {
  EXPECT_TRUE(ParseAnswerLine(R"({"sandproof":"obs"})"));
  EXPECT_TRUE(ParseAnswerLine(R"(  {"sandproof":"obs"}  )"));
  for (const std::string_view line :
       {R"({"sandproof":"obs"} x)", R"({"sandproof":"obs"}{})", R"(["sandproof"])", R"("obs")", "7",
        R"({"sandproof":"obs")", R"({"sandproof":"obs",})", R"({sandproof:"obs"})", "{} // no",
        "{\"sandproof\":\"\xff\"}", "{\"sandproof\":\"\n\"}", "", " "}) {
    EXPECT_FALSE(ParseAnswerLine(line)) << line;
  }
}

TEST(AnswerLine, HasNoMemberOfAnotherType) {
  const auto line = ParseAnswerLine(
      R"({"sandproof":1,"nonce":["n"],"i":"1","pid":1.5,"count":null,"error":18446744073709551615,)"
      R"("us":true,"facts":{"a":"text","b":[1,"kept",["deeper"],{"k":"v"}]},"other":{"call":"no"}})");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->kind, "");
  EXPECT_EQ(line->nonce, "");
  EXPECT_EQ(line->call, "");
  EXPECT_FALSE(line->index || line->pid || line->count || line->error || line->microseconds);
  EXPECT_EQ(line->facts, (Facts{{"b", {"kept"}}}));
}

TEST(AnswerLine, ReadsEscapesInKeysAndTexts) {
  const auto line = ParseAnswerLine(
      R"_({"c\u0061ll":"open(\"\u002fx\u00e9\\\")","facts":{"\u00ffk":["a\tb","\u0000"]}})_");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->call, "open(\"/x\xe9\\\")");
  EXPECT_EQ(line->facts, (Facts{{"\xffk", {"a\tb", std::string(1, '\0')}}}));
}

TEST(AnswerLine, ReadsNumbersToTheirEnds) {
  const auto line = ParseAnswerLine(R"({"i":-9223372036854775808,"us":9223372036854775807})");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->index, std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(line->microseconds, std::numeric_limits<std::int64_t>::max());
}

}  // namespace
}  // namespace sandproof
