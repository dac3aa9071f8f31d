// Decoys that answer: TCP, UDP and Unix sockets. The kernel closes them with the harness.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "harness/result.h"
#include "probes/wire/request.h"

namespace sandproof {

// A listener that sends its nonce to whoever connects, and closes.
class StreamDecoy {
 public:
  // `host` is a literal address; the port is the kernel's choice. Params: host port nonce.
  [[nodiscard]] static Result<std::unique_ptr<StreamDecoy>> Tcp(
      boost::asio::any_io_executor executor, const std::string& host, const std::string& nonce);
  // Params: path nonce. The file is made here and removed by its keeper.
  [[nodiscard]] static Result<std::unique_ptr<StreamDecoy>> UnixPath(
      boost::asio::any_io_executor executor, const std::string& path, const std::string& nonce);
  // Params: name nonce; the name without its leading NUL.
  [[nodiscard]] static Result<std::unique_ptr<StreamDecoy>> UnixAbstract(
      boost::asio::any_io_executor executor, const std::string& name, const std::string& nonce);
  ~StreamDecoy();
  StreamDecoy(const StreamDecoy&) = delete;
  StreamDecoy& operator=(const StreamDecoy&) = delete;

  [[nodiscard]] const Params& params() const;

 private:
  struct State;
  explicit StreamDecoy(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

// A UDP socket that answers each datagram with its nonce and counts them by their content.
class DatagramDecoy {
 public:
  [[nodiscard]] static Result<std::unique_ptr<DatagramDecoy>> Udp(
      boost::asio::any_io_executor executor, const std::string& host, const std::string& nonce);
  ~DatagramDecoy();
  DatagramDecoy(const DatagramDecoy&) = delete;
  DatagramDecoy& operator=(const DatagramDecoy&) = delete;

  [[nodiscard]] const Params& params() const;
  // Datagrams whose content was `tag`.
  [[nodiscard]] long Count(const std::string& tag) const;

 private:
  struct State;
  explicit DatagramDecoy(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

// A non-loopback address of this machine, IPv4 before IPv6; empty when it has none.
[[nodiscard]] std::string OwnAddress();

}  // namespace sandproof
