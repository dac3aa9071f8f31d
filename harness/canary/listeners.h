// Listeners at a path, and what addresses this machine has.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <string>

#include "harness/result.h"
#include "probes/wire/request.h"

namespace sandproof {

// A Unix socket that sends its nonce to whoever connects, and closes.
class StreamDecoy {
 public:
  // Params: path nonce. The file is made here and removed by its keeper.
  [[nodiscard]] static Result<std::unique_ptr<StreamDecoy>> UnixPath(
      boost::asio::any_io_executor executor, const std::string& path, const std::string& nonce);
  ~StreamDecoy();
  StreamDecoy(const StreamDecoy&) = delete;
  StreamDecoy& operator=(const StreamDecoy&) = delete;

  [[nodiscard]] const Params& params() const;

 private:
  struct State;
  explicit StreamDecoy(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

// An address of this machine that is not loopback, of each family; empty when it has none.
struct OwnAddresses {
  std::string ipv4 = {};
  std::string ipv6 = {};
};
[[nodiscard]] OwnAddresses FindOwnAddresses();

}  // namespace sandproof
