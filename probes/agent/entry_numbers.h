// The calls of x86 by each of its entries, with arguments that cannot act: no descriptor, an absent
// path, an unknown command, no bytes. The numbers differ; a test compares them with libseccomp's.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace sandproof::probes {

// What a pointer argument points to. It must lie below 4 GiB, where the agent is linked to lie.
enum class Text : std::uint8_t { kAbsentPath, kAbsentType, kName, kEmpty };

struct Argument {
  constexpr Argument() = default;
  constexpr Argument(long value) : number(value) {}             // NOLINT: tables are to be read
  constexpr Argument(Text what) : is_text(true), text(what) {}  // NOLINT
  long number = 0;
  bool is_text = false;
  Text text = Text::kEmpty;
};

struct EntryNumbers {
  std::string_view name;  // of the call, and of what it asks for
  long native;
  long i386;  // -1: there is no 32-bit form
  long x32;   // without its bit; -1: there is no such form
  std::array<Argument, 5> arguments;
};

inline constexpr long kNone = 0xffff;  // no request, no option, no subcommand
// CLONE_FS and CLONE_NEWNS, which clone(2) refuses together before it does anything.
inline constexpr long kTwoWhichExcludeEachOther = 0x200 | 0x20000;
inline constexpr Text kAbsent = Text::kAbsentPath;
inline constexpr Text kAbsentType = Text::kAbsentType;
inline constexpr Text kName = Text::kName;
inline constexpr Text kEmpty = Text::kEmpty;

// Of the calls that the properties sys.* ask for natively. Left out are those without a form that
// could not act when the other entry took another layout for it: none so far.
inline constexpr EntryNumbers kEntryNumbers[] = {
    {"acct", 163, 51, 163, {kAbsent}},
    {"add_key", 248, 286, 248, {kAbsentType, kName, 0, 0, -2}},
    {"adjtimex", 159, 124, 159, {0}},
    {"bpf", 321, 357, 321, {kNone, 0, 0}},
    {"cachestat", 451, 451, 451, {-1, 0, 0, 0}},
    {"chroot", 161, 61, 161, {kAbsent}},
    {"clone", 56, 120, 56, {kTwoWhichExcludeEachOther}},
    {"clone3", 435, 435, 435, {0, 0}},
    {"delete_module", 176, 129, 176, {kAbsent, 0x800}},
    {"fanotify_init", 300, 338, 300, {-1, 0}},
    {"file_setattr", 469, 469, 469, {-1, kAbsent, 0, 0, 0}},
    {"finit_module", 313, 350, 313, {-1, 0, -1}},
    {"fsmount", 432, 432, 432, {-1, -1, 0}},
    {"fsopen", 430, 430, 430, {kAbsentType, -1}},
    {"fspick", 433, 433, 433, {-1, kAbsent, -1}},
    {"futex_waitv", 449, 449, 449, {0, 0, -1, 0, 0}},
    {"init_module", 175, 128, 175, {0, 0, 0}},
    {"io_setup", 206, 245, 543, {0, 0}},
    {"io_uring_setup", 425, 425, 425, {0, 0}},
    {"ioctl TIOCLINUX", 16, 54, 514, {-1, 0x541c, 0}},
    {"ioctl TIOCSTI", 16, 54, 514, {-1, 0x5412, 0}},
    {"ioperm", 173, 101, 173, {kNone + 1, 1, 0}},
    {"iopl", 172, 110, 172, {4}},
    {"kcmp", 312, 349, 312, {0, 0, kNone}},
    {"kexec_file_load", 320, -1, 320, {-1, -1, 0, 0, kNone}},
    {"kexec_load", 246, 283, 528, {0, 1 << 20, 0, 0xdeadff00}},
    {"keyctl", 250, 288, 250, {kNone}},
    {"listmount", 458, 458, 458, {0, 0, 0, -1}},
    {"lsm_set_self_attr", 460, 460, 460, {kNone, 0, 0, -1}},
    {"map_shadow_stack", 453, 453, -1, {0, 0, kNone}},
    {"memfd_secret", 447, 447, 447, {kNone}},
    {"migrate_pages", 256, 294, 256, {-1, 0, 0, 0}},
    {"modify_ldt", 154, 123, 154, {1, 0, 0}},
    {"mount", 165, 21, 165, {0, kAbsent, 0, 0, 0}},
    {"mount_setattr", 442, 442, 442, {-1, kAbsent, -1, 0, 0}},
    {"move_mount", 429, 429, 429, {-1, kAbsent, -1, kAbsent, -1}},
    {"move_pages", 279, 317, 533, {-1, 0, 0, 0, 0}},
    {"mseal", 462, 462, 462, {0, 0, 1}},
    {"name_to_handle_at", 303, 341, 303, {-1, kAbsent, 0, 0, -1}},
    {"open_tree", 428, 428, 428, {-1, kEmpty, 0}},
    {"open_tree_attr", 467, 467, 467, {-1, kEmpty, 0, 0, 0}},
    {"perf_event_open", 298, 336, 298, {0, 0, 0, 0, 0}},
    {"personality", 135, 136, 135, {-1}},
    {"pidfd_getfd", 438, 438, 438, {-1, -1, 0}},
    {"pivot_root", 155, 217, 155, {kAbsent, kAbsent}},
    {"process_madvise", 440, 440, 440, {-1, 0, 0, 0, -1}},
    {"process_mrelease", 448, 448, 448, {-1, 0}},
    {"process_vm_readv", 310, 347, 539, {-1, 0, 0, 0, 0}},
    {"process_vm_writev", 311, 348, 540, {-1, 0, 0, 0, 0}},
    {"ptrace", 101, 26, 521, {kNone, 0, 0, 0}},
    {"quotactl", 179, 131, 179, {kNone, 0, 0, 0}},
    {"quotactl_fd", 443, 443, 443, {-1, 0, 0, 0}},
    {"reboot", 169, 88, 169, {0, 0, kNone, 0}},
    {"remap_file_pages", 216, 257, 216, {0, 0, 0, 0, 0}},
    {"removexattrat", 466, 466, 466, {-1, kAbsent, 0, kName}},
    {"request_key", 249, 287, 249, {kAbsentType, kName, 0, 0}},
    {"set_mempolicy", 238, 276, 238, {kNone, 0, 0}},
    {"setdomainname", 171, 121, 171, {kName, -1}},
    {"sethostname", 170, 74, 170, {kName, -1}},
    {"setns", 308, 346, 308, {-1, 0}},
    {"statmount", 457, 457, 457, {0, 0, 0, -1}},
    {"swapoff", 168, 115, 168, {kAbsent}},
    {"swapon", 167, 87, 167, {kAbsent, 0}},
    {"syslog", 103, 103, 103, {10, 0, 0}},
    {"sysfs", 139, 135, 139, {kNone}},
    {"umount2", 166, 52, 166, {kAbsent, 0}},
    {"unshare", 272, 310, 272, {0}},
    {"uselib", 134, 86, -1, {kAbsent}},
    {"userfaultfd", 323, 374, 323, {kNone}},
    {"ustat", 136, 62, 136, {-1, 0}},
    {"vmsplice", 278, 316, 532, {-1, 0, 0, 0}},
};

}  // namespace sandproof::probes
