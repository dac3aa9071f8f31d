// Attempts: faccessat(2) W_OK of the link in /proc/self/map_files to a file at or below a path, of
//   which one page is mapped for reading.
// Harmless: asks for permission only; the mapping is taken down.
// Tells apart: EROFS, the mount refuses; EPERM, no CAP_CHECKPOINT_RESTORE or CAP_SYS_ADMIN in the
//   initial user namespace, without which these links lead nowhere; ENOENT, no procfs; ENODEV,
//   files that cannot be mapped; EISDIR, there is no regular file.
// Source: proc_pid_map_files(5), map_files_get_link() in fs/proc/base.c.
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cinttypes>
#include <cstdint>
#include <cstdio>

#include "probes/agent/probe.h"
#include "probes/agent/targets.h"

namespace sandproof::probes::fs {

namespace {

// To map such a file is to ask a driver.
bool IsKernelMade(int fd) {
  struct statfs status = {};
  return ::fstatfs(fd, &status) != 0 || status.f_type == PROC_SUPER_MAGIC ||
         status.f_type == SYSFS_MAGIC;
}

Observation AskOf(const std::string& file) {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return Denied("open", file, errno);
  if (IsKernelMade(fd.get())) return Denied("fstatfs", file + ": procfs or sysfs", ENODEV);
  void* const memory = ::mmap(nullptr, page, PROT_READ, MAP_PRIVATE, fd.get(), 0);
  if (memory == MAP_FAILED) return Denied("mmap", file, errno);
  const auto begin = reinterpret_cast<std::uintptr_t>(memory);
  std::array<char, 80> link = {};
  std::snprintf(link.data(), link.size(), "/proc/self/map_files/%" PRIxPTR "-%" PRIxPTR, begin,
                begin + page);
  const int error = ::faccessat(AT_FDCWD, link.data(), W_OK, AT_EACCESS) == 0 ? 0 : errno;
  ::munmap(memory, page);
  const std::string operand = file + " by /proc/self/map_files, W_OK";
  return error == 0 ? Reached("faccessat", operand) : Denied("faccessat", operand, error);
}

}  // namespace

Observation MapFileWritable(const Request& request) {
  const std::string& path = request.Param("path");
  return TryFilesAt(path, NoRegularFile(path), AskOf);
}

}  // namespace sandproof::probes::fs
