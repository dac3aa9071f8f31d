#include "harness/driver/bwrap_combinations.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "harness/driver/bwrap_gate.h"
#include "harness/driver/bwrap_layout.h"
#include "harness/driver/wrapper_mutations.h"

namespace sandproof {
namespace {

// What stands behind what: how a thing is mounted binds nobody who may remount it, and neither
// binds who does not see it.
enum class Layer : std::uint8_t { kPrivilege, kMounts, kNamespaces, kNone };

bool IsOneOf(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

// What is over an interface of the kernel's, and keeps who is privileged from writing there.
bool IsOverInterface(const BwrapParts& parts, const MutationDraft& draft) {
  if (draft.options.empty() || draft.options.front().count == 0) return false;
  const OptionChange& change = draft.options.front();
  const BwrapOption& option = parts.arguments.options[change.at + change.count - 1];
  const std::optional<BwrapMount> mount = MountOf(option, parts.spec);
  return mount && (mount->dest.starts_with("/proc/") || mount->dest.starts_with("/sys/"));
}

Layer LayerOf(const BwrapParts& parts, const MutationDraft& draft) {
  constexpr auto kPrivileges =
      std::to_array<std::string_view>({"setpriv", "--cap-drop", "--seccomp", "--add-seccomp-fd",
                                       "--unshare-user", "--unshare-user-try", "--disable-userns",
                                       "--assert-userns-disabled", "--userns", "--userns2"});
  constexpr auto kApart = std::to_array<std::string_view>(
      {"--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup",
       "--unshare-cgroup-try", "--unshare-all", "--pidns", "--new-session", "--clearenv",
       "--unsetenv"});
  const std::string_view flag = draft.mutation.flag;
  const bool is_without_user = draft.mutation.id.ends_with("without --unshare-user");
  const bool is_interface = IsOverInterface(parts, draft);
  if (!draft.is_launched) return Layer::kNone;
  if (draft.mutation.id.ends_with(" → --bind") && !is_interface) return Layer::kMounts;
  if (!draft.is_drop && !is_without_user) return Layer::kNone;
  if (IsOneOf(kPrivileges, flag) || is_without_user) return Layer::kPrivilege;
  if (flag == "--remount-ro" || is_interface) return Layer::kMounts;
  const bool is_wrapper = draft.options.empty() && !draft.words.empty();
  return IsOneOf(kApart, flag) || is_wrapper ? Layer::kNamespaces : Layer::kNone;
}

// Merges the drafts of the layer into `all`, and adds the ids of those that it did not hold.
void MergeLayer(const BwrapParts& parts, const std::vector<MutationDraft>& drafts, Layer layer,
                MutationDraft& all, std::vector<std::string>& ids) {
  for (const MutationDraft& draft : drafts) {
    if (LayerOf(parts, draft) != layer || Holds(all, draft)) continue;
    if (Merge(all, draft)) ids.push_back(draft.mutation.id);
  }
}

// What bwrap takes from whoever is not root without being told is given back.
void GiveCapabilities(const BwrapParts& parts, const MutationInput& input, MutationDraft& all,
                      std::vector<std::string>& ids) {
  const bool is_root = UidBehind(ChangedPrefix(parts, all), input.uid) == 0;
  if (is_root) return;
  const std::size_t end = parts.arguments.options.size();
  all.options.push_back({.at = end, .options = {{.name = "--cap-add", .operands = {"ALL"}}}});
  ids.emplace_back("bwrap's own dropping of capabilities → --cap-add ALL");
}

}  // namespace

Result<std::vector<Combination>> BwrapCombinations(const MutationInput& input) {
  TRY(const BwrapLine line, CutBwrapLine(input.spec));
  TRY(const BwrapArguments arguments, ParseBwrapLine(line, input.fd_content));
  const BwrapParts parts{.spec = input.spec, .line = line, .arguments = arguments};
  const BwrapGate gate(parts);
  const std::vector<MutationDraft> drafts = gate.Drafts(input);
  std::vector<Combination> combinations;
  MutationDraft all;
  Combination one;
  for (const Layer layer : {Layer::kPrivilege, Layer::kMounts, Layer::kNamespaces}) {
    // One alone is a mutation already, and the same once more shows nothing new.
    const std::size_t before = std::max<std::size_t>(one.ids.size(), 1);
    MergeLayer(parts, drafts, layer, all, one.ids);
    if (layer == Layer::kPrivilege) GiveCapabilities(parts, input, all, one.ids);
    if (one.ids.size() <= before) continue;
    one.unobservable = gate.Refusal(all);
    one.line = one.unobservable.empty() ? std::optional(Render(parts, all)) : std::nullopt;
    combinations.push_back(one);
  }
  combinations.push_back({.ids = {"the whole launch line → dropped"},
                          .line = MutantLine{.launch = {"{payload}"}, .is_bare = true}});
  return combinations;
}

}  // namespace sandproof
