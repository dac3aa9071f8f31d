// The program sandproof: what must be so before anything is done, and after everything failed.
#include <fcntl.h>
#include <fmt/format.h>
#include <malloc.h>

#include <csignal>
#include <exception>

#include "harness/cli/cli.h"

namespace {

// What we open first must not become our output.
void FillStandardDescriptors() {
  for (int fd = 0; fd <= 2; ++fd) {
    if (::fcntl(fd, F_GETFD) < 0) static_cast<void>(::open("/dev/null", O_RDWR));
  }
}

}  // namespace

int main(int argc, char** argv) {
  FillStandardDescriptors();
  // Small blocks are many and every large one that is freed would gather those in the fast bins.
  ::mallopt(M_MXFAST, 0);
  // A reader that goes away early must not end us before the canaries are gone.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return sandproof::cli::Main(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "sandproof: internal error: {}\n", error.what());
    return sandproof::cli::kInternalError;
  }
}
