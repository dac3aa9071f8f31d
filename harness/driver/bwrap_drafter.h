// From each option of bwrap to its mutations.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "harness/driver/bwrap_draft.h"
#include "harness/driver/bwrap_rules.h"

namespace sandproof {

class BwrapDrafter {
 public:
  // `uid` is who starts bwrap itself.
  BwrapDrafter(const BwrapParts& parts, unsigned uid) : parts_(parts), uid_(uid) {}

  // Drafts every mutation of one option.
  void Draft(std::size_t index);
  [[nodiscard]] std::vector<MutationDraft> Take() { return std::move(drafts_); }

  // What drops all capabilities of the payload, whatever stands before bwrap; empty: nothing does.
  [[nodiscard]] std::string WhatDropsAll() const;

 private:
  [[nodiscard]] const std::vector<BwrapOption>& options() const { return parts_.arguments.options; }
  [[nodiscard]] bool Has(std::string_view name) const;
  [[nodiscard]] std::size_t UnitBegin(std::size_t index) const;
  // Whether it is about the option that follows.
  [[nodiscard]] static bool IsModifier(std::string_view name);
  [[nodiscard]] std::string Text(std::size_t index) const;
  [[nodiscard]] std::string ByItself(std::string_view what) const;
  [[nodiscard]] std::string Twin(std::size_t index) const;
  [[nodiscard]] std::string CoverOfDrop(std::size_t index) const;
  [[nodiscard]] std::string CoverOfCapability(std::size_t index) const;
  [[nodiscard]] std::string CoverOfBind(std::size_t index) const;

  MutationDraft& Drop(std::size_t index);
  // Replaces an option, and says in the id by what.
  MutationDraft& Replace(std::size_t index, const std::vector<BwrapOption>& by,
                         std::string_view into);
  MutationDraft& Rename(std::size_t index, std::string_view name);
  void TakeAlong(const BwrapRule& rule, MutationDraft& draft) const;
  void TakeOption(std::size_t index, MutationDraft& draft) const;
  void TakeWhatLiesOn(const BwrapOption& mount, MutationDraft& draft) const;
  void OneNamespaceLess(std::size_t index);
  void ReadOnlyBind(std::size_t index);
  void ReadWriteBind(std::size_t index);
  void Widen(std::size_t index);
  void HostInstead(std::size_t index, std::string_view flag, const std::string& source);
  void OutOfFile(std::size_t index);

  BwrapParts parts_;
  unsigned uid_;
  bool is_root_shown_ = false;
  std::vector<MutationDraft> drafts_ = {};
};

}  // namespace sandproof
