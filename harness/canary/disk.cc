#include "harness/canary/disk.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <set>

#include "harness/canary/disk_image.h"
#include "harness/process/process.h"

namespace sandproof {

namespace {

constexpr const char* kControl = "/dev/loop-control";

Result<UniqueFd> BackingOf(const std::string& content) {
  UniqueFd file(::memfd_create("sandproof-disk", MFD_CLOEXEC));
  if (!file) return CallError("memfd_create", "sandproof-disk", errno);
  const ssize_t written = ::write(file.get(), content.data(), content.size());
  if (written != static_cast<ssize_t>(content.size())) return CallError("write", "memfd", errno);
  return file;
}

// Numbers of the loop devices that exist.
std::set<int> LoopDevices() {
  std::set<int> numbers;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/sys/block", error)) {
    int number = -1;
    if (std::sscanf(entry.path().filename().c_str(), "loop%d", &number) == 1) {
      numbers.insert(number);
    }
  }
  return numbers;
}

// The number of a free one. To be asked for one makes the kernel make one where all are taken, and
// to open the control loads the driver: neither is ours to do.
Result<int> FreeDevice(const std::set<int>& existing) {
  if (existing.empty()) return Internal("this host has no loop device");
  const UniqueFd control(::open(kControl, O_RDWR | O_CLOEXEC));
  if (!control) return CallError("open", kControl, errno);
  const int number = ::ioctl(control.get(), LOOP_CTL_GET_FREE);
  if (number < 0) return CallError("ioctl", "LOOP_CTL_GET_FREE", errno);
  if (existing.contains(number)) return number;
  static_cast<void>(::ioctl(control.get(), LOOP_CTL_REMOVE, number));
  return Internal("all loop devices of this host are in use");
}

// The first of those that read an ext2 image, by whatever driver is loaded; empty: none.
std::string FileSystemType() {
  std::ifstream file("/proc/filesystems");
  std::set<std::string> known;
  for (std::string line; std::getline(file, line);) known.insert(line.substr(line.find('\t') + 1));
  for (const char* type : {"ext4", "ext2", "ext3"}) {
    if (known.contains(type)) return type;
  }
  return {};
}

}  // namespace

Result<Disk> Disk::Attach(const std::string& nonce) {
  TRY(const UniqueFd backing, BackingOf(DiskImage(nonce)));
  TRY(const int number, FreeDevice(LoopDevices()));
  const std::string path = fmt::format("/dev/loop{}", number);
  UniqueFd device(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!device) return CallError("open", path, errno);
  loop_config config = {};
  config.fd = static_cast<unsigned>(backing.get());
  config.info.lo_flags = LO_FLAGS_READ_ONLY | LO_FLAGS_AUTOCLEAR;
  if (::ioctl(device.get(), LOOP_CONFIGURE, &config) != 0) {
    return CallError("ioctl", path + ", LOOP_CONFIGURE", errno);
  }
  struct stat status = {};
  if (::fstat(device.get(), &status) != 0) return CallError("fstat", path, errno);
  return Disk(std::move(device), {{"major", std::to_string(::major(status.st_rdev))},
                                  {"minor", std::to_string(::minor(status.st_rdev))},
                                  {"nonce", nonce},
                                  {"type", FileSystemType()},
                                  {"file", std::string(kDiskSecret)}});
}

}  // namespace sandproof
