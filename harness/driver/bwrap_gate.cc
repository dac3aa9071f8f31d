#include "harness/driver/bwrap_gate.h"

#include <fmt/format.h>

#include "harness/driver/bwrap_drafter.h"
#include "harness/driver/bwrap_footprint.h"
#include "harness/driver/wrapper_mutations.h"

namespace sandproof {
namespace {

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

}  // namespace

BwrapGate::BwrapGate(const BwrapParts& parts)
    : parts_(parts), own_(HostPathsChanged(parts.arguments.options, parts.spec)) {}

std::string BwrapGate::Refusal(const MutationDraft& draft) const {
  for (const std::string& path : HostPathsChanged(ChangedOptions(parts_, draft), parts_.spec)) {
    if (own_.contains(path)) continue;
    return fmt::format("not launched: bwrap would make or change {} on the host", path);
  }
  return {};
}

std::vector<MutationDraft> BwrapGate::Drafts(const MutationInput& input) const {
  std::vector<MutationDraft> drafts = DraftAll(parts_, input);
  MakeUnique(drafts);
  for (MutationDraft& draft : drafts) {
    std::string refusal = Refusal(draft);
    if (refusal.empty()) continue;
    draft.is_launched = false;
    draft.mutation.unobservable = std::move(refusal);
  }
  return drafts;
}

}  // namespace sandproof
