// What a sandbox writes where it is to last: as it is seen outside, at the next start, and from
// other sandboxes. Each sandbox is started twice for it.
#include <cerrno>
#include <csignal>

#include "suites/catalogue/catalogue.h"
#include "suites/catalogue/refusals.h"

namespace sandproof::catalogue {

std::vector<Property> Kept() {
  return {
      {.id = "svc.log_written_outside",
       .severity = Severity::kMedium,
       .claim = "What is written in a read-write path is outside at once, as the payload left it.",
       .why = "Whoever rotates the log or saves the data finds nothing, or may not touch it.",
       .probe = "fs/leave_file",
       .subject = SubjectKind::kKeptPath,
       .control = ControlAs::kNothing,
       // That it cannot be written is fs.expected_rw_works.
       .absent_by = {ENOENT, ENOTDIR, EACCES, EPERM, EROFS},
       .fact = FactRule{.fact = "wrong_outside", .comparison = Comparison::kEmpty},
       .expect = kAlwaysRequired,
       .remedy = {{"bwrap", "--bind a directory of the host, and mount nothing over it"},
                  {"command",
                   "mount a directory of the host, on a file system that keeps owners and modes"}},
       .source = "mount(2) MS_BIND, inode(7)"},
      {.id = "svc.data_persisted",
       .severity = Severity::kMedium,
       .claim = "What is written in a read-write path is there at the next start.",
       .why = "A service that forgets its data loses it at the first crash, and nobody notices "
              "before.",
       .probe = "peer/read_left_file",
       .subject = SubjectKind::kKeptPath,
       .control = ControlAs::kNothing,
       .expect = kAlwaysAllowed,
       .remedy = {{"bwrap", "--bind a directory of the host that nobody empties at a start"},
                  {"command", "mount a directory of the host that nobody empties at a start"}},
       .source = "mount(2) MS_BIND, tmpfs(5)"},
      {.id = "svc.data_not_shared",
       .severity = Severity::kHigh,
       .claim = "What another sandbox writes in a path that only it was given cannot be read.",
       .why = "It holds what the other one is there to guard: sessions, passwords, messages.",
       .probe = "peer/read_left_file",
       .subject = SubjectKind::kKeptByPeer,
       .control = ControlAs::kPeer,
       .denied_by = OrFiltered({ENOENT, ENOTDIR}),
       .denied_by_signal = {SIGSYS},
       .expect = kBlockedUnlessAgent,
       .remedy = {{"bwrap",
                   "bind the directories that this sandbox needs one by one, not what holds the "
                   "other's too"},
                  {"command", "mount the directories that this sandbox needs one by one"}},
       .source = "mount_namespaces(7)"},
  };
}

}  // namespace sandproof::catalogue
