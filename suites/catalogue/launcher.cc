// Whether a launch is what its author meant: its line, what it hands on, what it prints.
//
// Elsewhere: a source that is a link (fs.bind_source_via_symlink), a writable bind that contains
// the source of a read-only one (fs.alias_rw_mount), options without effect (sandproof prove), a
// bind that the service expects to write (launcher.env_path_wrong_access, fs.expected_rw_works). A
// bind that is wider than what the service needs, or that it never writes, is not told: that takes
// a traced run of the service, which proves nothing of the next one.
#include <cerrno>

#include "suites/catalogue/catalogue.h"

namespace sandproof::catalogue {

namespace {

// What the payload's program needs to start. Without the program there is nothing to ask.
Property Loaded(Property property) {
  property.severity = Severity::kHigh;
  property.probe = "inherit/loaded_files";
  property.control = ControlAs::kNothing;
  property.absent_by = {ENOENT, ENOTDIR, EACCES};
  property.fact->comparison = Comparison::kEmpty;
  property.expect = kAlwaysRequired;
  return property;
}

// Read from the launch line and from the files that it names.
Property OfLine(Property property) {
  property.probe = "host/launcher";
  property.control = ControlAs::kNothing;
  property.fact->comparison = Comparison::kEmpty;
  property.grade = Grade::kDeclared;
  return property;
}

// Read from what the launcher prints.
Property OfLog(Property property) {
  property.probe = "host/log";
  property.control = ControlAs::kNothing;
  property.absent_by = {ENODATA};
  property.fact->comparison = Comparison::kEmpty;
  property.grade = Grade::kObserved;
  return property;
}

}  // namespace

std::vector<Property> Launcher() {
  return {
      {.id = "launcher.env_path_absent_inside",
       .severity = Severity::kHigh,
       .claim = "Every path that a variable names exists inside, or can be created there.",
       .why = "A service that was given a path which is not bound fails late, or falls back to a "
              "default that nobody chose.",
       .probe = "inherit/env_paths",
       .control = ControlAs::kNothing,
       .fact = FactRule{.fact = "absent", .comparison = Comparison::kEmpty},
       .expect = kRequiredUnlessAgent,
       .remedy = {{"bwrap", "bind the path, or take the variable out by --unsetenv NAME"},
                  {"command", "mount the path into the sandbox, or do not pass the variable"}},
       .source = "environ(7)"},
      {.id = "launcher.env_path_wrong_access",
       .severity = Severity::kMedium,
       .claim = "What a variable names as a log, a database, a cache or a socket can be written.",
       .why = "The service starts, and fails when it writes for the first time.",
       .probe = "inherit/env_paths",
       .control = ControlAs::kNothing,
       .fact = FactRule{.fact = "read_only", .comparison = Comparison::kEmpty},
       .expect = kRequiredIfStrict,
       .remedy = {{"bwrap", "--bind in place of --ro-bind, and the payload's uid as its owner"},
                  {"command", "mount it read-write, and give it to the payload's uid"}},
       .source = "access(2)"},
      {.id = "launcher.payload_missing_inside",
       .severity = Severity::kHigh,
       .claim = "The payload's program is there and executable.",
       .why = "Otherwise the sandbox starts nothing.",
       .probe = "inherit/executable_exists",
       .control = ControlAs::kNothing,
       .denied_by = {ENOENT, ENOTDIR, EACCES},
       .expect = kAlwaysAllowed,
       .remedy = {{"bwrap", "bind the program's directory, without noexec"},
                  {"command", "put the program into the sandbox"}},
       .source = "execve(2)"},
      Loaded(
          {.id = "launcher.interpreter_missing_inside",
           .claim = "The interpreter of the payload's program is there.",
           .why = "A script needs its #! program, a dynamic program its loader: without it the "
                  "program is there and still \"not found\".",
           .fact = FactRule{.fact = "interpreters"},
           .remedy = {{"bwrap", "bind /lib and /lib64; add --symlink usr/bin /bin for #!/bin/sh"},
                      {"command", "put the interpreter into the sandbox"}},
           .source = "execve(2) \"Interpreter scripts\", elf(5)"}),
      Loaded({.id = "launcher.library_missing_inside",
              .claim = "The libraries of the payload's program are there.",
              .why = "Its loader ends it before its first line.",
              .fact = FactRule{.fact = "libraries"},
              .remedy = {{"bwrap",
                          "bind the libraries' directory where the loader looks: /lib, /usr/lib, "
                          "and /etc/ld.so.cache for others"},
                         {"command", "put the libraries into the sandbox"}},
              .source = "ld.so(8)"}),
      {.id = "launcher.working_dir_missing",
       .severity = Severity::kLow,
       .claim = "The payload starts in the directory that was asked for.",
       .why = "bwrap falls back to $HOME and to / in silence: relative paths then lead elsewhere.",
       .probe = "fs/working_directory",
       .control = ControlAs::kNothing,
       .fact = FactRule{.fact = "elsewhere", .comparison = Comparison::kEmpty},
       .expect = kRequiredIfStrict,
       .remedy = {{"bwrap", "bind it, or say --chdir DIR, without which it must exist"},
                  {"command", "change to a directory that exists inside"}},
       .source = "bwrap(1) --chdir"},
      {.id = "launcher.home_missing_inside",
       .severity = Severity::kLow,
       .claim = "The directory that HOME names is there.",
       .why = "Runtimes keep caches and settings there, and fail or fall back when they first need "
              "them; bwrap itself falls back to it.",
       .probe = "inherit/env_paths",
       .control = ControlAs::kNothing,
       .fact = FactRule{.fact = "home", .comparison = Comparison::kEmpty},
       .expect = kRequiredIfStrict,
       .remedy = {{"bwrap", "--setenv HOME to a directory that is there, such as a --tmpfs"},
                  {"command", "set HOME to a directory that is there"}},
       .source = "environ(7) HOME"},
      {.id = "launcher.dangling_symlink",
       .severity = Severity::kMedium,
       .claim = "A link in a bound directory that leads somewhere outside does so inside.",
       .why = "The name is there and the file is not: names are not resolved, the time zone is "
              "wrong, the current release is empty.",
       .probe = "fs/links_resolve",
       .control = ControlAs::kNothing,
       .fact = FactRule{.fact = "dangling", .comparison = Comparison::kEmpty},
       .expect = kRequiredIfStrict,
       .remedy = {{"bwrap", "bind what the link leads to as well, or bind that over the link"},
                  {"command", "mount what the link leads to as well"}},
       .source = "symlink(7)"},
      {.id = "launcher.bind_shadowed_by_order",
       .severity = Severity::kHigh,
       .claim = "Everything that the launcher mounts is seen where it was mounted.",
       .why = "A later mount hides an earlier one: a file that the payload needs is gone, or a "
              "directory that was to be read-only can be written.",
       .probe = "fs/shown_binds",
       .control = ControlAs::kNothing,
       .fact = FactRule{.fact = "hidden", .comparison = Comparison::kEmpty},
       .expect = kRequiredUnlessAgent,
       .remedy = {{"bwrap", "mount what lies above first: --tmpfs /tmp before --bind X /tmp/x"},
                  {"command", "mount what lies above first"}},
       .source = "bwrap(1): \"in the order of the arguments\""},
      OfLine({.id = "launcher.source_absent",
              .severity = Severity::kHigh,
              .claim = "Every source of a bind is there.",
              .why = "bwrap starts nothing without it; with --bind-try the payload lacks, in "
                     "silence, what it was to write.",
              .fact = FactRule{.fact = "absent_sources"},
              .expect = kRequiredUnlessAgent,
              .remedy = {{"bwrap", "make it before the launch, with its owner and its mode"}},
              .source = "bwrap(1) --bind-try"}),
      OfLine({.id = "launcher.unused_bind",
              .severity = Severity::kLow,
              .claim = "No read-only bind repeats what another one shows already.",
              .why = "It protects nothing, and whoever reads the line believes that it does.",
              .fact = FactRule{.fact = "repeated_binds"},
              .expect = kRequiredIfStrict,
              .remedy = {{"bwrap", "take it out: binds are recursive"}},
              .source = "bwrap(1) --ro-bind, mount(8) \"rbind\""}),
      OfLine({.id = "launcher.secret_in_argv",
              .severity = Severity::kHigh,
              .claim = "No argument of the launcher holds a secret.",
              .why = "Every process of the host reads it in ps, the payload in /proc/1/cmdline.",
              .fact = FactRule{.fact = "secrets_in_argv"},
              .expect = kRequiredUnlessAgent,
              .remedy = {{"bwrap",
                          "--ro-bind the file that holds it, or --file FD PATH, or the environment "
                          "of whoever starts bwrap in place of --setenv"},
                         {"command", "hand it over in a file"}},
              .source = "proc_pid_cmdline(5)"}),
      OfLine({.id = "launcher.secret_file_mode",
              .severity = Severity::kMedium,
              .claim = "A file that a variable names as a secret is not for everybody to read.",
              .why = "Every other service of the host has it too.",
              .fact = FactRule{.fact = "open_secret_files"},
              .expect = kRequiredUnlessAgent,
              .remedy = {{"command", "chmod o= FILE, and give it to the payload's uid"}},
              .source = "inode(7)"}),
      OfLine({.id = "launcher.setuid_bwrap",
              .severity = Severity::kInfo,
              .claim = "The launcher's program has no set-user-ID bit.",
              .why = "Its own errors are then root's; where user namespaces are allowed it needs "
                     "none.",
              .fact = FactRule{.fact = "set_id"},
              .expect = kNeverAsserted,
              .remedy = {{"command", "chmod u-s, where unprivileged user namespaces are allowed"}},
              .source = "bubblewrap: README \"System security\""}),
      {.id = "launcher.runtime_version_floor",
       .severity = Severity::kInfo,
       .claim = "The launcher's version has no known defect that concerns this launch.",
       .why = "Whoever starts it, or shares its machine, gets more than the launch line gives.",
       .probe = "host/version",
       .control = ControlAs::kNothing,
       .absent_by = {ENODATA},
       .fact = FactRule{.fact = "defects", .comparison = Comparison::kEmpty},
       .expect = kNeverAsserted,
       .grade = Grade::kDeclared,
       .remedy = {{"bwrap",
                   "update it; where the distribution has mended its version without another "
                   "number, waive this with its advisory"}},
       .source = "CVE-2016-8659, CVE-2019-12439, CVE-2020-5291, CVE-2026-41163"},
      OfLog({.id = "launcher.log_line_not_expanded",
             .severity = Severity::kLow,
             .claim = "The launcher prints no command or variable in place of its value.",
             .why = "A log that says \"Bun ${BUN} --version\" hides which version really runs, and "
                    "that nobody read it.",
             .fact = FactRule{.fact = "rejected"},
             .expect = kRequiredIfStrict,
             .remedy = {{"command",
                         "expand it: double quotes in place of single ones, and "
                         "\"$(COMMAND)\" for what a command prints"}},
             .source = "bash(1) QUOTING, \"Command Substitution\""}),
      OfLog({.id = "launcher.log_line_missing",
             .severity = Severity::kMedium,
             .claim = "The launcher prints every line that the configuration expects.",
             .why = "Whoever watches the log waits for it, or takes its absence for normal.",
             .fact = FactRule{.fact = "missing"},
             .expect = kRequiredUnlessAgent,
             .remedy = {{"command", "print the line with its values, or correct \"log\""}},
             .source = "the configuration: \"log\": {\"expect\"}"}),
      OfLog({.id = "launcher.version_reported_matches",
             .severity = Severity::kLow,
             .claim = "The version that the log names is the one that runs inside.",
             .why = "Otherwise an update that is needed is taken for done.",
             .fact = FactRule{.fact = "other_version"},
             .expect = kRequiredIfStrict,
             .remedy = {{"command",
                         "ask the program inside the sandbox, by the same launch line, and print "
                         "what it says"}},
             .source = "the configuration: \"log\": {\"version\"}"}),
      {.id = "launcher.quoting",
       .severity = Severity::kMedium,
       .claim = "The launcher starts the system in a directory whose name has a space.",
       .why = "An unquoted variable makes several arguments of one path: what follows the space is "
              "taken for an option or a command.",
       .probe = "supervise/experiment",
       .fact = FactRule{.fact = "wrong", .comparison = Comparison::kEmpty},
       .expect = kRequiredIfStrict,
       .remedy = {{"supervisor", "bash: \"$VARIABLE\" and \"${ARRAY[@]}\", in double quotes"},
                  {"command", "quote every variable"}},
       .source = "bash(1) \"Word Splitting\""},
  };
}

}  // namespace sandproof::catalogue
