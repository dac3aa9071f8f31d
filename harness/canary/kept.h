// Things that the kernel does not clean up by itself: how each is made and removed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sandproof {

struct KeptObject {
  enum class Kind : std::uint8_t {
    kDirectory,       // name: path
    kFile,            // name: path, content
    kOthers,          // name: path that the harness fills later, a socket or a copy; only removed
    kSysvShm,         // name: key in decimal, content
    kSysvSem,         // name: key
    kSysvMsg,         // name: key
    kPosixMq,         // name: "/name"
    kOthersQueue,     // name: "/name" of a POSIX queue that somebody makes later; only removed
    kSetIdProgram,    // name: path, content: a program, set-uid to kPlantedOwner
    kCapableProgram,  // name: path, content: a program that is permitted every capability
  };
  Kind kind = Kind::kFile;
  std::string name = {};
  std::string content = {};
  unsigned mode = 0644;  // not touched by the umask
};

// Nobody's: systemd assigns no uid there, distributions neither, and maps of containers hold it.
// What runs as it may do nothing that others may not.
// Source: systemd's UIDS-GIDS, "Special Distribution UID ranges".
inline constexpr unsigned kPlantedOwner = 61177;

// 0, or the errno of the call that failed. Never takes over what is there already: EEXIST.
[[nodiscard]] int Make(const KeptObject& object);

// Removes an object if it is there and this uid made it. 0, or the errno.
int Remove(const KeptObject& object);

[[nodiscard]] std::string JournalLine(const KeptObject& object);
// nullopt for a line that no JournalLine wrote.
[[nodiscard]] std::optional<KeptObject> ParseJournalLine(std::string_view line);

}  // namespace sandproof
