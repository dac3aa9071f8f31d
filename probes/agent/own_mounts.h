// Mount namespaces for attempts on the mount table, so that nobody else sees what they change.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "probes/agent/probe.h"
#include "probes/wire/unique_fd.h"

namespace sandproof::probes {

// InQuickChild, after unshare(CLONE_NEWNS) and after every mount was made private, so that nothing
// the attempt mounts is seen by anybody else. mount_setattr(2) stands in where a filter refuses
// mount(2), and where both are refused this is a denial, because the attempts that run in it are
// mount calls.
[[nodiscard]] Observation InOwnMounts(const Request& request,
                                      const std::function<Observation()>& attempt);

// As InOwnMounts, but within a worker that runs nothing else, all attempts share one mount
// namespace and run in the worker itself. So an attempt leaves every path that was there reachable
// and every read-only mount read-only; what it adds may stay.
//
// Why: a mount namespace of one's own costs the kernel half a millisecond to make and more to take
// down, and a sandbox is asked dozens of such questions.
[[nodiscard]] Observation InSharedMounts(const Request& request,
                                         const std::function<Observation()>& attempt);

// Called once by such a worker. `paths` are what the attempts are about: no tmpfs will cover them.
// Where that cannot be promised InSharedMounts stays InOwnMounts.
void ShareMounts(const std::vector<std::string>& paths);

// Whether this process is in the shared mount namespace, and so no place for other probes.
[[nodiscard]] bool IsInSharedMounts();

// Leaves a detached mount to be closed by the end of this process: until one is gone takes the
// kernel a grace period. Where descriptors are few it is closed at once.
void LeaveToTheEnd(UniqueFd detached);

// A tmpfs of our own over a directory that exists, and its path; the same one for all who share
// mounts. Only within a mount namespace of our own, because it covers what was there.
// Errors: nullopt, errno from mount(2); ENOENT where no directory was found; EPROTO where the mount
//         was said to be done and is not.
[[nodiscard]] std::optional<std::string> CoverWithTmpfs();

// The same for whoever needs nothing of what is there: any directory of the root is good enough.
[[nodiscard]] std::optional<std::string> CoverAnyWithTmpfs();

// CoverWithTmpfs, and an empty directory in it that nobody else has. Errors: also mkdir(2)'s.
[[nodiscard]] std::optional<std::string> FreshDirectory();

}  // namespace sandproof::probes
