#include "harness/collect/answers.h"

#include "harness/collect/answer_line.h"

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
  last_tried_.reset();
}

void Answers::Line(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);  // a terminal in between
  if (line.empty()) return;
  std::optional<AnswerLine> parsed = ParseAnswerLine(line);
  if (!parsed) {
    ++strange_lines_;
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
  if (parsed->nonce != nonce_) {
    ++strange_lines_;
  } else if (kind == "start") {
    started_ = true;
  } else if (kind == "end") {
    ended_ = started_ && parsed->count == static_cast<std::int64_t>(count_);
  } else if (kind == "try" && is_known) {
    last_tried_ = static_cast<std::uint32_t>(*index);
  } else if (kind == "obs" && is_known) {
    if (std::optional<Observation> observation = ObservationOf(*std::move(parsed))) {
      observations_.try_emplace(observation->index, *std::move(observation));
    } else {
      ++strange_lines_;
    }
  } else {
    ++strange_lines_;
  }
}

}  // namespace sandproof
