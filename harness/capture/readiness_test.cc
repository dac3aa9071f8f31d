#include "harness/capture/readiness.h"

#include <gtest/gtest.h>

namespace sandproof {
namespace {

using Kind = AwaitedService::Kind;

TEST(AwaitedService, OfHttpHasAPathAndAPort) {
  const Result<AwaitedService> plain = ParseReadiness("http://127.0.0.1");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->path, "/");
  EXPECT_EQ(plain->port, 80);
  const Result<AwaitedService> whole = ParseReadiness("http://[::1]:3000/health?deep=1");
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->kind, Kind::kHttp);
  EXPECT_EQ(whole->host, "::1");
  EXPECT_EQ(whole->port, 3000);
  EXPECT_EQ(whole->path, "/health?deep=1");
}

TEST(AwaitedService, OfTcpTakesLocalhost) {
  const Result<AwaitedService> what = ParseReadiness("tcp:localhost:3000");
  ASSERT_TRUE(what);
  EXPECT_EQ(what->kind, Kind::kTcp);
  EXPECT_EQ(what->host, "127.0.0.1");
}

TEST(AwaitedService, OfSocketsAndFilesIsAnAbsolutePath) {
  EXPECT_EQ(ParseReadiness("unix:/run/x.sock")->path, "/run/x.sock");
  EXPECT_EQ(ParseReadiness("file:/run/ready")->path, "/run/ready");
}

TEST(AwaitedService, RefusesWhatItCannotTry) {
  for (const char* text :
       {"", "log:ready", "unix:x.sock", "file:x", "tcp:3000", "tcp:host:3000", "tcp:127.0.0.1:0",
        "tcp:127.0.0.1:70000", "http://", "https://127.0.0.1/", "http://127.0.0.1/a b"}) {
    const Result<AwaitedService> what = ParseReadiness(text);
    ASSERT_FALSE(what) << text;
    EXPECT_EQ(what.error().kind, ErrorKind::kConfiguration) << text;
  }
}

}  // namespace
}  // namespace sandproof
