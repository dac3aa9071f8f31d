#include "reports/proof_terminal.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "reports/page.h"
#include "reports/printable.h"
#include "reports/text.h"

namespace sandproof {
namespace {

constexpr std::size_t kShownIds = 3;
constexpr std::size_t kShownUnproven = 12;

struct StateHeading {
  ProofVerdict verdict;
  std::string_view word;
  Ink ink;
};

// In the order in which they matter.
constexpr auto kHeadings = std::to_array<StateHeading>({
    {ProofVerdict::kUnguarded, "UNGUARDED", Ink::kRed},
    {ProofVerdict::kNotRun, "NOT RUN", Ink::kYellow},
    {ProofVerdict::kBroken, "broken", Ink::kYellow},
    {ProofVerdict::kGuarded, "guarded", Ink::kGreen},
    {ProofVerdict::kRedundant, "redundant", Ink::kBlue},
    {ProofVerdict::kUnobservable, "unobservable", Ink::kDim},
});

// "fs.ro.link[/app /etc], net.ns_is_own and 7 more": ids of one property together.
std::string IdsText(std::span<const std::string> ids, std::size_t most) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < ids.size();) {
    const std::string property = ids[i].substr(0, ids[i].find('['));
    std::string subjects;
    for (; i < ids.size() && ids[i].substr(0, ids[i].find('[')) == property; ++i) {
      if (ids[i].size() == property.size()) continue;
      subjects += (subjects.empty() ? "" : " ");
      subjects += ids[i].substr(property.size() + 1, ids[i].size() - property.size() - 2);
    }
    texts.push_back(Printable(subjects.empty() ? property : property + '[' + subjects + ']'));
  }
  if (most == 0 || texts.size() <= most) return fmt::format("{}", fmt::join(texts, ", "));
  const std::span<const std::string> shown(texts.data(), most);
  return fmt::format("{} and {} more", fmt::join(shown, ", "), texts.size() - most);
}

std::string TextOf(const ProtectionProof& one, bool verbose) {
  if (one.verdict != ProofVerdict::kGuarded) return Printable(one.explanation);
  return IdsText(one.turned_red, verbose ? 0 : kShownIds);
}

void AddIds(Page& page, std::string_view label, std::span<const std::string> ids,
            std::size_t most) {
  if (!ids.empty()) page.AddDetail(label, IdsText(ids, most));
}

void AddProtection(Page& page, const ProtectionProof& one, const StateHeading& heading,
                   bool verbose) {
  Strip strip = page.NewStrip();
  strip.Add(heading.ink, heading.word).Add(Ink::kPlain, " ").Add(Ink::kBold, Printable(one.id));
  page.AddLine(strip, TextOf(one, verbose));
  const bool is_open = one.verdict == ProofVerdict::kUnguarded;
  const std::size_t most = verbose ? 0 : kShownIds;
  if (is_open) {
    AddIds(page, "showed nothing", one.inconclusive, most);
    AddIds(page, "not asserted", one.unasserted, most);
  }
  if (!verbose) return;
  if (!one.with.empty())
    page.AddDetail("with it", Printable(fmt::format("{}", fmt::join(one.with, "; "))));
  AddIds(page, "turned green", one.turned_green, 0);
  if (!is_open) AddIds(page, "showed nothing", one.inconclusive, 0);
}

// What several protections hold together: the first of them, and how many more.
void AddDepth(Page& page, const DepthProof& one, bool verbose) {
  if (one.protections.empty()) return;
  const std::size_t count = one.protections.size();
  std::string text = fmt::format("{}", fmt::join(one.protections, "; "));
  if (!verbose && count > 1) {
    text = fmt::format("{} and {} more at once", one.protections.front(), count - 1);
  }
  Strip strip = page.NewStrip();
  strip.Add(one.explanation.empty() ? Ink::kGreen : Ink::kYellow, "in depth");
  strip.Add(Ink::kPlain, " ").Add(Ink::kBold, Printable(text));
  page.AddLine(strip, one.explanation.empty() ? IdsText(one.turned_red, verbose ? 0 : kShownIds)
                                              : Printable(one.explanation));
}

// Those with the same reason together.
void AddUnproven(Page& page, std::span<const Unproven> unproven, std::size_t most) {
  std::vector<std::pair<std::string, std::vector<std::string>>> reasons;
  for (const Unproven& one : unproven) {
    auto found = std::ranges::find(reasons, one.why, [](const auto& each) { return each.first; });
    if (found == reasons.end()) found = reasons.insert(reasons.end(), {one.why, {}});
    found->second.push_back(one.id);
  }
  for (const auto& [why, ids] : reasons) {
    page.AddDetail("unproven", fmt::format("{}: {}", IdsText(ids, most), Printable(why)));
  }
}

void AddHeader(Page& page, const SandboxProof& sandbox) {
  Strip strip = page.NewStrip();
  strip.Add(Ink::kBold, Printable(sandbox.name));
  strip.Add(Ink::kPlain, "  " + Printable(sandbox.driver));
  if (!sandbox.launcher_version.empty()) {
    strip.Add(Ink::kPlain, " (" + Printable(sandbox.launcher_version) + ")");
  }
  strip.Add(Ink::kPlain, "  " + Printable(sandbox.profile));
  const Summary& as_it_is = sandbox.baseline;
  page.AddLine(strip, fmt::format("as it is: {} passed, {} failed, {} inconclusive, {} skipped",
                                  as_it_is.pass, as_it_is.fail + as_it_is.waived,
                                  as_it_is.inconclusive, as_it_is.skipped));
}

std::vector<std::string> CountsOf(const auto& of) {
  std::vector<std::string> counts;
  for (const StateHeading& heading : kHeadings) {
    const int count = Count(of, heading.verdict);
    if (count > 0 || heading.verdict == ProofVerdict::kUnguarded) {
      counts.push_back(fmt::format("{} {}", count, Name(heading.verdict)));
    }
  }
  return counts;
}

void AddSandbox(Page& page, const SandboxProof& sandbox, bool verbose) {
  AddHeader(page, sandbox);
  if (!sandbox.shortfall.empty()) {
    page.AddLine(page.NewStrip().Add(Ink::kYellow, "INCONCLUSIVE").Add(Ink::kBold, " launch"),
                 Printable(sandbox.shortfall));
  }
  AddIds(page, "no evidence", sandbox.inconclusive, 0);
  AddIds(page, "unstable", sandbox.unstable, 0);
  if (sandbox.protections.empty() && sandbox.shortfall.empty()) {
    page.AddDetail("nothing", "the driver knows no protections in this line, or none was selected");
  }
  for (const StateHeading& heading : kHeadings) {
    for (const ProtectionProof& one : sandbox.protections) {
      if (one.verdict == heading.verdict) AddProtection(page, one, heading, verbose);
    }
  }
  for (const DepthProof& one : sandbox.in_depth) {
    if (!one.turned_red.empty() || !one.explanation.empty()) AddDepth(page, one, verbose);
  }
  const std::size_t most = verbose ? 0 : kShownUnproven;
  AddIds(page, "already red", sandbox.already_red, most);
  AddUnproven(page, sandbox.unproven, most);
  if (sandbox.unproven.empty()) return;
  page.AddDetail(
      "share", fmt::format("{} of {} checks that passed are unproven: {} %",
                           sandbox.unproven.size(), sandbox.baseline.pass, UnprovenShare(sandbox)));
}

}  // namespace

std::string ToTerminal(const Proof& proof, const TerminalOptions& options) {
  Page page(options.color, options.width);
  for (const SandboxProof& sandbox : proof.sandboxes) {
    AddSandbox(page, sandbox, options.verbose);
    page.AddBlank();
  }
  for (const std::string& warning : proof.warnings) page.AddDetail("warning", Printable(warning));
  const std::size_t count = proof.sandboxes.size();
  Strip strip = page.NewStrip();
  strip.Add(Ink::kPlain,
            fmt::format("{} sandbox{}: {} in {} s — ", count, count == 1 ? "" : "es",
                        fmt::join(CountsOf(proof), ", "), SecondsText(proof.duration)));
  strip.Add(proof.exit_code == 0 ? Ink::kGreen : Ink::kRed,
            fmt::format("exit {}", proof.exit_code));
  page.AddLine(strip, "");
  return page.Text();
}

}  // namespace sandproof
