// Attempts: nothing: reads the mount table and looks at paths for ways to change what lies in
//   "read_only" without writing to it there. "open" are the paths that are meant to be written.
// Harmless: stat(2), access(2) and calls on names that do not exist (WriteErrno).
// Tells apart: four facts, each a list of findings.
//   writable_aliases     "/app = /srv": the same directory through a mount that lets write
//   writable_submounts   mounts below such a path that let write and that "open" does not name
//   renamable_parents    "/data/.git above /data/.git/hooks": a plain directory whose parent lets
//                        it be renamed; another can be put in its place, with other files in it
//   hard_links           "/app/run = /data/run": the same file in a path that lets write
//   A path that lets write itself is left out: the properties of fs.ro tell that.
// Source: mount_namespaces(7), proc_pid_mountinfo(5) "root", rename(2), link(2).
#include <cerrno>

#include "probes/agent/read_only_paths.h"

namespace sandproof::probes::fs {

Observation WaysAround(const Request& request) {
  const MountTable table = Mounts();
  if (!table.complete) {
    return SetupFailed("listmount", "mount table", table.error == 0 ? E2BIG : table.error);
  }
  const std::vector<ReadOnlyPath> paths =
      ReadOnlyPaths(PathsOf({.params = {{"paths", request.Param("read_only")}}}), table);
  const std::vector<std::string> open = PathsOf({.params = {{"paths", request.Param("open")}}});
  Facts facts = {{"writable_aliases", {}},
                 {"writable_submounts", {}},
                 {"renamable_parents", {}},
                 {"hard_links", HardLinks(paths, open)}};
  for (const ReadOnlyPath& path : paths) {
    AddAliases(path, table, facts["writable_aliases"]);
    AddSubmounts(path, table, open, facts["writable_submounts"]);
    AddRenamableParents(path, facts["renamable_parents"]);
  }
  return Read("listmount", "mount table", std::move(facts));
}

}  // namespace sandproof::probes::fs
