#include "reports/matrix.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reports/printable.h"

namespace sandproof {

namespace {

constexpr std::size_t kMostColumns = 3;
constexpr std::size_t kRowWidth = 34;
constexpr std::size_t kLongestName = 10;

struct Pair {
  const SandboxRun* from = nullptr;
  std::string to = {};
  [[nodiscard]] std::string Title() const {
    return fmt::format("{} > {}", Printable(from->name).substr(0, kLongestName),
                       Printable(to).substr(0, kLongestName));
  }
};

constexpr std::size_t kCellWidth = 2 * kLongestName + 5;

bool IsAboutPeer(const CheckResult& result) {
  const SubjectKind kind = result.check.property->subject;
  return kind == SubjectKind::kPeer || kind == SubjectKind::kServer;
}

template <typename T>
void AddOnce(std::vector<T>& list, const T& one) {
  if (std::ranges::find(list, one) == list.end()) list.push_back(one);
}

std::vector<Pair> PairsOf(const Run& run) {
  std::vector<Pair> pairs;
  for (const SandboxRun& sandbox : run.sandboxes) {
    std::vector<std::string> peers;
    for (const CheckResult& result : sandbox.results) {
      if (IsAboutPeer(result)) AddOnce(peers, result.check.subject);
    }
    for (const std::string& peer : peers) pairs.push_back({.from = &sandbox, .to = peer});
  }
  return pairs;
}

std::vector<const Property*> RowsOf(const Run& run) {
  std::vector<const Property*> rows;
  for (const SandboxRun& sandbox : run.sandboxes) {
    for (const CheckResult& result : sandbox.results) {
      if (IsAboutPeer(result)) AddOnce(rows, result.check.property);
    }
  }
  return rows;
}

std::pair<std::string_view, Ink> CellOf(const CheckResult& result) {
  switch (result.judgement.verdict) {
    case Verdict::kPass:
      return {"held", Ink::kGreen};
    case Verdict::kFail:
      return {result.judgement.reason == "reached" ? "REACHED" : "FAILED", Ink::kRed};
    case Verdict::kInconclusive:
      return {"not told", Ink::kYellow};
    case Verdict::kWaived:
      return {"waived", Ink::kBlue};
    case Verdict::kSkipped:
      break;
  }
  const bool is_free = result.judgement.reason == "not_asserted";
  return {is_free ? "not asserted" : "not applicable", Ink::kDim};
}

const CheckResult* Find(const Pair& pair, const Property* property) {
  for (const CheckResult& result : pair.from->results) {
    if (result.check.property == property && result.check.subject == pair.to) return &result;
  }
  return nullptr;
}

void AddCell(Strip& strip, Ink ink, std::string_view text, bool is_last) {
  const std::size_t blank = is_last ? 0 : kCellWidth - std::min(kCellWidth, text.size());
  strip.Add(ink, text).Add(Ink::kPlain, std::string(blank, ' '));
}

void AddBlock(Page& page, const std::vector<const Property*>& rows, const Pair* begin,
              const Pair* end) {
  Strip heading = page.NewStrip();
  heading.Add(Ink::kBold, fmt::format("{:{}}", "between sandboxes", kRowWidth));
  for (const Pair* pair = begin; pair != end; ++pair) {
    AddCell(heading, Ink::kBold, pair->Title(), pair + 1 == end);
  }
  page.AddLine(heading, "");
  for (const Property* property : rows) {
    Strip row = page.NewStrip();
    row.Add(Ink::kPlain, fmt::format("  {:{}}", property->id, kRowWidth - 2));
    for (const Pair* pair = begin; pair != end; ++pair) {
      const CheckResult* const result = Find(*pair, property);
      const auto [text, ink] =
          result == nullptr ? std::pair(std::string_view(), Ink::kPlain) : CellOf(*result);
      AddCell(row, ink, text, pair + 1 == end);
    }
    page.AddLine(row, "");
  }
  page.AddBlank();
}

}  // namespace

void AddMatrix(Page& page, const Run& run) {
  const std::vector<Pair> pairs = PairsOf(run);
  const std::vector<const Property*> rows = RowsOf(run);
  for (std::size_t at = 0; at < pairs.size(); at += kMostColumns) {
    const std::size_t count = std::min(kMostColumns, pairs.size() - at);
    AddBlock(page, rows, &pairs[at], &pairs[at] + count);
  }
}

}  // namespace sandproof
