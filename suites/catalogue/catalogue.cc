#include "suites/catalogue/catalogue.h"

#include <iterator>
#include <utility>

namespace sandproof {

namespace {

using Table = std::vector<Property> (*)();

// In the order of catalogue.h, which is the order of every list that a person reads.
constexpr Table kTables[] = {
    catalogue::Pid,        catalogue::Net,     catalogue::NetOutside, catalogue::Fs,
    catalogue::FsReadOnly, catalogue::FsMount, catalogue::FsLayout,   catalogue::FsDeclared,
    catalogue::FsEscape,   catalogue::Ipc,     catalogue::Uts,        catalogue::User,
    catalogue::Cap,        catalogue::Sys,     catalogue::SysMore,    catalogue::Dev,
    catalogue::Proc,       catalogue::Cgroup,  catalogue::Limits,     catalogue::Inherit,
    catalogue::Secret,     catalogue::Time,    catalogue::Lsm,        catalogue::Launcher,
    catalogue::Supervisor, catalogue::Channel, catalogue::Kept,       catalogue::Peer};

std::vector<Property> Concatenated() {
  std::vector<Property> all;
  for (const Table table : kTables) {
    std::vector<Property> some = table();
    all.insert(all.end(), std::make_move_iterator(some.begin()),
               std::make_move_iterator(some.end()));
  }
  return all;
}

}  // namespace

std::span<const Property> Catalogue() {
  static const std::vector<Property> all = Concatenated();
  return all;
}

const Property* FindProperty(std::string_view id) {
  for (const Property& property : Catalogue()) {
    if (property.id == id) return &property;
  }
  return nullptr;
}

}  // namespace sandproof
