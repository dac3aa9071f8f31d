// What the filesystem looks like inside once bwrap has obeyed its options, as far as they tell.
//
// Symbolic links inside are not followed: a destination behind one counts as the path it is written
// as.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/driver/bwrap_args.h"
#include "harness/spec/spec.h"

namespace sandproof {

struct BwrapMount {
  enum class Kind : std::uint8_t {
    kBind,
    kTmpfs,
    kTmpOverlay,
    kOverlay,
    kProc,
    kDev,
    kData,
    kMqueue
  };
  Kind kind = Kind::kBind;
  std::string dest = {};    // absolute and normal
  std::string source = {};  // as written; empty for what is made fresh
  std::string host = {};    // the same, absolute
  PathAccess access = PathAccess::kPrivate;
  int mode = 0755;             // of a tmpfs
  std::size_t option = 0;      // which of BwrapArguments::options made it
  std::size_t covered_by = 0;  // which of them covered it, for one that is covered
};

struct BwrapLayout {
  // What is left uncovered at the end, in the order of the mounts. bwrap's own root, a tmpfs, is
  // below them all and not listed.
  std::vector<BwrapMount> mounts = {};
  std::set<std::string> dests = {};         // every path that an option makes or mounts on
  std::set<std::string> root_entries = {};  // the names in / that an option makes
  std::vector<BwrapMount> covered = {};     // what a later one was mounted over
  std::vector<std::size_t> dropped = {};    // --*-try options whose source is absent
  bool is_root_read_only = false;           // by --remount-ro / on a root that bwrap made

  // The mount that a path inside lies on; nullptr for bwrap's own root.
  [[nodiscard]] const BwrapMount* MountOf(std::string_view inside) const;
  // Where a host path shows inside through a bind mount.
  [[nodiscard]] std::optional<std::string> InsideOf(const std::string& host) const;
  // The host path that a path inside shows, if a bind mount shows it.
  [[nodiscard]] std::optional<std::string> HostOf(const std::string& inside) const;
};

// A destination as bwrap takes it: relative to the new root whether or not it begins with "/".
[[nodiscard]] std::string NormalDestination(std::string_view dest);

// Whether `path` is `top` or lies below it; both normal.
[[nodiscard]] bool IsAtOrBelow(std::string_view path, std::string_view top);

// `path`, which lies at or below `from`, moved to `to`.
[[nodiscard]] std::string MovedPath(std::string_view path, std::string_view from,
                                    std::string_view to);

// The mount that an option makes, as though it stood alone; nullopt for one that makes none.
[[nodiscard]] std::optional<BwrapMount> MountOf(const BwrapOption& option, const SandboxSpec& spec);

// Applies the options in their order. Looks at the disk only for whether the source of a --*-try
// option exists; relative sources are taken from spec.cwd.
[[nodiscard]] BwrapLayout LayOut(const BwrapArguments& arguments, const SandboxSpec& spec);

}  // namespace sandproof
