#include "harness/collect/agent_run.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/canary/decoy.h"
#include "harness/canary/networks.h"
#include "suites/property.h"

namespace sandproof {

namespace asio = boost::asio;

namespace {

// Written in place: the file is bound into the sandbox already, and a new one would not be seen.
bool WriteInPlace(const std::string& path, const std::string& text) {
  const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
  if (!fd) return false;
  return ::write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

std::string HowItEnded(const LaunchEnd& end) {
  if (end.exec_error) return "the launcher could not be started: " + ErrnoName(*end.exec_error);
  if (!end.wait_status) return "the launcher was still running when its time was over";
  const int status = *end.wait_status;
  if (WIFSIGNALED(status)) return "the launcher was killed by " + SignalName(WTERMSIG(status));
  return fmt::format("the launcher exited with {}", WEXITSTATUS(status));
}

// Probes of these domains talk to canaries.
bool MayTellTag(std::string_view probe) {
  return probe.starts_with("net/") || probe.starts_with("ipc/") || probe.starts_with("peer/");
}

constexpr std::size_t kMostWords = 4096;

std::string LastLine(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  const std::size_t at = text.rfind('\n');
  return at == std::string::npos ? text : text.substr(at + 1);
}

}  // namespace

std::unique_ptr<AgentRun> AgentRun::Make(std::string nonce, std::string batch_path) {
  std::unique_ptr<AgentRun> run(new AgentRun);
  run->nonce_ = nonce;
  run->tag_ = RandomHex(8);
  run->batch_path_ = std::move(batch_path);
  run->answers_ = std::make_shared<Answers>(std::move(nonce));
  return run;
}

GuardedLaunch::OnOutput AgentRun::Listener() const {
  return [answers = answers_, printed = printed_](std::string_view bytes) {
    const bool was_ready = answers->is_ready();
    answers->Feed(bytes);
    if (!answers->is_ready()) {
      printed->append(bytes);
      if (printed->size() > kMostWords) printed->erase(0, printed->size() - kMostWords);
    }
    return answers->is_ended() || answers->is_ready() != was_ready;
  };
}

Result<std::unique_ptr<AgentRun>> AgentRun::Begin(asio::any_io_executor executor,
                                                  const LaunchOrder& order, std::string nonce,
                                                  std::string batch_path) {
  std::unique_ptr<AgentRun> run = Make(std::move(nonce), std::move(batch_path));
  TRY(run->launch_, GuardedLaunch::Begin(executor, order, run->Listener()));
  return run;
}

std::unique_ptr<AgentRun> AgentRun::Adopt(asio::any_io_executor executor, AdoptedLaunch adopted,
                                          std::string nonce) {
  std::unique_ptr<AgentRun> run = Make(std::move(nonce), "");
  run->launch_ = GuardedLaunch::Adopt(executor, std::move(adopted), run->Listener());
  return run;
}

void AgentRun::Renew() {
  nonce_ = RandomHex(16);
  tag_ = RandomHex(8);
  answers_->Renew(nonce_);
}

asio::awaitable<bool> AgentRun::Ready(Clock::time_point deadline) {
  co_return co_await launch_->WaitUntil([this] { return answers_->is_ready(); }, deadline);
}

asio::awaitable<bool> AgentRun::Ask(std::vector<Request> requests,
                                    std::optional<std::string> node_name,
                                    Clock::time_point deadline, bool is_held) {
  for (Request& request : requests) {
    if (MayTellTag(request.probe)) request.params["tag"] = tag_;
    if (request.probe == "net/inbound") {
      request.params["listen_port"] = std::to_string(InboundPort(tag_));
    }
    if (launch_->terminal_device() != 0) {
      request.params["device"] = std::to_string(launch_->terminal_device());
    }
    if (node_name && request.probe == "uts/node_name") request.params["name"] = *node_name;
  }
  answers_->Expect(requests.size());
  const std::string text = EncodeBatch({.nonce = nonce_, .requests = std::move(requests)});
  bool is_sent = false;
  if (batch_path_.empty()) {
    is_sent = co_await launch_->Send(text, !is_held);
  } else {
    is_sent = WriteInPlace(batch_path_, text) && co_await launch_->Send("go\n", true);
  }
  if (!is_sent) co_return false;
  co_return co_await launch_->WaitUntil([this] { return answers_->is_ended(); }, deadline);
}

std::string AgentRun::LastWords() const {
  if (!launch_->stderr_tail().empty()) return launch_->stderr_tail();
  std::string words = *printed_;
  std::erase(words, '\r');  // a terminal's
  return words;
}

std::string AgentRun::Silence(const std::vector<Request>& requests) const {
  const std::string ended = HowItEnded(launch_->end());
  const std::string said = LastLine(LastWords());
  const std::string last_words = said.empty() ? "" : "; its last words: " + said;
  if (!answers_->is_started()) return ended + " before the agent had started" + last_words;
  if (answers_->is_ended()) return {};
  const auto last = answers_->last_tried();
  const std::string trying =
      last && *last < requests.size() ? ", while it tried " + requests[*last].probe : "";
  return fmt::format("{} after {} of {} answers{}{}", ended, answers_->answered(), requests.size(),
                     trying, last_words);
}

}  // namespace sandproof
