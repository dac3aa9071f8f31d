#include "harness/capture/reception.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstring>
#include <set>
#include <span>

#include "harness/capture/source_line.h"
#include "harness/driver/bwrap_args.h"
#include "harness/process/child_processes.h"
#include "harness/process/detach.h"
#include "harness/process/token.h"
#include "harness/text_file.h"
#include "probes/wire/passed_descriptors.h"

namespace sandproof {

namespace asio = boost::asio;
using Stream = asio::posix::stream_descriptor;

namespace {

constexpr std::size_t kLargestRecord = std::size_t{16} * 1024 * 1024;
constexpr std::size_t kMostStarts = 10'000;

// Options of bwrap whose operand is a descriptor that it reads.
constexpr auto kReads = std::to_array<std::string_view>(
    {"--args", "--seccomp", "--add-seccomp-fd", "--file", "--bind-data", "--ro-bind-data"});

// One message, and the descriptor that came with it.
struct Message {
  std::string text = {};
  UniqueFd fd = {};
};

asio::awaitable<std::optional<Message>> Receive(Stream& stream) {
  for (;;) {
    const auto [error] = co_await stream.async_wait(Stream::wait_read, kToken);
    if (error) co_return std::nullopt;
    char text[128];
    std::vector<UniqueFd> fds;
    const ssize_t got = ReceiveWithDescriptors(stream.native_handle(), text, 1, fds, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (got <= 0) co_return std::nullopt;
    Message message{.text = std::string(text, static_cast<std::size_t>(got))};
    if (!fds.empty()) message.fd = std::move(fds.front());
    co_return message;
  }
}

bool Send(int socket, std::string_view text, std::span<const int> fds) {
  return SendWithDescriptors(socket, text, fds, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0;
}

// From its beginning; nullopt where it is too large or no file.
std::optional<std::string> ReadMemory(int fd) {
  struct stat status = {};
  if (fd < 0 || ::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size < 0 ||
      static_cast<std::size_t>(status.st_size) > kLargestRecord) {
    return std::nullopt;
  }
  std::string text(static_cast<std::size_t>(status.st_size), '\0');
  return ::pread(fd, text.data(), text.size(), 0) == status.st_size ? std::optional(std::move(text))
                                                                    : std::nullopt;
}

UniqueFd WordFile(const std::vector<std::string>& words) {
  UniqueFd file(::memfd_create("sandproof-words", MFD_CLOEXEC));
  const std::string text = JoinBwrapFile(words);
  const bool is_written =
      file && ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (!is_written) file.reset();
  return file;
}

// Anybody may write to the socket. Believed is who descends from the launcher and, where we may
// look, runs one of our files.
bool IsBelieved(int pid, const ReceptionOrder& order) {
  struct stat status = {};
  const std::string exe = fmt::format("/proc/{}/exe", pid);
  if (::stat(exe.c_str(), &status) == 0 && !order.stand_ins.IsOne(status.st_dev, status.st_ino)) {
    return false;
  }
  return IsBelow(pid, order.stage_pid());
}

int PeerOf(int socket) {
  ucred credentials = {};
  socklen_t size = sizeof credentials;
  const bool is_known = ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0;
  return is_known ? credentials.pid : 0;
}

// A file that is still there can be opened again, if it is read from its beginning.
bool IsFileToOpen(const StartDescriptor& fd) {
  struct stat status = {};
  return S_ISREG(fd.mode) && fd.offset == 0 && ::stat(fd.target.c_str(), &status) == 0 &&
         status.st_dev == fd.device && status.st_ino == fd.inode;
}

}  // namespace

struct Reception::State : std::enable_shared_from_this<Reception::State> {
  State(asio::any_io_executor used, ReceptionOrder wanted)
      : executor(std::move(used)), order(std::move(wanted)), listener(executor) {
    listener.assign(::fcntl(order.stand_ins.socket(), F_DUPFD_CLOEXEC, 3));
  }

  // Members hold the state, so that a reception that is dropped ends them.
  static asio::awaitable<void> Accept(std::shared_ptr<State> self) {
    for (;;) {
      const auto [error] = co_await self->listener.async_wait(Stream::wait_read, kToken);
      if (error) co_return;
      const int socket =
          ::accept4(self->listener.native_handle(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
      if (socket < 0) continue;
      Detach(self->executor, Serve(self, UniqueFd(socket)));
    }
  }

  static asio::awaitable<void> Serve(std::shared_ptr<State> self, UniqueFd socket) {
    const int pid = PeerOf(socket.get());
    const bool is_believed = IsBelieved(pid, self->order);
    Stream stream(self->executor, socket.release());
    std::optional<Message> message = co_await Receive(stream);
    const auto text = message ? ReadMemory(message->fd.get()) : std::nullopt;
    std::optional<StartRecord> record = text ? DecodeStart(*text) : std::nullopt;
    const bool is_taken = is_believed && record && message->text == "start" &&
                          !record->argv.empty() && self->starts.size() < kMostStarts;
    Instructions instructions;
    if (is_taken) {
      const auto start = std::make_shared<CapturedStart>();
      start->record = *std::move(record);
      start->began = std::chrono::steady_clock::now();
      start->source =
          FindSource(pid, self->order.stage_pid(), self->order.launcher, start->record.argv);
      const bool is_sandbox = co_await self->Inspect(stream, *start);
      if (is_sandbox) instructions = self->Keep(start, pid);
    }
    SendOff(stream.native_handle(), instructions);
    instructions.owned.clear();
    self->order.on_start();
  }

  // Reads what the arguments say and lie in. False where they start nothing.
  static asio::awaitable<bool> Inspect(Stream& stream, CapturedStart& start) {
    const std::span<const std::string> words = std::span(start.record.argv).subspan(1);
    const Result<BwrapArguments> first = ParseBwrapArguments(words, std::nullopt);
    if (!first) {
      start.trouble = first.error().message;
      co_return true;
    }
    for (const int fd : first->files) co_await Ask(stream, fd, start);
    const Result<BwrapArguments> arguments = ParseBwrapArguments(words, start.content);
    if (!arguments) {
      start.trouble = arguments.error().message;
      co_return true;
    }
    start.command = arguments->command + 1;
    for (const BwrapOption& option : arguments->options) {
      if (std::ranges::find(kReads, option.name) == kReads.end()) continue;
      const int fd = ParseDescriptor(option.operands.front());
      const auto known = std::ranges::find(start.record.fds, fd, &StartDescriptor::fd);
      if (known == start.record.fds.end() || IsFileToOpen(*known)) continue;
      if (!start.content.contains(fd)) co_await Ask(stream, fd, start);
    }
    co_return start.command < start.record.argv.size();
  }

  static asio::awaitable<void> Ask(Stream& stream, int fd, CapturedStart& start) {
    if (!Send(stream.native_handle(), fmt::format("read {}", fd), {})) co_return;
    const std::optional<Message> answer = co_await Receive(stream);
    auto content = answer ? ReadMemory(answer->fd.get()) : std::nullopt;
    if (content) start.content[fd] = *std::move(content);
  }

  Instructions Keep(const std::shared_ptr<CapturedStart>& start, int pid) {
    starts.push_back(start);
    UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (process) {
      Detach(executor, AwaitEnd(shared_from_this(), start, std::move(process)));
    }
    return order.instruct ? order.instruct(*start, pid) : Instructions{};
  }

  static asio::awaitable<void> AwaitEnd(std::shared_ptr<State> self,
                                        std::shared_ptr<CapturedStart> start, UniqueFd process) {
    Stream stream(self->executor, process.release());
    self->processes.push_back(&stream);
    const auto [error] = co_await stream.async_wait(Stream::wait_read, kToken);
    std::erase(self->processes, &stream);
    if (!error) start->ended = std::chrono::steady_clock::now();
    if (!error) self->order.on_start();
  }

  static void SendOff(int socket, const Instructions& instructions) {
    if (instructions.argv.empty()) {
      static_cast<void>(Send(socket, "exec", {}));
      return;
    }
    const UniqueFd words = WordFile(instructions.argv);
    std::vector<int> fds = {words.get()};
    std::string text = "exec";
    for (const ChildFd& fd : instructions.fds) {
      fds.push_back(fd.source);
      text += fmt::format(" {}", fd.target);
    }
    static_cast<void>(Send(socket, text, fds));
  }

  asio::any_io_executor executor;
  ReceptionOrder order;
  Stream listener;
  std::vector<std::shared_ptr<CapturedStart>> starts = {};
  std::vector<Stream*> processes = {};
};

Reception::Reception(asio::any_io_executor executor, ReceptionOrder order)
    : state_(std::make_shared<State>(std::move(executor), std::move(order))) {
  Detach(state_->executor, State::Accept(state_));
}

Reception::~Reception() {
  boost::system::error_code ignored;
  state_->listener.close(ignored);
  state_->order.on_start = [] {};
  for (Stream* process : state_->processes) process->cancel(ignored);
}

const std::vector<std::shared_ptr<CapturedStart>>& Reception::starts() const {
  return state_->starts;
}

}  // namespace sandproof
