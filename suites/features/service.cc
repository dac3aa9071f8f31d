// The supervisor and its service, secrets.
#include "suites/features/features.h"

namespace sandproof::features {

namespace {

FeatureSection Supervisors() {
  return {
      .title = "11. Supervisor and service",
      .rows = {
          {206,
           "The exit code is passed on",
           {"supervisor.exit_status_mapping", "supervisor.exit_code_propagated"},
           "All codes from 0 to 255"},
          {207,
           "A death by signal is no exit",
           {"supervisor.exit_status_mapping"},
           "What comes out alike is named, an exit with 137 and SIGKILL among it"},
          {208,
           "A crash without a core dump",
           {"supervisor.crash_noticed_in_time"},
           "By what the supervisor does, for which no core is needed"},
          {209,
           "A kill for want of memory is no other kill",
           {"supervisor.exit_status_mapping", "cgroup.memory_limit_enforced"},
           "By the counter of a memory cgroup, where one can be made"},
          {210,
           "A launcher that fails is no target that fails",
           {},
           "The verdict is inconclusive, with what the launcher said: the case launcher_false."},
          {211,
           "A kill by a filter",
           {"sys.*"},
           "The agent reports the signal of its worker, SIGSYS, itself"},
          {212,
           "It ends with its parent",
           {"supervisor.no_orphans_on_launcher_kill", "pdeathsig.set"}},
          {213,
           "Nothing is left in the background",
           {"supervisor.no_orphans_on_launcher_kill", "supervisor.no_orphans_after_main_exit",
            "supervisor.nothing_left_behind"}},
          {214,
           "Signals are delivered",
           {"supervisor.term_forwarded", "supervisor.ends_on_signal", "supervisor.term_grace",
            "signal.mask_and_ignored", "signal.ignored", "timer.inherited"}},
          {220,
           "Diagnostics of a violation",
           {},
           "Each finding has what was seen, its control and a fix."},
          {221, "The monitor cannot be starved", {"pid.monitor_forgeable"}},
          {222,
           "Two sandboxes cannot see each other",
           {"peer.*", "svc.tmp_not_shared", "svc.data_not_shared", "ipc.scm_rights_crosses",
            "ipc.peer_pidfd_obtainable", "ipc.peercred_distinguishes", "session.pgrp_shared"},
           "Canaries are planted inside each, and the others look for them"},
          {223,
           "Many sandboxes at once",
           {},
           "A run launches as many side by side as there are processors (--parallel)."},
          {225,
           "The health of an endpoint",
           {"svc.http_reachable_from_host", "svc.round_trip", "svc.socket_reachable_across"}},
      }};
}

FeatureSection Secrets() {
  return {.title = "12. Secrets",
          .rows = {
              {227,
               "Files with credentials",
               {"secret.history_and_home", "secret.cloud_credentials", "secret.ssh_host_keys",
                "secret.ssh_user_keys", "secret.agent_socket", "secret.tls_private"}},
              {228, "/etc/shadow", {"secret.shadow_readable"}},
              {229, "Token of a service account", {"secret.cloud_credentials"}},
              {230,
               "A search of files for keys",
               {},
               "Reading a user's files is what a probe must not do; a file in the payload's reach "
               "is the "
               "image's own test."},
              {231,
               "A credential that exists outside and not inside",
               {"secret.*", "fs.secret_readable"},
               "Each has its control outside"},
              {232,
               "A planted flag does not leak",
               {"fs.secret_readable", "env.canary_visible", "keyring.session_key_readable"}},
          }};
}

}  // namespace

std::vector<FeatureSection> Service() { return {Supervisors(), Secrets()}; }

}  // namespace sandproof::features
