#include <cerrno>
#include <csignal>

#include "suites/catalogue/catalogue.h"

namespace sandproof::catalogue {

namespace {

constexpr std::string_view kUnshareIpc = "add --unshare-ipc";

}  // namespace

std::vector<Property> Ipc() {
  return {
      {.id = "ipc.sysv_shm_visible",
       .severity = Severity::kHigh,
       .claim = "A System V shared memory segment of the host cannot be attached.",
       .why = "Databases and old servers keep their data there, guarded by a uid at most.",
       .probe = "ipc/sysv_shm",
       .canary = Canary::kSysvShm,
       .control = ControlAs::kPayload,
       .denied_by = {ENOENT, EPERM},
       .denied_by_signal = {SIGSYS},
       .reached_by = {EACCES},  // it is there, and only its modes hide it
       .remedy = {{"bwrap", kUnshareIpc}},
       .source = "ipc_namespaces(7), shmget(2)"},
      {.id = "ipc.sysv_sem_visible",
       .severity = Severity::kMedium,
       .claim = "A System V semaphore of the host cannot be found.",
       .why = "Changed or removed, it stops the programs that wait for it.",
       .probe = "ipc/sysv_sem",
       .canary = Canary::kSysvSem,
       .control = ControlAs::kPayload,
       .denied_by = {ENOENT, EPERM},
       .denied_by_signal = {SIGSYS},
       .reached_by = {EACCES},
       .remedy = {{"bwrap", kUnshareIpc}},
       .source = "ipc_namespaces(7), semget(2)"},
      {.id = "ipc.sysv_msg_visible",
       .severity = Severity::kMedium,
       .claim = "A System V message queue of the host cannot be found.",
       .why = "Its messages can be read, swallowed or forged.",
       .probe = "ipc/sysv_msg",
       .canary = Canary::kSysvMsg,
       .control = ControlAs::kPayload,
       .denied_by = {ENOENT, EPERM},
       .denied_by_signal = {SIGSYS},
       .reached_by = {EACCES},
       .remedy = {{"bwrap", kUnshareIpc}},
       .source = "ipc_namespaces(7), msgget(2)"},
      {.id = "ipc.posix_mq_visible",
       .severity = Severity::kMedium,
       .claim = "A POSIX message queue of the host cannot be opened.",
       .why = "Its messages can be read, swallowed or forged; neither /dev/mqueue nor /proc is "
              "needed.",
       .probe = "ipc/posix_mq",
       .canary = Canary::kPosixMq,
       .control = ControlAs::kPayload,
       .denied_by = {ENOENT, EPERM},
       .denied_by_signal = {SIGSYS},
       .reached_by = {EACCES},
       .remedy = {{"bwrap", kUnshareIpc}},
       .source = "mq_overview(7), ipc_namespaces(7)"},
      {.id = "ipc.posix_shm_visible",
       .severity = Severity::kHigh,
       .claim = "A POSIX shared memory object of the host cannot be opened.",
       .why = "It is a file in /dev/shm: the mount namespace hides it, and --unshare-ipc does not.",
       .probe = "fs/read_file",
       .canary = Canary::kShmFile,
       .control = ControlAs::kPayload,
       .denied_by = {ENOENT, ENOTDIR, EACCES, EPERM},
       .remedy = {{"bwrap", "use --dev /dev instead of --dev-bind /dev /dev"}},
       .source = "shm_overview(7), mount_namespaces(7)"},
      {.id = "ipc.ns_is_own",
       .severity = Severity::kInfo,
       .claim = "The payload has an IPC namespace of its own.",
       .why = "It is what hides System V objects and POSIX message queues.",
       .probe = "host/process",
       .fact = FactRule{.fact = "ipc_ns", .comparison = Comparison::kDiffersFromOutside},
       .expect = {Expectation::kRequired, Expectation::kAny, Expectation::kAny},
       .grade = Grade::kObserved,
       .remedy = {{"bwrap", kUnshareIpc}},
       .source = "ipc_namespaces(7)"},
  };
}

}  // namespace sandproof::catalogue
