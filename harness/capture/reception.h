// Where the stand-ins report, and are told to go on.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "harness/capture/stand_ins.h"
#include "harness/capture/start.h"

namespace sandproof {

// What a stand-in is told besides going on: another argv, and descriptors by the numbers that they
// get. None of it: the program runs as it was called.
struct Instructions {
  std::vector<std::string> argv = {};
  std::vector<ChildFd> fds = {};
  std::vector<UniqueFd> owned = {};  // sources that are closed once they are sent
};

struct ReceptionOrder {
  const StandIns& stand_ins;
  std::vector<std::string> launcher = {};  // the command that is captured, to search it for lines
  std::function<int()> stage_pid = {};     // whose descendants are believed
  std::function<void()> on_start = {};     // after each start that was recorded, and each end
  // Called for each start before it goes on; may be empty.
  std::function<Instructions(const CapturedStart&, int pid)> instruct = {};
};

// Takes the reports of all stand-ins until it is dropped. A start that reads no payload (bwrap
// --version) is none.
class Reception {
 public:
  Reception(boost::asio::any_io_executor executor, ReceptionOrder order);
  ~Reception();
  Reception(const Reception&) = delete;
  Reception& operator=(const Reception&) = delete;

  [[nodiscard]] const std::vector<std::shared_ptr<CapturedStart>>& starts() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace sandproof
