// All properties, from one table per domain.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "suites/property.h"

namespace sandproof {

// Every record, in the order of the domains. Lives as long as the program.
[[nodiscard]] std::span<const Property> Catalogue();

// The record with this id, or nullptr.
[[nodiscard]] const Property* FindProperty(std::string_view id);

// One table per domain; each lives in the file of that name.
namespace catalogue {
[[nodiscard]] std::vector<Property> Pid();
[[nodiscard]] std::vector<Property> Net();
[[nodiscard]] std::vector<Property> NetOutside();
[[nodiscard]] std::vector<Property> Fs();
[[nodiscard]] std::vector<Property> FsReadOnly();
[[nodiscard]] std::vector<Property> FsMount();
[[nodiscard]] std::vector<Property> FsDeclared();
[[nodiscard]] std::vector<Property> FsLayout();
[[nodiscard]] std::vector<Property> FsEscape();
[[nodiscard]] std::vector<Property> Ipc();
[[nodiscard]] std::vector<Property> Uts();
[[nodiscard]] std::vector<Property> User();
[[nodiscard]] std::vector<Property> Cap();
[[nodiscard]] std::vector<Property> Sys();
[[nodiscard]] std::vector<Property> SysMore();
[[nodiscard]] std::vector<Property> Dev();
[[nodiscard]] std::vector<Property> Proc();
[[nodiscard]] std::vector<Property> Cgroup();
[[nodiscard]] std::vector<Property> Limits();
[[nodiscard]] std::vector<Property> Inherit();
[[nodiscard]] std::vector<Property> Secret();
[[nodiscard]] std::vector<Property> Time();
[[nodiscard]] std::vector<Property> Lsm();
[[nodiscard]] std::vector<Property> Launcher();
[[nodiscard]] std::vector<Property> Supervisor();
[[nodiscard]] std::vector<Property> Channel();
[[nodiscard]] std::vector<Property> Kept();
[[nodiscard]] std::vector<Property> Peer();
}  // namespace catalogue

}  // namespace sandproof
