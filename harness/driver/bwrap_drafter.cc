#include "harness/driver/bwrap_drafter.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <utility>

#include "harness/driver/bwrap_covers.h"
#include "harness/driver/bwrap_layout.h"
#include "probes/wire/text.h"

namespace sandproof {
namespace {

bool IsThere(const std::string& path) {
  struct stat status = {};
  return ::lstat(path.c_str(), &status) == 0;
}

}  // namespace

bool BwrapDrafter::Has(std::string_view name) const {
  return std::ranges::find(options(), name, &BwrapOption::name) != options().end();
}

// --perms and --size belong to the option that follows them.
std::size_t BwrapDrafter::UnitBegin(std::size_t index) const {
  if (IsModifier(options()[index].name)) return index;
  while (index > 0 && IsModifier(options()[index - 1].name)) --index;
  return index;
}

bool BwrapDrafter::IsModifier(std::string_view name) {
  return name == "--perms" || name == "--size";
}

std::string BwrapDrafter::Text(std::size_t index) const {
  // The value may be a secret.
  if (options()[index].name == "--setenv") return "--setenv " + options()[index].operands[0];
  std::string text = options()[index].ToString();
  if (!IsModifier(options()[index].name)) return text;
  std::size_t owner = index;
  while (owner < options().size() && IsModifier(options()[owner].name)) ++owner;
  return owner == options().size() ? text : text + ' ' + options()[owner].ToString();
}

MutationDraft& BwrapDrafter::Drop(std::size_t index) {
  const std::size_t begin = UnitBegin(index);
  const BwrapOption& option = options()[index];
  const BwrapRule rule = BwrapRuleFor(option.name);
  drafts_.push_back({.mutation = {.id = Text(index) + " → dropped",
                                  .flag = option.name,
                                  .unobservable = std::string(rule.unobservable),
                                  .covered_by = CoverOfDrop(index)},
                     .options = {{.at = begin, .count = index - begin + 1}},
                     .is_drop = true,
                     .is_launched = rule.is_launched});
  MutationDraft& draft = drafts_.back();
  if (rule.takes_descriptor) draft.unused_fds.push_back(ParseDescriptor(option.operands[0]));
  TakeAlong(rule, draft);
  TakeWhatLiesOn(option, draft);
  return draft;
}

MutationDraft& BwrapDrafter::Replace(std::size_t index, const std::vector<BwrapOption>& by,
                                     std::string_view into) {
  drafts_.push_back(
      {.mutation = {.id = fmt::format("{} → {}", Text(index), into), .flag = options()[index].name},
       .options = {{.at = index, .count = 1, .options = by}}});
  for (BwrapOption& option : drafts_.back().options.front().options) {
    option.position = options()[index].position;
  }
  return drafts_.back();
}

MutationDraft& BwrapDrafter::Rename(std::size_t index, std::string_view name) {
  BwrapOption option = options()[index];
  option.name = name;
  return Replace(index, {option}, name);
}

void BwrapDrafter::TakeOption(std::size_t index, MutationDraft& draft) const {
  draft.options.push_back({.at = index, .count = 1});
  draft.mutation.with.push_back(Text(index) + " → dropped");
}

// What bwrap would refuse without the option goes too, unless --unshare-all stands in for it.
void BwrapDrafter::TakeAlong(const BwrapRule& rule, MutationDraft& draft) const {
  if (Has("--unshare-all") && rule.name.starts_with("--unshare-")) return;
  for (std::size_t i = 0; i < options().size(); ++i) {
    const bool is_needing =
        std::ranges::find(rule.needed_by, options()[i].name) != rule.needed_by.end();
    if (is_needing) TakeOption(i, draft);
  }
}

// Only a mount can be remounted, and only into what is there can be changed.
void BwrapDrafter::TakeWhatLiesOn(const BwrapOption& mount, MutationDraft& draft) const {
  const std::optional<BwrapMount> made = MountOf(mount, parts_.spec);
  if (!made || made->dest == "/") return;
  for (std::size_t i = 0; i < options().size(); ++i) {
    const BwrapOption& option = options()[i];
    if (option.name != "--remount-ro" && option.name != "--chdir") continue;
    const std::string path = NormalDestination(option.operands[0]);
    const bool is_on_it =
        option.name == "--chdir" ? IsAtOrBelow(path, made->dest) : path == made->dest;
    if (is_on_it) TakeOption(i, draft);
  }
}

void BwrapDrafter::OneNamespaceLess(std::size_t index) {
  constexpr auto kAll =
      std::to_array<std::string_view>({"--unshare-user-try", "--unshare-ipc", "--unshare-pid",
                                       "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"});
  for (const std::string_view gone : kAll) {
    if (gone == "--unshare-net" && Has("--share-net")) continue;
    std::vector<BwrapOption> others;
    for (const std::string_view one : kAll) {
      if (one != gone) others.push_back({.name = std::string(one)});
    }
    std::string plain(gone.substr(0, gone.find("-try")));
    MutationDraft& draft = Replace(index, others, "without " + plain);
    if (Has(plain) || Has(gone)) draft.mutation.covered_by = plain;
    if (plain == "--unshare-user" && uid_ != 0) {
      draft.mutation.covered_by = ByItself("makes a user namespace");
    }
    if (Has(plain)) continue;
    const BwrapRule rule = BwrapRuleFor(plain);
    for (std::size_t i = 0; i < options().size(); ++i) {
      const bool is_needing =
          std::ranges::find(rule.needed_by, options()[i].name) != rule.needed_by.end();
      if (is_needing) TakeOption(i, draft);
    }
  }
}

void BwrapDrafter::ReadOnlyBind(std::size_t index) {
  const BwrapOption& option = options()[index];
  std::string writable = "--" + option.name.substr(std::string_view("--ro-").size());
  MutationDraft& draft = Rename(index, writable);
  const std::optional<BwrapMount> mount = MountOf(option, parts_.spec);
  if (mount && mount->kind == BwrapMount::Kind::kBind) {
    draft.mutation.unobservable = WhyReadOnlyAnyway(mount->host);
    draft.mutation.covered_by = WhatElseForbidsWriting(mount->host, uid_);
  }
  Drop(index);
  Widen(index);
}

void BwrapDrafter::ReadWriteBind(std::size_t index) {
  const bool may_be_absent = options()[index].name.ends_with("-try");
  Rename(index, may_be_absent ? "--ro-bind-try" : "--ro-bind");
  Rename(index, may_be_absent ? "--dev-bind-try" : "--dev-bind");
  Drop(index);
  Widen(index);
}

// The directory above instead, source and destination, where that shows the same thing at the same
// place. The host's root goes below everything else, and is never let write.
void BwrapDrafter::Widen(std::size_t index) {
  const BwrapOption& option = options()[index];
  if (option.name.ends_with("-fd")) return;
  const std::string source = NormalDestination(option.operands[0]);
  const std::string dest = NormalDestination(option.operands[1]);
  if (!option.operands[0].starts_with('/') || BaseName(source) != BaseName(dest) || dest == "/")
    return;
  const std::string wide_source = DirectoryOf(source);
  const std::string wide_dest = DirectoryOf(dest);
  if (wide_dest != "/" && wide_source != "/") {
    BwrapOption wide = option;
    wide.operands = {wide_source, wide_dest};
    // What the line shows anyway would be no other line.
    const bool is_shown = std::ranges::any_of(
        options(), [&](const BwrapOption& other) { return other.ToString() == wide.ToString(); });
    if (is_shown) return;
    Replace(index, {wide}, "its parent: " + wide.ToString());
    return;
  }
  if (wide_dest != wide_source || std::exchange(is_root_shown_, true)) return;
  const BwrapOption root{.name = "--ro-bind", .operands = {"/", "/"}};
  MutationDraft& draft = Replace(index, {}, "its parent: --ro-bind / / before all else");
  draft.options.push_back({.at = 0, .options = {root}});
  // bwrap refuses to make a link where the host's root has something.
  for (std::size_t i = 0; i < options().size(); ++i) {
    const bool is_link = options()[i].name == "--symlink";
    if (is_link && IsThere(options()[i].operands[1])) TakeOption(i, draft);
  }
}

void BwrapDrafter::HostInstead(std::size_t index, std::string_view flag,
                               const std::string& source) {
  const std::string& dest = options()[index].operands.back();
  const std::size_t begin = UnitBegin(index);
  const BwrapOption host{.name = std::string(flag), .operands = {source, dest}};
  MutationDraft& draft = Replace(index, {host}, host.ToString());
  // No modifier may stand before a bind.
  draft.options.front().at = begin;
  draft.options.front().count = index - begin + 1;
}

// The same options in argv, where everybody can read them.
void BwrapDrafter::OutOfFile(std::size_t index) {
  const int file = ParseDescriptor(options()[index].operands.front());
  std::vector<BwrapOption> moved;
  std::size_t end = index + 1;
  for (; end < options().size() && options()[end].position.file == file; ++end) {
    moved.push_back(options()[end]);
  }
  MutationDraft& draft = Replace(index, moved, "written out");
  draft.options.front().count = end - index;
  draft.unused_fds.push_back(file);
  draft.mutation.unobservable =
      "it keeps the options out of bwrap's command line, and none of them is a secret";
}

void BwrapDrafter::Draft(std::size_t index) {
  const std::string& name = options()[index].name;
  const std::string dest = options()[index].operands.empty() ? "" : options()[index].operands[0];
  if (name == "--args") return OutOfFile(index);
  if (name.starts_with("--ro-bind")) return ReadOnlyBind(index);
  if (name == "--bind" || name == "--bind-try") return ReadWriteBind(index);
  if (name == "--tmpfs") HostInstead(index, "--bind", dest);
  if (name == "--proc") {
    HostInstead(index, "--ro-bind", "/proc");
    HostInstead(index, "--bind", "/proc");
  }
  if (name == "--dev") HostInstead(index, "--dev-bind", "/dev");
  if (name == "--unshare-all") OneNamespaceLess(index);
  Drop(index);
}

}  // namespace sandproof
