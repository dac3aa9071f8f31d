// /proc and /sys, limits, what is inherited.
#include "suites/features/features.h"

namespace sandproof::features {

namespace {

FeatureSection Kernel() {
  return {
      .title = "8. /proc and /sys",
      .rows = {
          {165,
           "A sysctl has a value",
           {"proc.sysctl_global_writable"},
           "The host's values are the host's; what counts is who may change them"},
          {166,
           "/proc/sys is not writable",
           {"proc.sysctl_global_writable", "proc.sysctl_ns_writable", "ipc.ns_sysctl_writable"}},
          {167,
           "core_pattern",
           {"proc.core_pattern_writable", "proc.modprobe_path_writable",
            "proc.binfmt_register_writable"}},
          {168,
           "release_agent",
           {"cgroup.release_agent_writable", "cgroup.fs_writable", "fs.new_cgroupfs_mountable"}},
          {169,
           "kcore, keys, firmware are masked",
           {"proc.kcore_readable", "proc.keys_readable", "proc.key_users_readable",
            "proc.timer_list_readable", "proc.firmware_visible", "proc.iomem_addresses",
            "proc.unmasked_relative_to_parent", "fs.new_procfs_mountable"}},
          {170,
           "/sys/fs",
           {"proc.sysfs_writable", "proc.debug_visible", "cgroup.fs_writable",
            "fs.new_sysfs_mountable"}},
          {171,
           "The kernel inside is not the host's",
           {},
           "What a kernel of its own is worth shows in the other properties, all of which it "
           "passes."},
          {172,
           "CPU, memory and kernel version of the host",
           {"proc.kallsyms_addresses", "proc.cmdline_readable"},
           "uname(2) and cpuid tell the rest to every program; no sandbox of a shared kernel hides "
           "it"},
          {173, "Paths of cgroups", {"cgroup.ns_is_own"}},
          {174, "Randomisation of addresses", {"personality.inherited"}},
          {176, "hidepid", {"pid.procfs_shows_host"}, "By effect: whether others' processes show"},
          {177, "Loading of modules", {"sys.init_module", "sys.finit_module", "sys.delete_module"}},
          {178, "The clock", {"time.settable", "time.rtc_openable"}},
          {179, "machine-id", {"secret.machine_id", "secret.boot_id"}},
      }};
}

FeatureSection Limits() {
  return {
      .title = "9. Control groups and limits",
      .rows = {
          {180, "Values of rlimits", {"rlimit.unbounded", "rlimit.raisable"}},
          {182,
           "An rlimit holds",
           {"rlimit.nofile_enforced", "rlimit.as_enforced", "cgroup.pids_limit_enforced"},
           "With --exhaust"},
          {183, "The memory limit", {"cgroup.memory_limited"}},
          {184,
           "The memory limit holds",
           {"cgroup.memory_limit_enforced"},
           "With --exhaust; the OOM killer is told from others by the cgroup's counter"},
          {185, "The limit of processes", {"cgroup.pids_limited"}},
          {186, "The limit of processes holds", {"cgroup.pids_limit_enforced"}, "With --exhaust"},
          {187,
           "Share, quota and set of processors",
           {"cgroup.cpu_limited", "cgroup.cpu_limit_enforced"},
           "A share or a set of processors protects nobody from a busy loop; a quota does"},
          {189,
           "cgroup v2",
           {"cgroup.own_cgroup", "cgroup.fs_writable"},
           "Both versions are looked at"},
          {191, "oom_score_adj", {"oom.score_inherited"}},
          {192,
           "A limit of time ends the target",
           {},
           "A launch has a limit (\"limit\"), and what outlives it is inconclusive."},
          {193,
           "A full tmpfs or disk",
           {"fs.tmpfs_unbounded", "fs.tmpfs_limit_enforced", "fs.disk_limit_enforced"}},
          {194, "Descriptors run out", {"rlimit.nofile_enforced"}, "With --exhaust"},
          {195, "Throttling of the processor", {"cgroup.cpu_limit_enforced"}, "With --exhaust"},
          {196,
           "The cgroup is gone afterwards",
           {},
           "The launcher's business after its end; the host is compared by the self-check."},
      }};
}

FeatureSection Inherited() {
  return {
      .title = "10. Environment, descriptors, terminal",
      .rows = {
          {199,
           "A variable has a value",
           {"launcher.env_path_absent_inside"},
           "What the launch line sets is in the line"},
          {200, "The environment is cleared", {"env.canary_visible", "pid.init_environ_leak"}},
          {201, "Variables that look like secrets", {"env.dangerous_variable"}},
          {202,
           "Inherited descriptors are closed",
           {"fd.inherited", "fd.planted_low", "fd.planted_high", "fd.inherited_dir_escape",
            "fd.planted_memfd", "fd.planted_pipe", "fd.planted_socket", "fd.planted_pidfd",
            "fd.planted_terminal"}},
          {203,
           "Chosen descriptors are handed on",
           {"fd.inherited"},
           "\"fds\" hands them to the launcher, and to the payload none of them may go"},
          {204, "Standard streams and terminals", {"fd.stdio_is_file", "tty.controlling_tty_open"}},
          {205,
           "No controlling terminal",
           {"tty.controlling_tty_open", "tty.tiocsti", "session.shared"}},
      }};
}

}  // namespace

std::vector<FeatureSection> Resources() { return {Kernel(), Limits(), Inherited()}; }

}  // namespace sandproof::features
