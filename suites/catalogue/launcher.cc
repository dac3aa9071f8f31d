#include <cerrno>

#include "suites/catalogue/catalogue.h"

namespace sandproof::catalogue {

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
       .expect = {Expectation::kRequired, Expectation::kRequired, Expectation::kAny},
       .remedy = {{"bwrap", "bind the path, or take the variable out by --unsetenv NAME"},
                  {"command", "mount the path into the sandbox, or do not pass the variable"}},
       .source = "environ(7)"},
      {.id = "launcher.payload_missing_inside",
       .severity = Severity::kHigh,
       .claim = "The payload's program and its interpreter are there and executable.",
       .why = "Otherwise the sandbox starts nothing: a script needs its #! program, a dynamic "
              "program its loader in /lib64.",
       .probe = "inherit/executable_exists",
       .control = ControlAs::kNothing,
       .denied_by = {ENOENT, ENOTDIR, EACCES},
       .expect = kAlwaysAllowed,
       .remedy = {{"bwrap",
                   "bind the program, /lib and /lib64; add --symlink usr/bin /bin for "
                   "#!/bin/sh"},
                  {"command", "put the program and its interpreter into the sandbox"}},
       .source = "execve(2) \"Interpreter scripts\", elf(5)"},
  };
}

}  // namespace sandproof::catalogue
