// What probes of files act on: the paths of a request, names that do not exist, and regular files
// that can be opened for writing without being written.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "probes/agent/probe.h"

namespace sandproof::probes {

// Parameter "paths", separated by colons; else the one in "path".
[[nodiscard]] std::vector<std::string> PathsOf(const Request& request);

// A name in `directory` that nobody has: its 16 hexadecimal digits are random.
[[nodiscard]] std::string AbsentIn(const std::string& directory);

// `path` itself if it is a regular file, else up to `limit` regular files on the same mount, at
// most two directories below it, those first that the modes let this identity write.
//
// Of a procfs, a file of our own process.
//
// Why: only files up to 1 MiB, because overlayfs copies a file of its lower layer up when it is
//      opened for writing; at most 200 files are looked at, in 40 directories, and 100 entries of
//      each.
[[nodiscard]] std::vector<std::string> RegularFilesAt(const std::string& path, std::size_t limit);

// A regular file, under one of its names.
struct NamedFile {
  std::string path = {};
  dev_t device = 0;  // as stat(2) says it
  ino_t inode = 0;
  nlink_t names = 1;
};

// Those of up to 200 such files that have more than one name.
[[nodiscard]] std::vector<NamedFile> LinkedFilesAt(const std::string& path);

// What became of the first of up to eight of these files that says something of the path they lie
// in: EACCES, EPERM and ETXTBSY are of a file alone, whose modes, owner or program refuse, and the
// next is tried. Where all refuse, the last of them; `none` where there is no file, or `attempt`
// passes over each by returning nothing. More than the first are only looked for when it is not
// enough.
[[nodiscard]] Observation TryFilesAt(
    const std::string& path, Observation none,
    const std::function<std::optional<Observation>(const std::string&)>& attempt);

// EACCES or EPERM where a security module refuses changes of the directory's entries; else 0.
// It asks by rename(2) of an entry to itself, which changes nothing and needs no write permission.
//
// Why: a call on a name that does not exist ends with ENOENT before Landlock and others are asked.
// Source: do_renameat2() and vfs_rename() in fs/namei.c.
[[nodiscard]] int RefusedByModule(const std::string& directory);

// The same through another descriptor of that directory, O_PATH included.
[[nodiscard]] int RefusedByModule(const std::string& directory, int through);

// What a probe that needs a regular file says when there is none: setup_failed where the path is
// not there, else denied with EISDIR, which is what open(2) for writing says to a directory.
[[nodiscard]] Observation NoRegularFile(const std::string& path);

// What it says of a path that stat(2) refused with `error`: a directory above it that may not be
// entered denies; a path that is not there is a question gone wrong.
[[nodiscard]] Observation NotFound(const std::string& path, int error);

// "8:1", as in /proc/self/mountinfo.
[[nodiscard]] std::string DeviceName(unsigned long device);

}  // namespace sandproof::probes
