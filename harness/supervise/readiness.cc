#include "harness/supervise/readiness.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>

#include <algorithm>

#include "harness/supervise/dial.h"
#include "suites/pattern.h"

namespace sandproof {

namespace {

// A line of the output.
class LogSign : public ReadySign {
 public:
  explicit LogSign(const std::string& pattern) : search_(pattern) {}
  void OnLine(std::string_view line) override { is_seen_ = is_seen_ || search_.Matches(line); }
  bool Step() override { return is_seen_; }
  [[nodiscard]] std::string LastSeen() const override {
    return search_.IsUndecided() ? "no such line, but one that could not be matched in time"
                                 : "no such line";
  }

 private:
  LineSearch search_;
  bool is_seen_ = false;
};

// A file that is another than before the start.
class FileSign : public ReadySign {
 public:
  explicit FileSign(std::string path) : path_(std::move(path)), before_(Look()) {}
  bool Step() override {
    const Version now = Look();
    return now.inode != 0 && now != before_;
  }
  [[nodiscard]] std::string LastSeen() const override {
    return Look().inode == 0 ? "no such file" : "the same file as before the start";
  }

 private:
  struct Version {
    ino_t inode = 0;
    long long changed_ns = 0;
    bool operator==(const Version&) const = default;
  };
  [[nodiscard]] Version Look() const {
    struct stat status = {};
    if (::stat(path_.c_str(), &status) != 0) return {};
    return {status.st_ino, status.st_ctim.tv_sec * 1'000'000'000LL + status.st_ctim.tv_nsec};
  }

  std::string path_;
  Version before_;
};

// Somebody who accepts, and answers where it is asked something.
class DialSign : public ReadySign {
 public:
  explicit DialSign(const ReadyCheck& check) : check_(check), dial_(check) {}

  bool IsThereBefore() override {
    constexpr auto kLimit = std::chrono::milliseconds(300);
    const auto deadline = Dial::Clock::now() + kLimit;
    while (dial_.state() == Dial::State::kPending && Dial::Clock::now() < deadline) {
      pollfd entry = {.fd = dial_.fd(), .events = POLLIN | POLLOUT, .revents = 0};
      static_cast<void>(::poll(&entry, 1, 10));
      dial_.Step();
    }
    // Who accepts and does not answer is there too.
    const bool is_there = dial_.was_accepted();
    dial_ = Dial(check_);
    return is_there;
  }

  bool Step() override {
    constexpr auto kPause = std::chrono::milliseconds(5);
    dial_.Step();
    if (dial_.state() == Dial::State::kFailed) {
      last_ = dial_.failure();
      const Dial::Clock::time_point now = Dial::Clock::now();
      if (now >= next_) {
        dial_ = Dial(check_);
        next_ = now + kPause;
      }
    }
    return dial_.state() == Dial::State::kAnswered;
  }

  [[nodiscard]] std::string LastSeen() const override {
    return last_.empty() ? "no answer" : last_;
  }

 private:
  ReadyCheck check_;
  Dial dial_;
  Dial::Clock::time_point next_ = {};
  std::string last_ = {};
};

std::unique_ptr<ReadySign> SignOf(const ReadyCheck& check) {
  if (check.kind == ReadyCheck::Kind::kLog) return std::make_unique<LogSign>(check.value);
  if (check.kind == ReadyCheck::Kind::kFile) return std::make_unique<FileSign>(check.value);
  return std::make_unique<DialSign>(check);
}

}  // namespace

Result<Readiness> Readiness::BeforeStart(const std::vector<ReadyCheck>& checks) {
  Readiness readiness;
  for (const ReadyCheck& check : checks) {
    Entry entry{.name = check.value, .sign = SignOf(check)};
    if (entry.sign->IsThereBefore()) {
      return Internal(fmt::format(
          "{}: somebody answers there before the system is started, so nothing can be told of it",
          check.value));
    }
    readiness.entries_.push_back(std::move(entry));
  }
  return readiness;
}

void Readiness::OnLine(std::string_view line) {
  for (Entry& entry : entries_) entry.sign->OnLine(line);
}

bool Readiness::Step() {
  for (Entry& entry : entries_) entry.is_seen = entry.is_seen || entry.sign->Step();
  return is_ready();
}

bool Readiness::is_ready() const {
  return std::all_of(entries_.begin(), entries_.end(),
                     [](const Entry& entry) { return entry.is_seen; });
}

std::string Readiness::Missing() const {
  std::string text;
  for (const Entry& entry : entries_) {
    if (entry.is_seen) continue;
    text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", entry.name, entry.sign->LastSeen());
  }
  return text;
}

}  // namespace sandproof
