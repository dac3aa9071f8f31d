// Users and capabilities, system calls, devices.
#include "suites/features/features.h"

namespace sandproof::features {

namespace {

FeatureSection Users() {
  return {
      .title = "5. Users, capabilities, security modules",
      .rows = {
          {117,
           "uid and gid",
           {"user.is_uid0", "user.kuid_is_host_root", "user.group_is_host_root"}},
          {118, "Supplementary groups", {"user.supplementary_groups"}},
          {119, "umask", {"umask.value"}},
          {120,
           "All five capability sets",
           {"cap.effective_empty", "cap.permitted_empty", "cap.inheritable_empty",
            "cap.bounding_empty", "cap.ambient_empty", "cap.root_exec_regains"}},
          {121,
           "No capabilities without privilege",
           {"cap.effective_empty", "cap.permitted_empty"}},
          {122, "One capability added or dropped", {"cap.effective_empty", "net.raw_socket"}},
          {123,
           "Dangerous capabilities",
           {"sys.*", "fs.open_by_handle", "net.admin_on_host_ns"},
           "By what each allows, not by the bit"},
          {125, "no_new_privs", {"nnp.set"}},
          {126,
           "A set-uid program cannot elevate",
           {"user.setuid_binary_elevates", "cap.file_capabilities_elevate", "nnp.set", "fs.nosuid",
            "fs.rw_plant_suid"},
           "Executed: programs of another uid and with capabilities that root plants for the run"},
          {127,
           "sudo and su are of no use",
           {"nnp.set", "fs.set_id_programs"},
           "Both are set-uid programs: with no_new_privs they stay without effect"},
          {128,
           "Privileged on and off",
           {"cap.effective_empty", "dev.unexpected_node"},
           "`sandproof prove` shows the difference for the launch line itself"},
          {129,
           "An AppArmor profile is attached",
           {"lsm.unconfined"},
           "Skipped, with the reason, where the host has no such module; the table of the "
           "self-check names it as not seen then"},
          {130,
           "An AppArmor profile refuses",
           {"fs.secret_readable", "fs.ro.*"},
           "By effect, like every other guard of files"},
          {131, "SELinux labels", {"lsm.unconfined"}, "As 129"},
          {132, "Rootless mode", {"user.kuid_is_host_root", "user.ns_is_own"}},
          {133,
           "Entries of passwd and group",
           {},
           "What a file says changes no credential; what counts is what the kernel holds (117, "
           "118)."},
          {134,
           "sudo without a password",
           {"nnp.set", "fs.set_id_programs"},
           "sudoers is of use to nobody whom no_new_privs holds"},
      }};
}

FeatureSection Calls() {
  return {
      .title = "6. System calls",
      .rows = {
          {135,
           "Mode of seccomp",
           {"seccomp.filter_present", "seccomp.unknown_nr", "sys.seccomp_usable"}},
          {136, "Which calls are let in", {"sys.*"}},
          {137,
           "A named call is refused with a named errno",
           {"sys.*"},
           "The report has the errno of each"},
          {138,
           "The same call without the filter",
           {"sys.*"},
           "The control before and after, under the launcher's identity"},
          {139,
           "An errno that only a filter gives",
           {"sys.*"},
           "Calls whose arguments end in an errno of their own tell the filter from the kernel"},
          {140,
           "Arguments, with their high 32 bits",
           {"seccomp.high_bits_bypass", "sys.ioctl_tioclinux", "sys.clone_namespaces"}},
          {141, "TIOCSTI", {"tty.tiocsti"}},
          {142,
           "int 0x80",
           {"seccomp.compat_abi_bypass"},
           "Every call of the table but kexec_file_load(2), which has no 32-bit form"},
          {143,
           "x32",
           {"seccomp.x32_abi_bypass"},
           "Every call but uselib(2) and map_shadow_stack(2), which x32 has not; skipped where the "
           "kernel was built without x32"},
          {144,
           "Namespace flags of clone(2) and unshare(2)",
           {"sys.unshare_newns", "sys.clone_namespaces", "sys.clone3",
            "user.nested_userns_allowed"}},
          {145, "bpf(2)", {"sys.bpf"}},
          {146, "io_uring", {"sys.io_uring", "seccomp.io_uring_bypass", "net.io_uring_egress"}},
          {147,
           "execveat(2)",
           {},
           "It runs nothing that execve(2) of /proc/self/fd would not; what may be written and run "
           "is row 74."},
          {148,
           "Memory that is writable and executable",
           {},
           "It guards the payload from itself, not the host from the payload, and runtimes that "
           "compile need it."},
          {153,
           "The filter printed",
           {},
           "Reading it back takes CAP_SYS_ADMIN outside the sandbox; what it refuses is shown call "
           "by call."},
          {154,
           "Policy of speculation",
           {},
           "Mitigations are the machine's; a payload that needs more asks by prctl(2) itself."},
      }};
}

FeatureSection Devices() {
  return {.title = "7. Devices",
          .rows = {
              {156, "The usual nodes, their numbers", {"dev.unexpected_node", "dev.null_sane"}},
              {157,
               "Nodes that were asked for",
               {"dev.unexpected_node"},
               "More nodes are allowed by waiving the finding with its reason"},
              {158, "Nodes that nobody asked for", {"dev.unexpected_node"}},
              {159, "Rules of the device cgroup", {"dev.mknod_char_works", "dev.block_readable"}},
              {160,
               "A block device can be read",
               {"dev.block_readable", "fs.block_device_readable", "fs.block_device_mountable"}},
              {161, "/dev/kmsg and /proc/kmsg", {"dev.kmsg_openable", "proc.kmsg_openable"}},
              {162,
               "GPU, KVM, FUSE, TUN",
               {"dev.kvm_openable", "dev.fuse_openable", "dev.tun_openable",
                "dev.loop_control_openable", "dev.gpu_openable", "dev.vsock_openable",
                "dev.userfaultfd_openable", "dev.uinput_openable", "dev.msr_openable",
                "dev.mem_openable"}},
              {163, "Pseudo-terminals", {"dev.pts_is_private", "fs.devpts_mountable"}},
              {164, "Whose is /dev/console", {"dev.unexpected_node", "tty.controlling_tty_open"}},
          }};
}

}  // namespace

std::vector<FeatureSection> Privilege() { return {Users(), Calls(), Devices()}; }

}  // namespace sandproof::features
