// The mount table, from whichever interface answers.
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "probes/agent/mounts.h"
#include "probes/agent/own_mounts.h"

namespace sandproof::probes {

namespace {

constexpr std::size_t kMostMounts = 512;

// The kernel's numbers and structures, under our own names: include/uapi/linux/mount.h of 6.8.
constexpr long kSysStatmount = 457;
constexpr long kSysListmount = 458;
constexpr std::uint64_t kWholeNamespace = UINT64_MAX;  // LSMT_ROOT
constexpr std::uint64_t kSuperblockBasic = 1;
constexpr std::uint64_t kMountBasic = 2;
constexpr std::uint64_t kMountRoot = 8;
constexpr std::uint64_t kMountPoint = 0x10;
constexpr std::uint64_t kFileSystemType = 0x20;
constexpr std::uint64_t kAttrNoSuid = 2;
constexpr std::uint64_t kAttrNoDev = 4;
constexpr std::uint64_t kAttrNoExec = 8;
constexpr std::uint32_t kSuperblockReadOnly = 1;

struct MountQuery {
  std::uint32_t size = 24;  // MNT_ID_REQ_SIZE_VER0
  std::uint32_t spare = 0;
  std::uint64_t mount = 0;
  std::uint64_t param = 0;
};

struct MountAnswer {
  std::uint32_t size = 0;
  std::uint32_t options = 0;
  std::uint64_t mask = 0;
  std::uint32_t device[2] = {};
  std::uint64_t magic = 0;
  std::uint32_t superblock_flags = 0;
  std::uint32_t type = 0;  // offset in `text`
  std::uint64_t ids[2] = {};
  std::uint32_t old_ids[2] = {};
  std::uint64_t attributes = 0;
  std::uint64_t propagation = 0;
  std::uint64_t peers = 0;
  std::uint64_t master = 0;
  std::uint64_t propagates_from = 0;
  std::uint32_t root = 0;
  std::uint32_t point = 0;  // offset in `text`
  std::uint64_t later[50] = {};
  char text[8192] = {};
};
static_assert(offsetof(MountAnswer, text) == 512);

// mountinfo writes blanks and backslashes as \040.
std::string Unescape(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 3 >= text.size()) {
      plain += text[i];
      continue;
    }
    plain += static_cast<char>(std::strtol(std::string(text.substr(i + 1, 3)).c_str(), nullptr, 8));
    i += 3;
  }
  return plain;
}

std::vector<std::string_view> Words(std::string_view line) {
  std::vector<std::string_view> words;
  for (std::size_t begin = 0; begin < line.size();) {
    const std::size_t end = std::min(line.find(' ', begin), line.size());
    words.push_back(line.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

bool HasOption(std::string_view options, std::string_view wanted) {
  const std::string framed = "," + std::string(options) + ",";
  return framed.find("," + std::string(wanted) + ",") != std::string::npos;
}

// The number behind "shared:" or "master:" among the optional fields.
unsigned long long Group(const std::vector<std::string_view>& fields, std::string_view name) {
  for (const std::string_view field : fields) {
    if (!field.starts_with(name)) continue;
    return std::strtoull(std::string(field.substr(name.size())).c_str(), nullptr, 10);
  }
  return 0;
}

// "36 35 98:0 /root /point rw,nosuid shared:1 - ext4 /dev/x rw", proc_pid_mountinfo(5).
void AddLine(std::string_view line, MountTable& table) {
  const std::vector<std::string_view> words = Words(line);
  const auto dash = std::find(words.begin(), words.end(), "-");
  if (words.size() < 7 || words.end() - dash < 2) {
    table.complete = false;
    return;
  }
  const std::vector<std::string_view> optional(words.begin() + 6, dash);
  table.mounts.push_back({.id = std::strtoull(std::string(words[0]).c_str(), nullptr, 10),
                          .device = std::string(words[2]),
                          .root = Unescape(words[3]),
                          .point = Unescape(words[4]),
                          .type = std::string(dash[1]),
                          .peers = Group(optional, "shared:"),
                          .master = Group(optional, "master:"),
                          .read_only = HasOption(words[5], "ro") || HasOption(words.back(), "ro"),
                          .nosuid = HasOption(words[5], "nosuid"),
                          .nodev = HasOption(words[5], "nodev"),
                          .noexec = HasOption(words[5], "noexec")});
}

MountTable FromText(std::string_view text, bool whole) {
  MountTable table{.complete = whole};
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    AddLine(text.substr(0, end), table);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return table;
}

bool AddMount(std::uint64_t id, MountTable& table) {
  const MountQuery query = {
      .mount = id,
      .param = kSuperblockBasic | kMountBasic | kMountRoot | kMountPoint | kFileSystemType};
  MountAnswer answer;
  if (::syscall(kSysStatmount, &query, &answer, sizeof answer - 1, 0U) != 0) return false;
  for (const std::uint32_t offset : {answer.type, answer.point, answer.root}) {
    if (offset >= sizeof answer.text) return false;
  }
  const auto has = [&](std::uint64_t attribute) { return (answer.attributes & attribute) != 0; };
  table.mounts.push_back(
      {.id = answer.old_ids[0],
       .device = std::to_string(answer.device[0]) + ":" + std::to_string(answer.device[1]),
       .root = answer.text + answer.root,
       .point = answer.text + answer.point,
       .type = answer.text + answer.type,
       .peers = answer.peers,
       .master = answer.master,
       .read_only = has(kAttrReadOnly) || (answer.superblock_flags & kSuperblockReadOnly) != 0,
       .nosuid = has(kAttrNoSuid),
       .nodev = has(kAttrNoDev),
       .noexec = has(kAttrNoExec)});
  return true;
}

MountTable FromKernel() {
  const MountQuery query = {.mount = kWholeNamespace};
  std::vector<std::uint64_t> ids(kMostMounts);
  const long count = ::syscall(kSysListmount, &query, ids.data(), ids.size(), 0U);
  if (count < 0) return {.error = errno};
  MountTable table{.complete = count < static_cast<long>(kMostMounts)};
  ids.resize(static_cast<std::size_t>(count));
  for (const std::uint64_t id : ids) table.complete = AddMount(id, table) && table.complete;
  return table;
}

std::string& ToldMountinfo() {
  static std::string text;
  return text;
}

MountTable ReadOwnMounts() {
  constexpr std::size_t kLargest = std::size_t{256} * 1024;
  const std::string text = ReadFileAt("/proc/self/mountinfo", kLargest);
  return text.empty() ? FromKernel() : FromText(text, text.size() < kLargest);
}

const Mount* RootOf(const MountTable& table) {
  const auto found =
      std::ranges::find_if(table.mounts, [](const Mount& one) { return one.point == "/"; });
  return found == table.mounts.end() ? nullptr : &*found;
}

MountTable ReadMounts() {
  MountTable table = ReadOwnMounts();
  // Of the namespace that we were started in, and of no other.
  const bool is_ours = !IsInSharedMounts() && !ToldMountinfo().empty();
  if (table.error != 0 && is_ours) {
    table = FromText(ToldMountinfo(), true);
    table.was_told = true;
  }
  if (table.error != 0 || RootOf(table) != nullptr) return table;
  // A root that is no mount point, as chroot(2) leaves it: of the mount that it lies in, the kernel
  // lists to us what is mounted below it and not itself.
  const MountTable told = is_ours ? FromText(ToldMountinfo(), true) : MountTable{};
  const Mount* const root = RootOf(told);
  if (root != nullptr) table.mounts.push_back(*root);
  table.complete = table.complete && root != nullptr;
  return table;
}

// Which mount namespace this is; 0 without procfs.
ino_t Namespace() {
  struct stat status = {};
  return ::stat("/proc/self/ns/mnt", &status) == 0 ? status.st_ino : 0;
}

}  // namespace

void KnowMountinfo(std::string text) { ToldMountinfo() = std::move(text); }

MountTable Mounts() {
  // A dozen probes ask, and nobody mounts where they run: who does has a namespace of its own.
  static ino_t known = 0;
  static MountTable table;
  const ino_t now = IsInSharedMounts() ? 0 : Namespace();
  if (now == 0) return ReadMounts();
  if (now != known) table = ReadMounts();
  known = now;
  return table;
}

}  // namespace sandproof::probes
