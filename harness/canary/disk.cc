#include "harness/canary/disk.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <set>

#include "harness/canary/disk_image.h"
#include "harness/process/process.h"
#include "harness/text_file.h"

namespace sandproof {

namespace {

constexpr const char* kBackingName = "sandproof-disk";

Result<UniqueFd> BackingOf(const std::string& content) {
  UniqueFd file(::memfd_create(kBackingName, MFD_CLOEXEC));
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

// Whether other runs have some of them, which they give back soon.
bool AreLent(const std::set<int>& numbers) {
  return std::ranges::any_of(numbers, [](int number) {
    const std::string backing =
        ReadTextFile(fmt::format("/sys/block/loop{}/loop/backing_file", number));
    return backing.find(kBackingName) != std::string::npos;
  });
}

// A free device among those that exist, with the file attached to it; none: all are taken. Not by
// LOOP_CTL_GET_FREE, which makes another one then.
Result<UniqueFd> AttachToOneOf(const std::set<int>& numbers, int backing) {
  loop_config config = {};
  config.fd = static_cast<unsigned>(backing);
  config.info.lo_flags = LO_FLAGS_READ_ONLY | LO_FLAGS_AUTOCLEAR;
  for (const int number : numbers) {
    if (::access(fmt::format("/sys/block/loop{}/loop", number).c_str(), F_OK) == 0) continue;
    const std::string path = fmt::format("/dev/loop{}", number);
    UniqueFd device(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!device) return CallError("open", path, errno);
    if (::ioctl(device.get(), LOOP_CONFIGURE, &config) == 0) return device;
    // EBUSY: somebody else was faster.
    if (errno != EBUSY) return CallError("ioctl", path + ", LOOP_CONFIGURE", errno);
  }
  return UniqueFd();
}

Result<UniqueFd> AttachTo(int backing) {
  constexpr timespec kTick = {.tv_sec = 0, .tv_nsec = 5'000'000};
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(2);
  const std::set<int> numbers = LoopDevices();
  if (numbers.empty()) return Internal("this host has no loop device");
  for (;;) {
    TRY(UniqueFd device, AttachToOneOf(numbers, backing));
    if (device) return device;
    if (std::chrono::steady_clock::now() > deadline || !AreLent(numbers)) {
      return Internal("all loop devices of this host are in use");
    }
    ::nanosleep(&kTick, nullptr);
  }
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
  TRY(UniqueFd device, AttachTo(backing.get()));
  struct stat status = {};
  if (::fstat(device.get(), &status) != 0) return CallError("fstat", "a loop device", errno);
  return Disk(std::move(device), {{"major", std::to_string(::major(status.st_rdev))},
                                  {"minor", std::to_string(::minor(status.st_rdev))},
                                  {"nonce", nonce},
                                  {"type", FileSystemType()},
                                  {"file", std::string(kDiskSecret)}});
}

}  // namespace sandproof
