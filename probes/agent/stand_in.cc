#include "probes/agent/stand_in.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probes/agent/probe.h"
#include "probes/agent/start_facts.h"
#include "probes/wire/passed_descriptors.h"
#include "probes/wire/start_record.h"
#include "probes/wire/text.h"
#include "probes/wire/unique_fd.h"

namespace sandproof::probes {

namespace {

constexpr std::string_view kName = "bwrap";
constexpr std::size_t kMostDescriptors = 8;

// The path that was given to execve(2), as the kernel keeps it.
std::string CalledAs() {
  // NOLINTNEXTLINE(performance-no-int-to-ptr): that is how the kernel hands it over.
  const char* path = reinterpret_cast<const char*>(::getauxval(AT_EXECFN));
  return path == nullptr ? "" : path;
}

std::string Directory(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, std::max<std::size_t>(slash, 1));
}

std::string Canonical(const std::string& path) {
  char resolved[PATH_MAX];
  return ::realpath(path.c_str(), resolved) == nullptr ? path : resolved;
}

// The end of our own file. /proc need not be there, nor need the path still name us.
std::optional<StandIn> OwnTail() {
  for (const std::string& path : {std::string("/proc/self/exe"), CalledAs()}) {
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status = {};
    if (!file || ::fstat(file.get(), &status) != 0 || status.st_size <= 0) continue;
    const auto size = static_cast<std::size_t>(status.st_size);
    void* bytes = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
    if (bytes == MAP_FAILED) continue;
    std::optional<StandIn> found = DecodeStandIn({static_cast<const char*>(bytes), size});
    ::munmap(bytes, size);
    if (found) return found;
  }
  return std::nullopt;
}

// Takes `directory` out of lists of paths: PATH, and what was made of it.
std::string Without(const std::string& directory, std::string text) {
  if (directory.empty()) return text;
  for (const std::string& part : {directory + ':', ':' + directory}) {
    for (std::size_t at = 0; (at = text.find(part)) != std::string::npos;) {
      text.erase(at, part.size());
    }
  }
  return text;
}

const char* Variable(const std::vector<std::string>& env, std::string_view name) {
  for (const std::string& entry : env) {
    if (entry.starts_with(name) && entry.substr(name.size()).starts_with('=')) {
      return entry.c_str() + name.size() + 1;
    }
  }
  return nullptr;
}

bool IsProgram(const std::string& path) {
  struct stat status = {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         ::access(path.c_str(), X_OK) == 0;
}

// What the name would have been found as on PATH, had our directory not been there.
std::string Search(const std::vector<std::string>& env) {
  const char* path = Variable(env, "PATH");
  std::string_view rest = path == nullptr ? "/usr/local/bin:/bin:/usr/bin" : path;
  for (bool is_last = false; !is_last;) {
    const std::size_t colon = rest.find(':');
    is_last = colon == std::string_view::npos;
    const std::string_view entry = rest.substr(0, colon);
    std::string candidate = (entry.empty() ? "." : std::string(entry)) + '/' + std::string(kName);
    if (IsProgram(candidate)) return candidate;
    if (!is_last) rest.remove_prefix(colon + 1);
  }
  return {};
}

// The words of a memory file, each ended by NUL.
std::vector<std::string> Words(int file) {
  std::vector<std::string> words;
  const std::string text = ReadFileAt("/proc/self/fd/" + std::to_string(file), 1U << 25U);
  for (std::size_t at = 0, end = 0; (end = text.find('\0', at)) != std::string::npos; at = end + 1)
    words.push_back(text.substr(at, end - at));
  return words;
}

bool WriteAll(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

UniqueFd MemoryFile(std::string_view text) {
  UniqueFd file(::memfd_create("sandproof", MFD_CLOEXEC));
  if (file && (!WriteAll(file.get(), text) || ::lseek(file.get(), 0, SEEK_SET) != 0)) file.reset();
  return file;
}

// One message with its descriptors.
struct Message {
  std::string text = {};
  std::vector<UniqueFd> fds = {};
};

class Line {
 public:
  explicit Line(const std::string& path) {
    sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = {}};
    if (path.size() >= sizeof address.sun_path) return;
    std::memcpy(address.sun_path, path.data(), path.size());
    socket_.reset(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    if (socket_ && ::connect(socket_.get(), generic, sizeof address) != 0) socket_.reset();
  }

  bool Send(std::string_view text, int fd) {
    const std::span<const int> fds(&fd, fd >= 0 ? 1 : 0);
    return socket_ && SendWithDescriptors(socket_.get(), text, fds, MSG_NOSIGNAL) >= 0;
  }

  // nullopt where the harness has gone.
  std::optional<Message> Receive() {
    char text[512];
    Message message;
    ssize_t got = -1;
    do {
      got = socket_ ? ReceiveWithDescriptors(socket_.get(), text, kMostDescriptors, message.fds, 0)
                    : 0;
    } while (got < 0 && errno == EINTR);
    if (got <= 0) return std::nullopt;
    message.text.assign(text, static_cast<std::size_t>(got));
    return message;
  }

 private:
  UniqueFd socket_ = {};
};

std::vector<int> Numbers(std::string_view text) {
  std::vector<int> numbers;
  for (std::size_t at = text.find(' '); at != std::string_view::npos; at = text.find(' ', at + 1)) {
    numbers.push_back(std::atoi(text.data() + at + 1));
  }
  return numbers;
}

// What is left to read of a descriptor. A regular file keeps its offset.
UniqueFd ContentOf(int fd, bool is_file) {
  std::string text;
  char buffer[16384];
  off_t at = is_file ? ::lseek(fd, 0, SEEK_CUR) : 0;
  for (;;) {
    const ssize_t got =
        is_file ? ::pread(fd, buffer, sizeof buffer, at) : ::read(fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    at += got;
    text.append(buffer, static_cast<std::size_t>(got));
  }
  return MemoryFile(text);
}

// Reads a descriptor for the harness. What can be read once only is put back as a memory file: who
// reads it does not notice.
void Show(int fd, Line& line) {
  struct stat status = {};
  const bool is_there = fd >= 0 && ::fstat(fd, &status) == 0;
  const bool is_file = is_there && S_ISREG(status.st_mode);
  if (!is_there) {
    static_cast<void>(line.Send("content", -1));
    return;
  }
  const UniqueFd content = ContentOf(fd, is_file);
  static_cast<void>(line.Send("content", content.get()));
  if (is_file || !content) return;
  const UniqueFd again = MemoryFile(ReadFileAt("/proc/self/fd/" + std::to_string(content.get()),
                                               static_cast<std::size_t>(INT_MAX)));
  if (again) ::dup2(again.get(), fd);
}

// The real program, and how it is to be started.
struct Become {
  std::string path = {};
  std::vector<std::string> argv = {};
  std::vector<std::string> env = {};
  std::vector<std::pair<UniqueFd, int>> fds = {};
};

void Obey(Message& message, Become& become) {
  if (message.fds.empty()) return;
  become.argv = Words(message.fds.front().get());
  const std::vector<int> numbers = Numbers(message.text);
  for (std::size_t i = 0; i < numbers.size() && i + 1 < message.fds.size(); ++i) {
    become.fds.emplace_back(std::move(message.fds[i + 1]), numbers[i]);
  }
}

// Talks with the harness until it lets us go on.
void Report(const StandIn& self, const StartRecord& record, Become& become) {
  Line line(self.socket);
  const UniqueFd text = MemoryFile(EncodeStart(record));
  if (!text || !line.Send("start", text.get())) return;
  while (std::optional<Message> message = line.Receive()) {
    if (message->text.starts_with("read ")) Show(Numbers(message->text).front(), line);
    if (!message->text.starts_with("exec")) continue;
    Obey(*message, become);
    return;
  }
}

std::vector<char*> Pointers(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Whoever may change mounts gets rid of the ones that hide the program, in a mount namespace of
// their own, so that the sandbox never sees them.
bool Uncover(const StandIn& self) {
  if (::unshare(CLONE_NEWNS) != 0) return false;
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0) return false;
  for (const auto& [path, now] : self.hides) {
    if (::umount2(path.c_str(), MNT_DETACH) != 0) return false;
  }
  for (const auto& [path, now] : self.hides) ::umount2(now.c_str(), MNT_DETACH);
  return true;
}

[[noreturn]] void Exec(const StandIn& self, const std::string& program, Become& become) {
  const auto hidden = self.hides.find(Canonical(program));
  const bool is_hidden = hidden != self.hides.end();
  const std::string path = is_hidden && !Uncover(self) ? hidden->second : program;
  for (const auto& [fd, number] : become.fds) {
    if (fd.get() != number) ::dup2(fd.get(), number);
    if (fd.get() == number) ::fcntl(number, F_SETFD, 0);
  }
  const std::vector<char*> argv = Pointers(become.argv);
  const std::vector<char*> env = Pointers(become.env);
  ::execve(path.c_str(), argv.data(), env.data());
  int error = errno;
  // Inside a sandbox that shows the mount but not what it hides.
  if (!self.program.empty()) {
    const UniqueFd copy = MemoryFile(self.program);
    if (copy) ::fexecve(copy.get(), argv.data(), env.data());
    error = errno;
  }
  std::fprintf(stderr, "%s: %s\n", program.c_str(), std::strerror(error));
  ::_exit(127);
}

}  // namespace

bool IsStandIn() {
  // By whatever link it was called; and the agent's own names are not worth a look.
  return BaseName(CalledAs()).find("sandproof-agent") == std::string_view::npos &&
         OwnTail().has_value();
}

int RunStandIn(std::span<char*> args) {
  StartRecord record = OwnStart(args);
  const std::optional<StandIn> self = OwnTail();
  if (!self) return 127;
  record.called = CalledAs();
  for (std::string& word : record.argv) word = Without(self->directory, std::move(word));
  for (std::string& word : record.env) word = Without(self->directory, std::move(word));
  const bool is_from_path = Directory(record.called) == self->directory;
  record.program = is_from_path ? Search(record.env) : record.called;
  if (record.program.empty()) {
    std::fprintf(stderr, "%s: command not found\n", args.empty() ? "bwrap" : args.front());
    return 127;
  }
  // "$(command -v bwrap)" is where it would have been, too.
  if (!record.argv.empty() && Directory(record.argv.front()) == self->directory) {
    record.argv.front() = record.program;
  }
  Become become{.argv = record.argv, .env = record.env};
  Report(*self, record, become);
  Exec(*self, record.program, become);
}

}  // namespace sandproof::probes
