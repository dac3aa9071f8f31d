// The mutants of one run, launched side by side.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <functional>
#include <vector>

#include "harness/collect/session.h"
#include "harness/driver/mutation.h"
#include "harness/prove/verdict.h"

namespace sandproof {

// One launch of a sandbox with another line.
struct MutantOrder {
  const SessionOrder& baseline;  // whose questions are put
  const SandboxRun& controls;    // the run of the baseline
  const MutantLine& line;
  MutantRun& result;
  std::string name = {};               // for whoever watches
  bool is_explained = false;           // what was said of each check is wanted, too
  std::vector<std::string> only = {};  // the ids of the checks to ask; empty: the baseline's
};

struct MutantPool {
  std::size_t seats = 1;               // mutants at a time
  std::function<bool()> is_over = {};  // no other is to be begun
  std::function<void(const MutantOrder& order)> on_done = {};
};

// Runs them all; what was not begun keeps was_run == false.
void RunMutants(boost::asio::io_context& context, const std::vector<MutantOrder>& orders,
                const MutantPool& pool);

}  // namespace sandproof
