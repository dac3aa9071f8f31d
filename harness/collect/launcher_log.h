// What a launcher prints, as the answers to the questions about its log.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "harness/process/guarded_launch.h"
#include "harness/spec/spec.h"
#include "probes/wire/observation.h"

namespace sandproof {

// What a launcher said, and how it ended.
struct LauncherLog {
  std::string text = {};
  LaunchEnd end = {};
};

// Starts a launcher and reads what it prints until all of `expect` was said, it ends, or the limit
// passes; whatever it started is then killed by its guard. Without patterns: until it ends.
//
// Errors: kInternal where its guard cannot be started.
[[nodiscard]] boost::asio::awaitable<Result<LauncherLog>> RunForLog(
    boost::asio::any_io_executor executor, LaunchOrder order, LogRules rules,
    std::chrono::milliseconds limit);

// Text without the lines of another, each as often as it stands there.
[[nodiscard]] std::string WithoutLines(std::string_view text, std::string_view other);

// The observation of "host/log": facts missing, rejected, other_version (where `version` is what
// the command for it printed). Denied ENODATA where nothing was said and nothing was expected.
[[nodiscard]] Observation ObserveLog(const LogSpec& spec, const LauncherLog& log,
                                     const std::optional<std::string>& version);

}  // namespace sandproof
