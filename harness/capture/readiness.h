// Whether a service is ready, as seen from outside.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <string>

#include "harness/result.h"

namespace sandproof {

// What is to be there: a Unix socket or a TCP port that takes connections, an HTTP path that
// answers with a status below 400, a file.
struct AwaitedService {
  enum class Kind : std::uint8_t { kUnix, kTcp, kHttp, kFile };
  Kind kind = Kind::kFile;
  std::string path = {};  // of the socket or file; of an HTTP request
  std::string host = {};
  std::uint16_t port = 0;
};

// "unix:/run/x.sock", "tcp:127.0.0.1:3000", "http://127.0.0.1:3000/health", "file:/run/ready".
// Errors: kConfiguration for anything else.
[[nodiscard]] Result<AwaitedService> ParseReadiness(const std::string& text);

// Tries once.
[[nodiscard]] boost::asio::awaitable<bool> IsReady(AwaitedService what);

}  // namespace sandproof
