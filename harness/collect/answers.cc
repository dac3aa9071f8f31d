#include "harness/collect/answers.h"

namespace sandproof {

void Answers::Feed(std::string_view bytes) {
  bytes = bytes.substr(0, kMostBytes - std::min(bytes_, kMostBytes));
  bytes_ += bytes.size();
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    const std::string_view part = bytes.substr(0, end);
    if (!is_skipping_) pending_ += part;
    if (pending_.size() > kMaxLine) {
      is_skipping_ = true;
      pending_.clear();
    }
    if (end == std::string_view::npos) return;
    if (is_skipping_) ++strange_lines_;
    if (!is_skipping_ && !pending_.empty()) Line(pending_);
    is_skipping_ = false;
    pending_.clear();
    bytes.remove_prefix(end + 1);
  }
}

void Answers::Renew(std::string nonce) {
  nonce_ = std::move(nonce);
  count_ = 0;
  started_ = false;
  ended_ = false;
  observations_.clear();
  answered_ = 0;
  last_tried_.reset();
}

void Answers::Line(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);  // a terminal in between
  if (line.empty()) return;
  std::optional<AnswerLine> parsed = ParseAnswerLine(line);
  if (!parsed) {
    ++strange_lines_;
    if (chatter_.size() + line.size() < kMostChatter) chatter_.append(line) += '\n';
    return;
  }
  if (parsed->kind == "ready") {
    ready_ = true;
    agent_pid_ = static_cast<int>(parsed->pid.value_or(0));
    return;
  }
  const std::string& kind = parsed->kind;
  const auto index = parsed->index;
  const bool is_known = index && *index >= 0 && static_cast<std::size_t>(*index) < count_;
  const bool is_ours = parsed->nonce == nonce_;
  if (is_ours && kind == "start") {
    started_ = true;
  } else if (is_ours && kind == "end") {
    ended_ = started_ && parsed->count == static_cast<std::int64_t>(count_);
  } else if (is_ours && kind == "try" && is_known) {
    last_tried_ = static_cast<std::uint32_t>(*index);
  } else if (!is_ours || kind != "obs" || !is_known || !Take(*std::move(parsed))) {
    ++strange_lines_;
  }
}

bool Answers::Take(AnswerLine line) {
  std::optional<Observation> observation = ObservationOf(std::move(line));
  if (!observation) return false;
  const std::uint32_t index = observation->index;
  answered_ += observations_.try_emplace(index, *std::move(observation)).second ? 1U : 0U;
  return true;
}

}  // namespace sandproof
