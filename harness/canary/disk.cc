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
#include <optional>
#include <set>

#include "harness/canary/disk_image.h"
#include "harness/process/process.h"
#include "harness/text_file.h"

namespace sandproof {

namespace {

constexpr const char* kControl = "/dev/loop-control";
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

// The number of a free one; nullopt where all are taken. To be asked for one makes the kernel make
// one then, and to open the control loads the driver: neither is ours to do.
Result<std::optional<int>> FreeDevice(const std::set<int>& existing) {
  if (existing.empty()) return Internal("this host has no loop device");
  const UniqueFd control(::open(kControl, O_RDWR | O_CLOEXEC));
  if (!control) return CallError("open", kControl, errno);
  const int number = ::ioctl(control.get(), LOOP_CTL_GET_FREE);
  if (number < 0) return CallError("ioctl", "LOOP_CTL_GET_FREE", errno);
  if (existing.contains(number)) return std::optional(number);
  static_cast<void>(::ioctl(control.get(), LOOP_CTL_REMOVE, number));
  return std::optional<int>();
}

// A free device, with the file attached to it. Somebody else may take the same one first.
Result<UniqueFd> AttachTo(int backing) {
  constexpr timespec kTick = {.tv_sec = 0, .tv_nsec = 5'000'000};
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(2);
  const std::set<int> existing = LoopDevices();
  loop_config config = {};
  config.fd = static_cast<unsigned>(backing);
  config.info.lo_flags = LO_FLAGS_READ_ONLY | LO_FLAGS_AUTOCLEAR;
  for (;;) {
    TRY(const std::optional<int> number, FreeDevice(existing));
    const bool is_late = std::chrono::steady_clock::now() > deadline;
    if (!number && (is_late || !AreLent(existing))) {
      return Internal("all loop devices of this host are in use");
    }
    if (!number) {
      ::nanosleep(&kTick, nullptr);
      continue;
    }
    const std::string path = fmt::format("/dev/loop{}", *number);
    UniqueFd device(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!device) return CallError("open", path, errno);
    if (::ioctl(device.get(), LOOP_CONFIGURE, &config) == 0) return device;
    if (errno != EBUSY || is_late) return CallError("ioctl", path + ", LOOP_CONFIGURE", errno);
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
