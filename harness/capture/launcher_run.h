// A launcher on its stage with its stand-ins, by itself: what a capture and its battery share.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "harness/capture/capture.h"
#include "harness/capture/reception.h"

namespace sandproof {

// What the launcher is given besides.
struct LauncherExtras {
  std::vector<std::string> env = {};
  std::vector<ChildFd> fds = {};
  std::string session_key = {};
  bool counts_signals = false;
  // What each start is told; see Reception.
  std::function<Instructions(const CapturedStart&, int pid)> instruct = {};
};

class LauncherRun {
 public:
  // The context and the order must outlive it; the context runs in Finish and wherever else its
  // owner runs it.
  LauncherRun(boost::asio::io_context& context, const CaptureOrder& order, LauncherExtras extras);
  ~LauncherRun();
  LauncherRun(const LauncherRun&) = delete;
  LauncherRun& operator=(const LauncherRun&) = delete;

  // Starts the launcher. Errors: kInternal.
  [[nodiscard]] Result<bool> Begin();
  // Waits for what the order says, ends the launcher and what is left of it.
  void Finish();
  // What was seen. Errors: kConfiguration where it could not be started.
  [[nodiscard]] Result<Captured> Take();

  [[nodiscard]] StagedLaunch& launch();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sandproof
