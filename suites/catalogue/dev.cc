// Devices: which nodes there are, which open, and which must work.
#include <cerrno>
#include <csignal>

#include "suites/catalogue/catalogue.h"

namespace sandproof::catalogue {

namespace {

constexpr Expectations kUnlessAgent = {Expectation::kBlocked, Expectation::kBlocked,
                                       Expectation::kAny};

// The open of one device node.
Property Node(Property property) {
  property.denied_by = {ENOENT, ENOTDIR, EACCES, EPERM, ENXIO, ENODEV, ENODATA};
  property.denied_by_signal = {SIGSYS};
  property.absent_by = {ENOENT, ENOTDIR, ENXIO, ENODEV, ENODATA};
  property.remedy = {{"bwrap", "--dev /dev instead of --dev-bind /dev /dev"},
                     {"command", "give the payload a /dev of its own, without this node"}};
  return property;
}

}  // namespace

std::vector<Property> Dev() {
  return {
      {.id = "dev.unexpected_node",
       .severity = Severity::kHigh,
       .claim = "/dev holds no nodes but null, zero, full, random, urandom, tty, ptmx and the "
                "console.",
       .why = "Each further device is a way into the kernel or the hardware.",
       .probe = "dev/list_nodes",
       .fact = FactRule{.fact = "nodes",
                        .comparison = Comparison::kWithin,
                        .values = {"/dev/null c1:3", "/dev/zero c1:5", "/dev/full c1:7",
                                   "/dev/random c1:8", "/dev/urandom c1:9", "/dev/tty c5:0",
                                   "/dev/ptmx c5:2", "/dev/console c5:1", "/dev/console c136:*"}},
       .expect = kAlwaysRequired,
       .remedy = {{"bwrap", "--dev /dev instead of --dev-bind /dev /dev"},
                  {"command", "give the payload a /dev of its own with the usual nodes"}},
       .source = "Documentation/admin-guide/devices.txt"},
      {.id = "dev.directory_writable",
       .severity = Severity::kLow,
       .claim = "No file can be made in /dev.",
       .why = "Files in the place of missing devices are taken for them, and memory is filled "
              "where nobody looks.",
       .probe = "fs/root_writable",
       .params = {{"path", "/dev"}},
       .absent_by = {ENOENT, ENOTDIR},
       .fact = FactRule{.fact = "writable", .values = {"no"}},
       .expect = {Expectation::kRequired, Expectation::kAny, Expectation::kAny},
       .remedy = {{"bwrap", "--remount-ro /dev after the last mount in it"},
                  {"command", "mount /dev read-only"}},
       .source = "mount(2) MS_RDONLY"},
      {.id = "dev.null_sane",
       .severity = Severity::kMedium,
       .claim = "/dev/null is the null device and works.",
       .why = "Programs die without it, and a file of that name collects what was to be discarded.",
       .probe = "dev/null_sane",
       .control = ControlAs::kNothing,
       .expect = kAlwaysAllowed,
       .remedy = {{"bwrap", "--dev /dev"}, {"command", "give the payload c 1:3 as /dev/null"}},
       .source = "null(4), CVE-2025-31133"},
      {.id = "dev.shm_usable",
       .severity = Severity::kLow,
       .claim = "A file can be made in /dev/shm.",
       .why = "shm_open(3), and with it browsers and many language runtimes, fail without it.",
       .probe = "fs/write_cycle",
       .params = {{"path", "/dev/shm"}},
       .control = ControlAs::kNothing,
       .expect = {Expectation::kAny, Expectation::kAny, Expectation::kAllowed},
       .remedy = {{"bwrap", "--perms 1777 --tmpfs /dev/shm after --dev /dev"},
                  {"command", "mount a tmpfs with mode=1777 on /dev/shm"}},
       .source = "shm_overview(7)"},
      {.id = "dev.mknod_char_works",
       .severity = Severity::kMedium,
       .claim = "A device node cannot be made and opened.",
       .why = "Whoever makes nodes needs none in /dev to open any device.",
       .probe = "dev/make_node",
       .denied_by = {EPERM, EACCES, ENOSYS, ENOSPC},
       .denied_by_signal = {SIGSYS},
       .remedy = {{"bwrap", "--cap-drop ALL (CAP_MKNOD, CAP_SYS_ADMIN)"},
                  {"command", "drop CAP_MKNOD, and set a device policy on the cgroup"}},
       .source = "mknod(2), cgroups(7)"},
      Node({.id = "dev.block_readable",
            .severity = Severity::kCritical,
            .claim = "No block device in /dev can be read.",
            .why = "A disk holds every file of the host, whatever their modes.",
            .probe = "dev/read_block",
            .source = "hier(7), Documentation/admin-guide/devices.txt"}),
      Node({.id = "dev.kmsg_openable",
            .severity = Severity::kMedium,
            .claim = "/dev/kmsg does not open.",
            .why = "The kernel's messages show addresses, devices and what the host does.",
            .probe = "dev/open_device",
            .params = {{"path", "/dev/kmsg"}, {"major", "1"}, {"minor", "11"}},
            .source = "Documentation/ABI/testing/dev-kmsg"}),
      Node({.id = "dev.mem_openable",
            .severity = Severity::kCritical,
            .claim = "/dev/mem does not open.",
            .why = "It is the machine's physical memory.",
            .probe = "dev/open_device",
            .params = {{"path", "/dev/mem"}, {"major", "1"}, {"minor", "1"}},
            .source = "mem(4)"}),
      Node({.id = "dev.fuse_openable",
            .severity = Severity::kMedium,
            .claim = "/dev/fuse does not open.",
            .why = "A file system that answers as it likes stalls and misleads who walks it.",
            .probe = "dev/open_device",
            .params = {{"path", "/dev/fuse"}, {"major", "10"}, {"minor", "229"}, {"how", "rw"}},
            .expect = kUnlessAgent,
            .source = "fuse(4)"}),
      Node({.id = "dev.tun_openable",
            .severity = Severity::kHigh,
            .claim = "/dev/net/tun does not open.",
            .why = "With CAP_NET_ADMIN it makes network interfaces.",
            .probe = "dev/open_device",
            .params = {{"path", "/dev/net/tun"}, {"major", "10"}, {"minor", "200"}, {"how", "rw"}},
            .source = "Documentation/networking/tuntap.rst"}),
      Node({.id = "dev.kvm_openable",
            .severity = Severity::kHigh,
            .claim = "/dev/kvm does not open.",
            .why = "The hypervisor's interface is a large part of the kernel to attack.",
            .probe = "dev/open_device",
            .params = {{"path", "/dev/kvm"}, {"major", "10"}, {"minor", "232"}, {"how", "rw"}},
            .expect = kUnlessAgent,
            .source = "Documentation/virt/kvm/api.rst"}),
      Node(
          {.id = "dev.loop_control_openable",
           .severity = Severity::kHigh,
           .claim = "/dev/loop-control does not open.",
           .why = "Loop devices turn files of one's own making into disks for the kernel to parse.",
           .probe = "dev/open_device",
           .params =
               {{"path", "/dev/loop-control"}, {"major", "10"}, {"minor", "237"}, {"how", "rw"}},
           .source = "loop(4)"}),
  };
}

}  // namespace sandproof::catalogue
