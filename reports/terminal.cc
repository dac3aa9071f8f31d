#include "reports/terminal.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "reports/finding.h"
#include "reports/matrix.h"
#include "reports/page.h"
#include "reports/printable.h"
#include "reports/promises.h"
#include "reports/text.h"

namespace sandproof {

namespace {

constexpr std::size_t kMaxStderrLines = 8;

struct VerdictHeading {
  std::string_view word;
  Ink ink = Ink::kPlain;
};

VerdictHeading HeadingOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPass:
      return {"pass", Ink::kGreen};
    case Verdict::kFail:
      return {"FAIL", Ink::kRed};
    case Verdict::kSkipped:
      return {"SKIPPED", Ink::kDim};
    case Verdict::kWaived:
      return {"WAIVED", Ink::kBlue};
    case Verdict::kInconclusive:
      break;
  }
  return {"INCONCLUSIVE", Ink::kYellow};
}

Strip TitleOf(const Page& page, const Finding& finding) {
  const auto [word, ink] = HeadingOf(finding.First().judgement.verdict);
  const std::string_view severity = Name(finding.First().check.property->severity);
  Strip strip = page.NewStrip();
  strip.Add(ink, word).Add(Ink::kPlain, " ").Add(Ink::kPlain, severity).Add(Ink::kPlain, " ");
  strip.Add(Ink::kBold, finding.Title());
  return strip;
}

// "71 passed, 18 failed, …": what is bad is coloured only if there is any.
void AddCounts(Strip& strip, const Summary& summary) {
  const auto ink = [](int count, Ink when_any) { return count > 0 ? when_any : Ink::kPlain; };
  strip.Add(ink(summary.pass, Ink::kGreen), fmt::format("{} passed", summary.pass))
      .Add(Ink::kPlain, ", ")
      .Add(ink(summary.fail, Ink::kRed), fmt::format("{} failed", summary.fail))
      .Add(Ink::kPlain, ", ")
      .Add(ink(summary.inconclusive, Ink::kYellow),
           fmt::format("{} inconclusive", summary.inconclusive))
      .Add(Ink::kPlain, fmt::format(", {} skipped, {} waived", summary.skipped, summary.waived));
}

// Whether the explanation only repeats what was seen.
bool IsPlain(const CheckResult& result) {
  const std::string_view reason = result.judgement.reason;
  return reason == "reached" || reason == "not_reached" || ReasonText(result) == SeenText(result);
}

// What holds only by chance is shown where everything is.
void AddPromises(Page& page, const SandboxRun& sandbox, bool verbose) {
  if (sandbox.promises.empty() || !sandbox.launch_error.empty()) return;
  std::map<PromiseState, std::vector<std::string>> by_state;
  for (const PromiseReport& promise : PromisesOf(sandbox)) {
    by_state[promise.state].push_back(Printable(promise.text));
  }
  for (const auto& [state, texts] : by_state) {
    if (!verbose) break;
    page.AddDetail("promises", fmt::format("{}: {}", Name(state), fmt::join(texts, ", ")));
  }
  const auto unpromised = UnpromisedOf(sandbox);
  if (!verbose || unpromised.empty()) return;
  page.AddDetail("promises", fmt::format("{} checks hold that no argument promises; they may stop "
                                         "to hold with another kernel, user or host",
                                         unpromised.size()));
}

bool IsUnpromised(const SandboxRun& sandbox, const CheckResult& result) {
  const auto unpromised = UnpromisedOf(sandbox);
  return std::ranges::find(unpromised, &result) != unpromised.end();
}

// Only verbose shows what was seen of every subject; else the first stands for those alike.
void AddSeen(Page& page, const Finding& finding, bool verbose) {
  const std::size_t shown = verbose ? finding.results.size() : 1;
  const std::size_t others = finding.results.size() - shown;
  for (std::size_t i = 0; i < shown; ++i) {
    const std::string seen = SeenText(*finding.results[i]);
    page.AddDetail("seen", others == 0 ? seen : fmt::format("{} (+{} alike)", seen, others));
  }
}

// The arguments that said otherwise; or did what is not expected of them.
void AddPromisesOf(Page& page, const Finding& finding) {
  std::vector<std::string> texts;
  const char* const word = finding.First().check.IsContrary() ? "kept" : "broken";
  for (const CheckResult* result : finding.results) {
    const std::string text = Printable(result->promised_by);
    const bool is_told = result->judgement.verdict == Verdict::kFail && !text.empty();
    if (is_told && std::ranges::find(texts, text) == texts.end()) texts.push_back(text);
  }
  if (!texts.empty())
    page.AddDetail("promise", fmt::format("{}: {}", fmt::join(texts, ", "), word));
}

void AddBlock(Page& page, const Finding& finding, bool verbose) {
  const CheckResult& first = finding.First();
  page.AddLine(TitleOf(page, finding), ClaimText(first));
  if (!IsPlain(first)) page.AddDetail("because", ReasonText(first));
  AddSeen(page, finding, verbose);
  page.AddDetail("control", ControlText(first));
  AddPromisesOf(page, finding);
  if (!first.remedy.empty()) page.AddDetail("fix", Printable(first.remedy));
}

// One line, for what needs no action.
void AddBrief(Page& page, const SandboxRun& sandbox, const Finding& finding) {
  const CheckResult& first = finding.First();
  const Verdict verdict = first.judgement.verdict;
  std::string text = verdict == Verdict::kPass ? SeenText(first) : ReasonText(first);
  if (verdict == Verdict::kWaived && first.waiver) text = WaiverText(*first.waiver);
  if (IsUnpromised(sandbox, first)) text += "; holds, but no argument promises it";
  page.AddLine(TitleOf(page, finding), text);
}

void AddHeader(Page& page, const SandboxRun& sandbox) {
  Strip strip = page.NewStrip();
  strip.Add(Ink::kBold, Printable(sandbox.name));
  strip.Add(Ink::kPlain, "  " + Printable(sandbox.driver));
  if (!sandbox.launcher_version.empty()) {
    strip.Add(Ink::kPlain, " (" + Printable(sandbox.launcher_version) + ")");
  }
  strip.Add(Ink::kPlain, "  " + Printable(sandbox.profile));
  Strip counts = page.NewStrip();
  AddCounts(counts, Count(sandbox));
  counts.Add(Ink::kPlain, fmt::format(" in {} s", SecondsText(sandbox.duration)));
  page.AddLine(strip, counts);
  std::vector<std::string> added;
  for (const std::string& change : sandbox.perturbation) added.push_back(Printable(change));
  if (!added.empty()) page.AddDetail("added", fmt::format("{}", fmt::join(added, "; ")));
  // The arena is what one expects; where it could not be had, less was tested.
  if (!sandbox.network.empty() && sandbox.network != "arena") {
    page.AddDetail("network", Printable(sandbox.network));
  }
  for (const std::string& warning : sandbox.warnings) page.AddDetail("warning", Printable(warning));
}

// Properties about which nothing was heard, and the one reason why.
struct Silence {
  std::string reason = {};
  std::vector<const Finding*> findings = {};
};

// By reason, in the order of the findings.
std::vector<Silence> SilencesOf(const std::vector<Finding>& findings) {
  std::vector<Silence> silences;
  for (const Finding& finding : findings) {
    if (finding.First().judgement.reason != "probe_silent") continue;
    const std::string reason = ReasonText(finding.First());
    auto known = std::ranges::find(silences, reason, &Silence::reason);
    if (known == silences.end()) known = silences.insert(known, {.reason = reason});
    known->findings.push_back(&finding);
  }
  return silences;
}

// One block for all that share a reason: whoever reads it needs the reason once.
void AddSilence(Page& page, const Silence& silence) {
  const auto [word, ink] = HeadingOf(Verdict::kInconclusive);
  const std::string count = fmt::format(" {} properties", silence.findings.size());
  page.AddLine(page.NewStrip().Add(ink, word).Add(Ink::kBold, count), silence.reason);
  std::vector<std::string> titles;
  for (const Finding* finding : silence.findings) titles.push_back(finding->Title());
  page.AddDetail("these", fmt::format("{}", fmt::join(titles, " ")));
}

void AddInconclusive(Page& page, const SandboxRun& sandbox, bool verbose) {
  const std::vector<Finding> findings = FindingsOf(sandbox, Verdict::kInconclusive);
  const std::string shortfall = Printable(Shortfall(sandbox));
  std::vector<const Finding*> told;
  for (const Silence& silence : verbose ? std::vector<Silence>() : SilencesOf(findings)) {
    // That of the launch as a whole was said.
    const bool is_of_launch = silence.reason == shortfall;
    if (!is_of_launch && silence.findings.size() == 1) continue;
    if (!is_of_launch) AddSilence(page, silence);
    told.insert(told.end(), silence.findings.begin(), silence.findings.end());
  }
  for (const Finding& finding : findings) {
    if (std::ranges::find(told, &finding) == told.end()) AddBlock(page, finding, verbose);
  }
}

// A sandbox that falls short as a whole, with the launcher's last words.
void AddShortfall(Page& page, const SandboxRun& sandbox, bool verbose) {
  const std::string shortfall = Printable(Shortfall(sandbox));
  if (shortfall.empty()) return;
  const auto [word, ink] = HeadingOf(Verdict::kInconclusive);
  page.AddLine(page.NewStrip().Add(ink, word).Add(Ink::kBold, " launch"), shortfall);
  std::string lines = PrintableLines(sandbox.launcher_stderr, kMaxStderrLines);
  while (!lines.empty()) {
    const std::size_t newline = std::min(lines.find('\n'), lines.size());
    page.AddDetail("stderr", lines.substr(0, newline));
    lines.erase(0, newline + 1);
  }
  const auto count = std::ranges::count_if(sandbox.results, [&](const CheckResult& result) {
    return result.judgement.reason == "probe_silent" && ReasonText(result) == shortfall;
  });
  if (verbose || count == 0) return;
  page.AddDetail("checks",
                 fmt::format("{} say nothing for this reason; --verbose names them", count));
}

void AddSandbox(Page& page, const SandboxRun& sandbox, bool verbose) {
  AddHeader(page, sandbox);
  AddShortfall(page, sandbox, verbose);
  AddPromises(page, sandbox, verbose);
  for (const Finding& finding : FindingsOf(sandbox, Verdict::kFail)) {
    AddBlock(page, finding, verbose);
  }
  AddInconclusive(page, sandbox, verbose);
  for (const Finding& finding : FindingsOf(sandbox, Verdict::kWaived)) {
    AddBrief(page, sandbox, finding);
  }
  if (verbose) {
    for (const Verdict verdict : {Verdict::kSkipped, Verdict::kPass}) {
      for (const Finding& finding : FindingsOf(sandbox, verdict)) {
        AddBrief(page, sandbox, finding);
      }
    }
    return;
  }
  for (const SkipReason& reason : SkipReasonsOf(sandbox)) {
    page.AddDetail("skipped", fmt::format("{}: {}", reason.count, reason.text));
  }
}

void AddTotal(Page& page, const Run& run) {
  const std::size_t count = run.sandboxes.size();
  Strip strip = page.NewStrip();
  strip.Add(Ink::kPlain, fmt::format("{} sandbox{}", count, count == 1 ? "" : "es"));
  const auto short_count = std::ranges::count_if(
      run.sandboxes, [](const SandboxRun& sandbox) { return !Shortfall(sandbox).empty(); });
  if (short_count > 0) {
    strip.Add(Ink::kPlain, " (").Add(Ink::kYellow, fmt::format("{} inconclusive", short_count));
    strip.Add(Ink::kPlain, ")");
  }
  strip.Add(Ink::kPlain, ": ");
  AddCounts(strip, Count(run));
  strip.Add(Ink::kPlain, fmt::format(" in {} s — ", SecondsText(run.duration)));
  strip.Add(run.exit_code == 0 ? Ink::kGreen : Ink::kRed, fmt::format("exit {}", run.exit_code));
  page.AddLine(strip, "");
}

}  // namespace

std::string ToTerminal(const Run& run, const TerminalOptions& options) {
  Page page(options.color, options.width);
  for (const SandboxRun& sandbox : run.sandboxes) {
    AddSandbox(page, sandbox, options.verbose);
    page.AddBlank();
  }
  AddMatrix(page, run);
  for (const std::string& warning : run.warnings) page.AddDetail("warning", Printable(warning));
  AddTotal(page, run);
  return page.Text();
}

}  // namespace sandproof
