#include "harness/capture/capture.h"

#include <boost/asio/io_context.hpp>

#include "harness/capture/launcher_run.h"

namespace sandproof {

Result<Captured> Capture(const CaptureOrder& order) {
  boost::asio::io_context context(1);
  LauncherRun run(context, order, {});
  TRY(const bool has_begun, run.Begin());
  static_cast<void>(has_begun);
  run.Finish();
  return run.Take();
}

}  // namespace sandproof
