#include "probes/agent/program.h"

#include <elf.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "probes/agent/probe.h"
#include "probes/wire/unique_fd.h"

namespace sandproof::probes {

namespace {

// The interpreter of "#! /bin/sh -e".
std::string OfScript(std::string_view head) {
  std::string_view line = head.substr(2, head.find('\n') - 2);
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  return std::string(line.substr(0, line.find_first_of(" \t\r")));
}

UniqueFd OpenToRead(const std::string& path) {
  return UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
}

template <typename T>
bool ReadAt(int fd, std::uint64_t at, T& value) {
  return ::pread(fd, &value, sizeof value, static_cast<off_t>(at)) ==
         static_cast<ssize_t>(sizeof value);
}

// As many of `count` as there are.
template <typename T>
std::vector<T> ReadTable(int fd, std::uint64_t at, std::size_t count) {
  std::vector<T> table(count);
  const ssize_t got = ::pread(fd, table.data(), count * sizeof(T), static_cast<off_t>(at));
  table.resize(got > 0 ? static_cast<std::size_t>(got) / sizeof(T) : 0);
  return table;
}

std::string TextAt(int fd, std::uint64_t at) {
  char text[256] = {};
  const ssize_t got = ::pread(fd, text, sizeof text - 1, static_cast<off_t>(at));
  return got > 0 ? text : "";
}

// The parts of a 64-bit ELF file that the loader reads.
struct Elf {
  std::string interpreter = {};
  std::vector<std::string> needed = {};
  std::string rpath = {};
  std::string runpath = {};
};

std::vector<Elf64_Phdr> PartsOf(int fd) {
  Elf64_Ehdr header = {};
  if (!ReadAt(fd, 0, header) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
      header.e_ident[EI_CLASS] != ELFCLASS64) {
    return {};
  }
  constexpr Elf64_Half kMost = 64;
  return ReadTable<Elf64_Phdr>(fd, header.e_phoff, std::min(header.e_phnum, kMost));
}

std::uint64_t OffsetOf(const std::vector<Elf64_Phdr>& parts, std::uint64_t address) {
  for (const Elf64_Phdr& part : parts) {
    const bool holds =
        part.p_type == PT_LOAD && address >= part.p_vaddr && address - part.p_vaddr < part.p_filesz;
    if (holds) return address - part.p_vaddr + part.p_offset;
  }
  return 0;
}

void ReadDynamic(int fd, const std::vector<Elf64_Phdr>& parts, const Elf64_Phdr& dynamic,
                 Elf& elf) {
  constexpr std::uint64_t kMost = 512;
  std::vector<Elf64_Dyn> entries = ReadTable<Elf64_Dyn>(
      fd, dynamic.p_offset, std::min(dynamic.p_filesz / sizeof(Elf64_Dyn), kMost));
  entries.erase(std::ranges::find(entries, DT_NULL, &Elf64_Dyn::d_tag), entries.end());
  const auto table = std::ranges::find(entries, DT_STRTAB, &Elf64_Dyn::d_tag);
  const std::uint64_t strings = table == entries.end() ? 0 : OffsetOf(parts, table->d_un.d_ptr);
  if (strings == 0) return;
  for (const Elf64_Dyn& entry : entries) {
    const auto text = [&] { return TextAt(fd, strings + entry.d_un.d_val); };
    if (entry.d_tag == DT_NEEDED) elf.needed.push_back(text());
    if (entry.d_tag == DT_RPATH) elf.rpath = text();
    if (entry.d_tag == DT_RUNPATH) elf.runpath = text();
  }
}

Elf ReadElf(int fd) {
  Elf elf;
  const std::vector<Elf64_Phdr> parts = PartsOf(fd);
  for (const Elf64_Phdr& part : parts) {
    if (part.p_type == PT_INTERP) elf.interpreter = TextAt(fd, part.p_offset);
    if (part.p_type == PT_DYNAMIC) ReadDynamic(fd, parts, part, elf);
  }
  return elf;
}

std::vector<std::string> SplitAtColons(std::string_view list) {
  std::vector<std::string> parts;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(':'), list.size());
    if (end > 0) parts.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return parts;
}

void Replace(std::string& text, std::string_view what, const std::string& with) {
  const std::size_t at = text.find(what);
  if (at != std::string::npos) text.replace(at, what.size(), with);
}

// With $ORIGIN and $LIB filled in, the latter in both of its spellings.
std::vector<std::string> SearchPath(const std::string& list, const std::string& of) {
  std::vector<std::string> directories;
  const std::string origin = of.substr(0, of.rfind('/'));
  for (const std::string& part : SplitAtColons(list)) {
    for (const char* lib : {"lib/x86_64-linux-gnu", "lib64", "lib"}) {
      std::string directory = part;
      for (const char* word : {"${ORIGIN}", "$ORIGIN"}) Replace(directory, word, origin);
      for (const char* word : {"${LIB}", "$LIB"}) Replace(directory, word, lib);
      if (std::find(directories.begin(), directories.end(), directory) == directories.end()) {
        directories.push_back(directory);
      }
    }
  }
  return directories;
}

// What loaders search by themselves: Debian's, others', musl's.
std::vector<std::string> Defaults() {
  return {"/lib/x86_64-linux-gnu",
          "/usr/lib/x86_64-linux-gnu",
          "/lib/aarch64-linux-gnu",
          "/usr/lib/aarch64-linux-gnu",
          "/lib64",
          "/usr/lib64",
          "/lib",
          "/usr/lib",
          "/usr/local/lib"};
}

// The paths that /etc/ld.so.cache has for a library.
std::vector<std::string> Cached(const std::string& name) {
  constexpr std::string_view kMagic = "glibc-ld.so.cache1.1";
  constexpr std::size_t kHeader = 48;
  constexpr std::size_t kEntry = 24;
  static const std::string file = ReadFileAt("/etc/ld.so.cache", std::size_t{2} << 20);
  const std::size_t begin = file.find(kMagic);
  if (begin == std::string::npos) return {};
  const std::string_view cache = std::string_view(file).substr(begin);
  const auto number = [&](std::size_t at) {
    std::uint32_t value = 0;
    if (at + sizeof value <= cache.size()) std::memcpy(&value, cache.data() + at, sizeof value);
    return value;
  };
  const auto text = [&](std::uint32_t at) {
    return at < cache.size() ? cache.substr(at, cache.find('\0', at) - at) : std::string_view();
  };
  std::vector<std::string> paths;
  const std::uint32_t count = number(kMagic.size());
  for (std::uint32_t i = 0; i < count && kHeader + (i + 1) * kEntry <= cache.size(); ++i) {
    const std::size_t at = kHeader + i * kEntry;
    if (text(number(at + 4)) == name) paths.emplace_back(text(number(at + 8)));
  }
  return paths;
}

class Loader {
 public:
  void Load(const std::string& path, const std::string& rpath);
  std::vector<std::string> Take() { return std::move(missing_); }

 private:
  std::string Find(const std::string& name, const Elf& elf, const std::string& of,
                   const std::string& rpath);
  static bool IsThere(const std::string& path) {
    const UniqueFd fd = OpenToRead(path);
    return fd && !PartsOf(fd.get()).empty();
  }

  std::vector<std::string> seen_ = {};
  std::vector<std::string> missing_ = {};
};

std::string Loader::Find(const std::string& name, const Elf& elf, const std::string& of,
                         const std::string& rpath) {
  if (name.find('/') != std::string::npos) return IsThere(name) ? name : "";
  std::vector<std::string> directories =
      elf.runpath.empty() ? SearchPath(rpath, of) : SearchPath(elf.runpath, of);
  const char* const given = ::getenv("LD_LIBRARY_PATH");
  for (const std::string& one : SplitAtColons(given != nullptr ? given : "")) {
    directories.push_back(one);
  }
  for (const std::string& one : Defaults()) directories.push_back(one);
  for (const std::string& directory : directories) {
    if (IsThere(directory + '/' + name)) return directory + '/' + name;
  }
  for (const std::string& path : Cached(name)) {
    if (IsThere(path)) return path;
  }
  for (const std::string& directory : directories) {
    for (const char* level : {"x86-64-v2", "x86-64-v3", "x86-64-v4"}) {
      std::string path = directory + "/glibc-hwcaps/" + level + '/' + name;
      if (IsThere(path)) return path;
    }
  }
  return {};
}

void Loader::Load(const std::string& path, const std::string& rpath) {
  constexpr std::size_t kMostFiles = 256;
  constexpr std::size_t kMostMissing = 16;
  const UniqueFd fd = OpenToRead(path);
  if (!fd || seen_.size() > kMostFiles) return;
  const Elf elf = ReadElf(fd.get());
  // DT_RPATH also serves those that it loads.
  const std::string inherited = elf.rpath.empty() ? rpath : elf.rpath + ':' + rpath;
  for (const std::string& name : elf.needed) {
    if (std::find(seen_.begin(), seen_.end(), name) != seen_.end()) continue;
    seen_.push_back(name);
    const std::string found = Find(name, elf, path, inherited);
    if (!found.empty()) {
      Load(found, inherited);
    } else if (missing_.size() < kMostMissing) {
      missing_.push_back(name + " (of " + path + ")");
    }
  }
}

}  // namespace

std::string FoundOnPath(const std::string& program) {
  if (program.find('/') != std::string::npos) return program;
  const char* const given = ::getenv("PATH");
  for (const std::string& directory : SplitAtColons(given != nullptr ? given : "/bin:/usr/bin")) {
    std::string path = directory + '/' + program;
    if (::faccessat(AT_FDCWD, path.c_str(), X_OK, AT_EACCESS) == 0) return path;
  }
  return program;
}

std::string InterpreterOf(const std::string& path) {
  const UniqueFd fd = OpenToRead(path);
  if (!fd) return {};  // a program may be executable and not readable
  char buffer[256];
  const ssize_t got = ::pread(fd.get(), buffer, sizeof buffer, 0);
  const std::string head(buffer, static_cast<std::size_t>(got > 0 ? got : 0));
  return head.starts_with("#!") ? OfScript(head) : ReadElf(fd.get()).interpreter;
}

std::vector<std::string> MissingLibraries(const std::string& path) {
  Loader loader;
  loader.Load(path, "");
  return loader.Take();
}

}  // namespace sandproof::probes
