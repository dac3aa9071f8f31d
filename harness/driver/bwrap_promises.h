// What a bwrap command line claims of the sandbox it makes.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "harness/driver/bwrap_args.h"
#include "harness/driver/bwrap_layout.h"
#include "harness/driver/driver.h"

namespace sandproof {

// Only what bwrap would refuse to start without: a --*-try option claims nothing that may silently
// be missing, and --unshare-all means --unshare-user-try and --unshare-cgroup-try.
//
// Source: bwrap(1), "Options related to kernel namespaces".
[[nodiscard]] Promises PromisesOf(const BwrapArguments& arguments, const BwrapLayout& layout);

// The --size of a tmpfs: it is for the next option, with --perms in any order; nullptr: none.
[[nodiscard]] const BwrapOption* SizeOptionOf(const BwrapMount& mount,
                                              const BwrapArguments& arguments);

// What single options promise, in the order of the line, and what bwrap does by itself.
[[nodiscard]] std::vector<FlagPromise> FlagPromisesOf(const BwrapArguments& arguments,
                                                      const BwrapLayout& layout);

// What setpriv and env, which stand around bwrap, promise.
[[nodiscard]] std::vector<FlagPromise> WrapperPromisesOf(std::span<const std::string> words);

}  // namespace sandproof
