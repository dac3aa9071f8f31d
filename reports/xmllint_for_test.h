// For tests only: what xmllint says of a JUnit report.
#pragma once

#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <string>

namespace sandproof {

// Exit code of xmllint: 0 valid, 3 or 4 not valid, 127 when it is missing, which fails the tests.
inline int XmllintExit(const std::string& name, const std::string& xml) {
  const std::string file = std::string(SANDPROOF_BINARY_DIR "/") + name;
  std::ofstream(file, std::ios::binary) << xml;
  const std::string command = "xmllint --noout --schema '" SANDPROOF_SOURCE_DIR
                              "/reports/junit-strict.xsd' '" +
                              file + "' 2> '" + file + ".log'";
  const int status = std::system(command.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace sandproof
