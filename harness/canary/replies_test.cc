#include <gtest/gtest.h>

#include "harness/canary/responder.h"

namespace sandproof {
namespace {

using std::string_literals::operator""s;

// A query for TXT of tag.example, as net/dns_query makes it.
const std::string kQuery =
    "\x5a\xfd\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03tag\x07"
    "example\x00\x00\x10\x00\x01"s;

TEST(Replies, AnswerADnsQueryWithTheNonceInATxtRecord) {
  const std::string answer = AnswerTo(Manner::kDns, kQuery, "nonce");
  const std::string expected =
      "\x5a\xfd\x84\x00\x00\x01\x00\x01\x00\x00\x00\x00\x03tag\x07"
      "example\x00\x00\x10\x00\x01"
      "\xc0\x0c\x00\x10\x00\x01\x00\x00\x00\x00\x00\x06\x05nonce"s;
  EXPECT_EQ(answer, expected);
}

TEST(Replies, AnswerNoDnsQueryThatIsCut) {
  for (std::size_t length = 0; length < kQuery.size(); ++length) {
    EXPECT_EQ(AnswerTo(Manner::kDns, kQuery.substr(0, length), "nonce"), "") << length;
  }
}

TEST(Replies, AnswerNoDnsQueryWhoseLabelsLeadBeyondItsEnd) {
  std::string query = kQuery;
  query[12] = '\x3f';
  EXPECT_EQ(AnswerTo(Manner::kDns, query, "nonce"), "");
}

TEST(Replies, AnswerAnHttpRequestOnceItIsWhole) {
  const std::string request = "GET /latest/meta-data/tag HTTP/1.1\r\nHost: x\r\n";
  EXPECT_EQ(AnswerTo(Manner::kHttp, request, "nonce"), "");
  EXPECT_EQ(AnswerTo(Manner::kHttp, request + "\r\n", "nonce"),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n"
            "Connection: close\r\n\r\nnonce");
}

TEST(Replies, AnswerNoPing) { EXPECT_EQ(AnswerTo(Manner::kEcho4, "anything", "nonce"), ""); }

TEST(Tags, AreTheFirstLabelOfADnsQuery) { EXPECT_EQ(TagOf(Manner::kDns, kQuery), "tag"); }

TEST(Tags, AreTheLastPartOfAnHttpPath) {
  EXPECT_EQ(TagOf(Manner::kHttp, "GET /latest/meta-data/tag HTTP/1.1\r\n\r\n"), "tag");
}

TEST(Tags, AreThePayloadOfAnEchoRequestBehindItsHeaders) {
  const std::string ip = "\x45"s + std::string(19, '\0');
  const std::string request = "\x08\x00\x00\x00\x00\x00\x00\x00tag"s;
  EXPECT_EQ(TagOf(Manner::kEcho4, ip + request), "tag");
  EXPECT_EQ(TagOf(Manner::kEcho6, "\x80\x00\x00\x00\x00\x00\x00\x00tag"s), "tag");
}

// The kernel's own answer, and the neighbour discovery that IPv6 needs, are no arrivals.
TEST(Tags, AreNotInOtherIcmpMessages) {
  const std::string ip = "\x45"s + std::string(19, '\0');
  EXPECT_EQ(TagOf(Manner::kEcho4, ip + "\x00\x00\x00\x00\x00\x00\x00\x00tag"s), "");
  EXPECT_EQ(TagOf(Manner::kEcho6, "\x87\x00\x00\x00\x00\x00\x00\x00tag"s), "");
}

TEST(Tags, AreEmptyInWhatIsTooShort) {
  for (const Manner manner : {Manner::kNonce, Manner::kDns, Manner::kHttp, Manner::kEcho4,
                              Manner::kEcho6, Manner::kRaw4, Manner::kRaw6}) {
    EXPECT_EQ(TagOf(manner, ""), "");
  }
}

}  // namespace
}  // namespace sandproof
