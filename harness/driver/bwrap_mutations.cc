#include "harness/driver/bwrap_mutations.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "harness/driver/bwrap_drafter.h"
#include "harness/driver/bwrap_footprint.h"
#include "harness/driver/wrapper_mutations.h"

namespace sandproof {
namespace {

// Protections behind which others hide: who is nobody may not do what a mount forbids besides.
constexpr auto kHiding = std::to_array<std::string_view>(
    {"setpriv", "--reuid", "--cap-drop", "--seccomp", "--unshare-user", "--unshare-all",
     "--unshare-pid", "--unshare-net", "--new-session", "--clearenv", "-i", "--disable-userns"});

std::vector<MutationDraft> DraftAll(const BwrapParts& parts, const MutationInput& input) {
  const BwrapLine& line = parts.line;
  BwrapDrafter drafter(parts, UidBehind(line.prefix, input.uid));
  std::vector<MutationDraft> drafts = DraftWrappers(
      line.prefix, 0, {.drops_all = drafter.WhatDropsAll(), .has_groups = !input.groups.empty()});
  for (std::size_t i = 0; i < parts.arguments.options.size(); ++i) drafter.Draft(i);
  for (MutationDraft& draft : drafter.Take()) drafts.push_back(std::move(draft));
  // What stands between bwrap and the payload.
  const std::size_t command = parts.arguments.command;
  const auto inside = line.words.subspan(command, line.payload - command);
  const std::size_t offset = line.prefix.size() + 1 + command;
  for (MutationDraft& draft : DraftWrappers(inside, offset, {})) {
    draft.mutation.id = "inside: " + draft.mutation.id;
    drafts.push_back(std::move(draft));
  }
  return drafts;
}

void MakeUnique(std::vector<MutationDraft>& drafts) {
  std::set<std::string> taken;
  for (MutationDraft& draft : drafts) {
    const std::string id = draft.mutation.id;
    for (int copy = 2; !taken.insert(draft.mutation.id).second; ++copy) {
      draft.mutation.id = fmt::format("{} ({})", id, copy);
    }
  }
}

// Only lines that leave the host as it is are launched.
class Gate {
 public:
  explicit Gate(const BwrapParts& parts)
      : parts_(parts), own_(HostPathsChanged(parts.arguments.options, parts.spec)) {}

  // A path of the host's that the line would change; empty: it may be launched.
  [[nodiscard]] std::string Changed(const MutationDraft& draft) const {
    for (const std::string& path : HostPathsChanged(ChangedOptions(parts_, draft), parts_.spec)) {
      if (!own_.contains(path)) return path;
    }
    return {};
  }

 private:
  const BwrapParts& parts_;
  std::set<std::string> own_;
};

bool IsHiding(const MutationDraft& draft) {
  return draft.is_drop && draft.is_launched &&
         std::ranges::find(kHiding, draft.mutation.flag) != kHiding.end();
}

std::vector<Cover> CoversOf(const BwrapParts& parts, const Gate& gate,
                            const std::vector<MutationDraft>& drafts, const MutationDraft& draft) {
  std::vector<Cover> covers;
  const Mutation& own = draft.mutation;
  if (!own.unobservable.empty() || !own.covered_by.empty()) return covers;
  for (const MutationDraft& other : drafts) {
    MutationDraft both = draft;
    const bool is_other = IsHiding(other) && other.mutation.id != own.id;
    if (!is_other || !Join(both, other) || !gate.Changed(both).empty()) continue;
    covers.push_back({.id = other.mutation.id, .both = Render(parts, both)});
  }
  return covers;
}

}  // namespace

Result<std::vector<Mutation>> BwrapMutations(const MutationInput& input) {
  TRY(const BwrapLine line, CutBwrapLine(input.spec));
  TRY(const BwrapArguments arguments, ParseBwrapLine(input.spec, line, input.fd_content));
  const BwrapParts parts{.spec = input.spec, .line = line, .arguments = arguments};
  std::vector<MutationDraft> drafts = DraftAll(parts, input);
  MakeUnique(drafts);
  const Gate gate(parts);
  for (MutationDraft& draft : drafts) {
    const std::string changed = gate.Changed(draft);
    if (changed.empty()) continue;
    draft.is_launched = false;
    draft.mutation.unobservable =
        fmt::format("not launched: bwrap would make or change {} on the host", changed);
  }
  std::vector<Mutation> mutations;
  for (const MutationDraft& draft : drafts) {
    Mutation& mutation = mutations.emplace_back(draft.mutation);
    if (!draft.is_launched) continue;
    mutation.line = Render(parts, draft);
    mutation.covers = CoversOf(parts, gate, drafts, draft);
  }
  return mutations;
}

}  // namespace sandproof
