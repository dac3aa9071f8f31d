// The content of the disk that is attached as a canary. Pure.
#pragma once

#include <string>
#include <string_view>

namespace sandproof {

// The file at the root of its file system.
inline constexpr std::string_view kDiskSecret = "secret";

// 64 KiB: the nonce, of at most 512 bytes, in the first sector, which no file system uses, and
// behind it an ext2 file system whose file kDiskSecret holds the nonce too.
// Source: Documentation/filesystems/ext2.rst, Documentation/filesystems/ext4/ (the layout, of which
// this is revision 0, without a single feature).
[[nodiscard]] std::string DiskImage(std::string_view nonce);

}  // namespace sandproof
