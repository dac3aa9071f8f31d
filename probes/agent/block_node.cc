#include "probes/agent/block_node.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cerrno>
#include <cstdlib>

#include "probes/agent/own_mounts.h"

namespace sandproof::probes {

std::string BlockDevice(const Request& request) {
  return "b " + request.Param("major") + ':' + request.Param("minor");
}

std::optional<std::string> MakeBlockNode(const Request& request, Observation& denied) {
  const std::optional<std::string> place = FreshDirectory();
  if (!place) {
    denied = Denied("mount", "tmpfs", errno);
    return std::nullopt;
  }
  std::string node = *place + "/disk";
  const auto major = static_cast<unsigned>(std::atoi(request.Param("major").c_str()));
  const auto minor = static_cast<unsigned>(std::atoi(request.Param("minor").c_str()));
  if (::mknod(node.c_str(), S_IFBLK | 0600, ::makedev(major, minor)) != 0) {
    denied = Denied("mknod", BlockDevice(request), errno);
    return std::nullopt;
  }
  return node;
}

}  // namespace sandproof::probes
