// What execve(2) needs besides the program itself: its interpreter, and the libraries that its
// loader maps.
#pragma once

#include <string>
#include <vector>

namespace sandproof::probes {

// As execvp(3) would find it; the name itself where it does not.
[[nodiscard]] std::string FoundOnPath(const std::string& program);

// The program that the "#!" line or PT_INTERP of a file names; empty for none, and for a file that
// cannot be read.
[[nodiscard]] std::string InterpreterOf(const std::string& path);

// The shared libraries that an ELF program needs, and those in turn, which its loader would not
// find: "libssl.so.3 (of /usr/bin/curl)". At most 16; a file that cannot be read needs none.
//
// Source: ld.so(8), elf(5), dl-cache.h in glibc, ldso/dynlink.c in musl.
[[nodiscard]] std::vector<std::string> MissingLibraries(const std::string& path);

}  // namespace sandproof::probes
