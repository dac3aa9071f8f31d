// Attempts: stat(2) of "paths", each beside the object of "objects" at its position ("DEVICE.INODE"
//   as outside).
// Harmless: reads metadata.
// Tells apart: fact "same", the paths that are that object.
// Source: stat(2).
#include <sys/stat.h>

#include "probes/agent/probe.h"
#include "probes/agent/targets.h"
#include "probes/wire/list.h"

namespace sandproof::probes::fs {

Observation SameObject(const Request& request) {
  const std::vector<std::string> paths = PathsOf(request);
  const std::vector<std::string> objects = SplitList(request.Param("objects"));
  Facts facts = {{"same", {}}};
  for (std::size_t i = 0; i < paths.size() && i < objects.size(); ++i) {
    struct stat status = {};
    if (::stat(paths[i].c_str(), &status) != 0) continue;
    const std::string object = std::to_string(status.st_dev) + "." + std::to_string(status.st_ino);
    if (object == objects[i]) facts["same"].push_back(paths[i]);
  }
  return Read("stat", request.Param("paths"), std::move(facts));
}

}  // namespace sandproof::probes::fs
