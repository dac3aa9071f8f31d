#include "harness/driver/bwrap_mutations.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "harness/driver/bwrap_gate.h"

namespace sandproof {
namespace {

// Protections behind which others hide: who is nobody may not do what a mount forbids besides.
constexpr auto kHiding = std::to_array<std::string_view>(
    {"setpriv", "--reuid", "--cap-drop", "--seccomp", "--unshare-user", "--unshare-all",
     "--unshare-pid", "--unshare-net", "--new-session", "--clearenv", "-i", "--disable-userns"});

bool IsHiding(const MutationDraft& draft) {
  return draft.is_drop && draft.is_launched &&
         std::ranges::find(kHiding, draft.mutation.flag) != kHiding.end();
}

std::vector<Cover> CoversOf(const BwrapParts& parts, const BwrapGate& gate,
                            const std::vector<MutationDraft>& drafts, const MutationDraft& draft) {
  std::vector<Cover> covers;
  const Mutation& own = draft.mutation;
  if (!own.unobservable.empty() || !own.covered_by.empty()) return covers;
  for (const MutationDraft& other : drafts) {
    MutationDraft both = draft;
    const bool is_other = IsHiding(other) && other.mutation.id != own.id;
    if (!is_other || !Join(both, other) || !gate.Refusal(both).empty()) continue;
    covers.push_back({.id = other.mutation.id, .both = Render(parts, both)});
  }
  return covers;
}

}  // namespace

Result<std::vector<Mutation>> BwrapMutations(const MutationInput& input) {
  TRY(const BwrapLine line, CutBwrapLine(input.spec));
  TRY(const BwrapArguments arguments, ParseBwrapLine(line, input.fd_content));
  const BwrapParts parts{.spec = input.spec, .line = line, .arguments = arguments};
  const BwrapGate gate(parts);
  const std::vector<MutationDraft> drafts = gate.Drafts(input);
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
