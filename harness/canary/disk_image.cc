#include "harness/canary/disk_image.h"

#include <cstddef>
#include <cstdint>

namespace sandproof {

namespace {

constexpr std::uint32_t kBlockSize = 1024;
constexpr std::uint32_t kBlocks = 64;
constexpr std::uint32_t kInodes = 16;
constexpr std::uint32_t kInodeSize = 128;
constexpr std::uint32_t kMostPerGroup = 8 * kBlockSize;  // bits of a bitmap of one block

// What lies in which block.
enum Block : std::uint32_t {
  kBoot,
  kSuper,
  kGroups,
  kBlockBitmap,
  kInodeBitmap,
  kInodeTable,
  kRootEntries = kInodeTable + kInodes * kInodeSize / kBlockSize,
  kLostEntries,
  kSecretData,
  kUsedBlocks,  // the first that is free
};

// The first ten are reserved.
enum Inode : std::uint32_t { kRoot = 2, kLostAndFound = 11, kSecret = 12 };

constexpr std::size_t At(Block block) { return std::size_t{block} * kBlockSize; }

// Writes numbers into an image, least significant byte first.
class Writer {
 public:
  Writer(std::string& image, std::size_t at) : image_(image), at_(at) {}

  Writer& Half(std::uint16_t number) { return Number(number, 2); }
  Writer& Word(std::uint32_t number) { return Number(number, 4); }
  Writer& Text(std::string_view text) {
    image_.replace(at_, text.size(), text);
    at_ += text.size();
    return *this;
  }
  Writer& Skip(std::size_t bytes) {
    at_ += bytes;
    return *this;
  }

 private:
  Writer& Number(std::uint32_t number, int bytes) {
    for (int i = 0; i < bytes; ++i) image_[at_++] = static_cast<char>(number >> (8 * i));
    return *this;
  }

  std::string& image_;
  std::size_t at_;
};

void WriteSuper(std::string& image) {
  constexpr std::uint16_t kMagic = 0xef53;
  constexpr std::uint16_t kNeverTooManyMounts = 0xffff;
  Writer(image, At(kSuper))
      .Word(kInodes)
      .Word(kBlocks)
      .Word(0)  // reserved blocks
      .Word(kBlocks - kUsedBlocks)
      .Word(kInodes - kSecret)
      .Word(kSuper)  // the first block of data
      .Word(0)       // log2 of the block size in KiB
      .Word(0)       // the same of fragments
      .Word(kMostPerGroup)
      .Word(kMostPerGroup)
      .Word(kInodes)  // in each group
      .Word(0)        // last mount
      .Word(0)        // last write
      .Half(0)        // mounts
      .Half(kNeverTooManyMounts)
      .Half(kMagic)
      .Half(1)   // clean
      .Half(1);  // go on after errors
  Writer(image, At(kGroups))
      .Word(kBlockBitmap)
      .Word(kInodeBitmap)
      .Word(kInodeTable)
      .Half(kBlocks - kUsedBlocks)
      .Half(kInodes - kSecret)
      .Half(2);  // directories
}

// One bit for each that is used, and for each beyond the last that there is.
void WriteBitmap(std::string& image, Block block, std::uint32_t used, std::uint32_t count) {
  for (std::uint32_t i = 0; i < kMostPerGroup; ++i) {
    if (i >= used && i < count) continue;
    char& byte = image[At(block) + i / 8];
    byte = static_cast<char>(static_cast<unsigned char>(byte) | (1U << (i % 8)));
  }
}

struct InodeContent {
  std::uint16_t mode = 0;
  std::uint16_t links = 1;
  std::uint32_t size = kBlockSize;
  Block block = kBoot;
};

void WriteInode(std::string& image, Inode inode, const InodeContent& content) {
  constexpr std::size_t kTimes = 16;
  constexpr std::size_t kFlags = 8;
  Writer(image, At(kInodeTable) + (inode - 1) * std::size_t{kInodeSize})
      .Half(content.mode)
      .Half(0)  // uid
      .Word(content.size)
      .Skip(kTimes)
      .Half(0)  // gid
      .Half(content.links)
      .Word(kBlockSize / 512)
      .Skip(kFlags)
      .Word(content.block);
}

// "." and "..", and up to two more; the last entry takes the rest of the block.
void WriteEntries(std::string& image, Block block, Inode self, bool is_root) {
  constexpr std::uint16_t kShort = 12;
  constexpr std::uint16_t kLong = 20;
  Writer writer(image, At(block));
  const auto entry = [&writer](std::uint32_t inode, std::string_view name, std::uint16_t length) {
    const std::size_t head = 8;
    writer.Word(inode).Half(length).Half(static_cast<std::uint16_t>(name.size())).Text(name);
    writer.Skip(length - head - name.size());
  };
  entry(self, ".", kShort);
  if (!is_root) return entry(kRoot, "..", kBlockSize - kShort);
  entry(kRoot, "..", kShort);
  entry(kLostAndFound, "lost+found", kLong);
  entry(kSecret, kDiskSecret, kBlockSize - 2 * kShort - kLong);
}

}  // namespace

std::string DiskImage(std::string_view nonce) {
  constexpr std::uint16_t kDirectory = 040000;
  constexpr std::uint16_t kFile = 0100000;
  std::string image(std::size_t{kBlocks} * kBlockSize, '\0');
  Writer(image, At(kBoot)).Text(nonce);
  Writer(image, At(kSecretData)).Text(nonce);
  WriteSuper(image);
  WriteBitmap(image, kBlockBitmap, kUsedBlocks - kSuper, kBlocks - kSuper);
  WriteBitmap(image, kInodeBitmap, kSecret, kInodes);
  WriteInode(image, kRoot, {.mode = kDirectory | 0755, .links = 3, .block = kRootEntries});
  WriteInode(image, kLostAndFound, {.mode = kDirectory | 0700, .links = 2, .block = kLostEntries});
  WriteInode(image, kSecret,
             {.mode = kFile | 0444,
              .size = static_cast<std::uint32_t>(nonce.size()),
              .block = kSecretData});
  WriteEntries(image, kRootEntries, kRoot, true);
  WriteEntries(image, kLostEntries, kLostAndFound, false);
  return image;
}

}  // namespace sandproof
