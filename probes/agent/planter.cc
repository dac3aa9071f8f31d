#include "probes/agent/planter.h"

#include <fcntl.h>
#include <linux/keyctl.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "probes/agent/connect.h"
#include "probes/agent/inherited.h"
#include "probes/agent/targets.h"
#include "probes/wire/list.h"
#include "probes/wire/mount_id.h"
#include "probes/wire/passed_descriptors.h"

namespace sandproof::probes {

namespace {

int ErrnoUnless(bool succeeded) { return succeeded ? 0 : errno; }

struct Door {
  UniqueFd fd = {};
  bool is_datagram = false;
};

// In the process that stays. Nothing of it leaves by exception or exit(3).
class Planter {
 public:
  Planter(const Request& request, int report) : request_(request), report_(report) {}

  // Plants everything but what `deadly` names, says so, and serves until standard input ends.
  void Run(const std::set<std::string>& deadly) {
    ::prctl(PR_SET_NAME, request_.Param("token").c_str());
    ::prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);  // Yama would hide it for another's reason
    Say("fact pid " + std::to_string(::getpid()));
    Say("fact root " + std::to_string(MountIdOf("/")));
    for (const auto& [name, plant] : Steps()) {
      if (deadly.contains(name)) continue;
      Say("try " + name);
      if (const int error = plant()) Say("fail " + name + ' ' + std::to_string(error));
    }
    Say("ready");
    ::close(report_);
    Serve();
    TakeBack();
  }

  // What a planter that died has left, which has not died of removing.
  void TakeUp(const std::set<std::string>& deadly) const {
    TakeBack();
    if (!deadly.contains("queue")) ::mq_unlink(request_.Param("queue").c_str());
  }

 private:
  void TakeBack() const {
    for (const char* file : {"tmp", "shm"}) ::unlink(request_.Param(file).c_str());
    for (const std::string& path : List("sockets")) ::unlink(path.c_str());
    if (queue_ >= 0) ::mq_unlink(request_.Param("queue").c_str());
  }

  using Step = std::pair<std::string, std::function<int()>>;

  std::vector<Step> Steps() {
    std::vector<Step> steps = {{"descriptor", [this] { return PlantDescriptor(); }},
                               {"tmp", [this] { return PlantFile(request_.Param("tmp")); }},
                               {"shm", [this] { return PlantFile(request_.Param("shm")); }},
                               {"stream", [this] { return Open(Abstract("stream"), SOCK_STREAM); }},
                               {"dgram", [this] { return Open(Abstract("dgram"), SOCK_DGRAM); }},
                               {"tcp", [this] { return Open(Loopback(), SOCK_STREAM); }},
                               {"udp", [this] { return Open(Loopback(), SOCK_DGRAM); }}};
    for (const std::string& path : List("sockets")) {
      steps.emplace_back("socket:" + path, [this, path] { return PlantSocket(path); });
    }
    // The calls that filters refuse last.
    steps.emplace_back("segment", [this] { return PlantSegment(); });
    steps.emplace_back("queue", [this] { return PlantQueue(); });
    steps.emplace_back("key", [this] { return PlantKey(); });
    return steps;
  }

  std::vector<std::string> List(const char* key) const { return SplitList(request_.Param(key)); }

  void Say(const std::string& line) const {
    const std::string whole = line + '\n';
    static_cast<void>(::write(report_, whole.data(), whole.size()));
  }

  int PlantDescriptor() {
    const std::string& nonce = request_.Param("fd_nonce");
    descriptor_.reset(::memfd_create("sandproof-peer", MFD_CLOEXEC));
    if (!descriptor_) return errno;
    if (::pwrite(descriptor_.get(), nonce.data(), nonce.size(), 0) < 0) return errno;
    Say("fact descriptor " + std::to_string(descriptor_.get()));
    return 0;
  }

  int PlantFile(const std::string& path) const {
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    const UniqueFd fd(::open(path.c_str(), flags, 0600));
    if (!fd) return errno;
    const std::string& nonce = request_.Param("nonce");
    if (::write(fd.get(), nonce.data(), nonce.size()) < 0) return errno;
    return ErrnoUnless(::fchmod(fd.get(), 0644) == 0);  // so that no mode hides it
  }

  Address Abstract(const char* key) const {
    Request named;
    named.params["name"] = request_.Param(key);
    return UnixAddress(named);
  }

  Address Loopback() const { return InetAddress("127.0.0.1", request_.Param("port")); }

  int Open(const Address& address, int type) {
    if (address.length == 0) return EINVAL;
    UniqueFd fd(::socket(address.Family(), type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) return errno;
    if (::bind(fd.get(), address.Get(), address.length) != 0) return errno;
    if (type == SOCK_STREAM && ::listen(fd.get(), 64) != 0) return errno;
    doors_.push_back({.fd = std::move(fd), .is_datagram = type == SOCK_DGRAM});
    return 0;
  }

  int PlantSocket(const std::string& path) {
    Request named;
    named.params["path"] = path;
    const Address address = UnixAddress(named);
    if (address.length == 0) return ENAMETOOLONG;
    if (const int error = Open(address, SOCK_STREAM)) return error;
    return ErrnoUnless(::chmod(path.c_str(), 0666) == 0);
  }

  // Marked for removal at once: by its number it can be attached while we are, and with us it goes
  // whatever ends us (shmctl(2) IPC_RMID).
  int PlantSegment() const {
    const auto size = static_cast<std::size_t>(request_.Number("segment", 4096));
    const int id = ::shmget(IPC_PRIVATE, size, IPC_CREAT | 0666);
    if (id < 0) return errno;
    void* const memory = ::shmat(id, nullptr, 0);
    const int error = ErrnoUnless(memory != reinterpret_cast<void*>(-1));
    ::shmctl(id, IPC_RMID, nullptr);
    if (error != 0) return error;
    const std::string& nonce = request_.Param("nonce");
    std::memcpy(memory, nonce.data(), std::min(nonce.size(), size));
    Say("fact segment_id " + std::to_string(id));
    return 0;
  }

  int PlantQueue() {
    mq_attr attributes = {};
    attributes.mq_maxmsg = 1;
    attributes.mq_msgsize = 64;
    const int flags = O_RDWR | O_CREAT | O_EXCL | O_NONBLOCK | O_CLOEXEC;
    queue_ = ::mq_open(request_.Param("queue").c_str(), flags, 0600, &attributes);
    if (queue_ < 0) return errno;
    return ErrnoUnless(::fchmod(queue_, 0666) == 0);
  }

  // Everybody may read it, and it goes with us: our own keyring is all that holds it.
  int PlantKey() const {
    constexpr unsigned long kEverybody = 0x3f3f3f3f;
    const std::string& nonce = request_.Param("nonce");
    const long key = ::syscall(SYS_add_key, "user", request_.Param("key").c_str(), nonce.data(),
                               nonce.size(), KEY_SPEC_PROCESS_KEYRING);
    if (key < 0) return errno;
    if (::syscall(SYS_keyctl, KEYCTL_SETPERM, key, kEverybody) != 0) return errno;
    Say("fact key " + std::to_string(key));
    return 0;
  }

  void Serve() {
    std::vector<pollfd> polled = {{.fd = STDIN_FILENO, .events = 0, .revents = 0}};
    for (const Door& door : doors_) {
      polled.push_back({.fd = door.fd.get(), .events = POLLIN, .revents = 0});
    }
    // The end of the input is a hang-up, whether or not somebody else reads what came before it.
    while (::poll(polled.data(), polled.size(), -1) >= 0 || errno == EINTR) {
      if (polled.front().revents != 0) return;
      for (std::size_t i = 0; i < doors_.size(); ++i) {
        if (polled[i + 1].revents != 0) Answer(doors_[i]);
      }
    }
  }

  void Answer(const Door& door) const {
    if (door.is_datagram) return AnswerDatagram(door.fd.get());
    const UniqueFd client(::accept4(door.fd.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!client) return;
    ucred who = {};
    socklen_t length = sizeof who;
    ::getsockopt(client.get(), SOL_SOCKET, SO_PEERCRED, &who, &length);
    std::string text = request_.Param("nonce");
    text += ' ' + std::to_string(who.pid) + ' ' + std::to_string(who.uid) + ' ' +
            std::to_string(who.gid) + '\n';
    AnswerWithDescriptor(client.get(), text);
  }

  // Says what it has to say and hands a descriptor over; to a TCP socket only the former.
  void AnswerWithDescriptor(int client, const std::string& text) const {
    const int handed = descriptor_.get();
    if (SendWithDescriptors(client, text, {&handed, 1}, MSG_NOSIGNAL) >= 0) return;
    static_cast<void>(::send(client, text.data(), text.size(), MSG_NOSIGNAL));
  }

  void AnswerDatagram(int fd) const {
    char ignored[64];
    sockaddr_storage from = {};
    socklen_t length = sizeof from;
    auto* const sender = reinterpret_cast<sockaddr*>(&from);
    if (::recvfrom(fd, ignored, sizeof ignored, 0, sender, &length) < 0) return;
    const std::string& nonce = request_.Param("nonce");
    static_cast<void>(::sendto(fd, nonce.data(), nonce.size(), MSG_NOSIGNAL, sender, length));
  }

  const Request& request_;
  int report_;
  UniqueFd descriptor_ = {};
  std::vector<Door> doors_ = {};
  mqd_t queue_ = -1;
};

// What a planter said before it served, or before it died.
struct Report {
  Facts facts = {};
  std::string last_tried = {};
  bool is_ready = false;
};

Report ParseReport(std::string_view text) {
  Report report;
  for (std::size_t at = 0, end = 0; (end = text.find('\n', at)) != std::string_view::npos;
       at = end + 1) {
    const std::string line(text.substr(at, end - at));
    if (line == "ready") report.is_ready = true;
    if (line.starts_with("try ")) report.last_tried = line.substr(4);
    if (line.starts_with("fail ")) report.facts["failed"].push_back(line.substr(5));
    const std::size_t space = line.find(' ', 5);
    if (line.starts_with("fact ") && space != std::string::npos) {
      report.facts[line.substr(5, space - 5)] = {line.substr(space + 1)};
    }
  }
  return report;
}

// Until it is ready or has died.
std::string Hear(int fd) {
  std::string text;
  char buffer[4096];
  while (!text.ends_with("\nready\n")) {
    const ssize_t got = ::read(fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    text.append(buffer, static_cast<std::size_t>(got));
  }
  return text;
}

}  // namespace

Observation LeavePlanter(const Request& request) {
  std::set<std::string> deadly;
  std::vector<std::string> deaths;
  for (;;) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return SetupFailed("pipe2", "", errno);
    const UniqueFd reader(ends[0]);
    UniqueFd writer(ends[1]);
    const pid_t child = ::fork();
    if (child < 0) return SetupFailed("fork", "", errno);
    if (child == 0) {
      ::setsid();
      Planter planter(request, writer.get());
      if (!deadly.empty()) planter.TakeUp(deadly);
      planter.Run(deadly);
      ::_exit(0);
    }
    writer.reset();
    Report report = ParseReport(Hear(reader.get()));
    if (report.is_ready) {
      std::vector<std::string>& failed = report.facts["failed"];
      failed.insert(failed.end(), deaths.begin(), deaths.end());
      return Read("fork", "the planter", std::move(report.facts));
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    // A filter that kills: once more, without the step that it died of.
    const bool is_new = !report.last_tried.empty() && deadly.insert(report.last_tried).second;
    if (!WIFSIGNALED(status) || !is_new) return SetupFailed("fork", "the planter", EPROTO);
    deaths.push_back(report.last_tried + " signal " + std::to_string(WTERMSIG(status)));
  }
}

void AdoptPlanter() { ::prctl(PR_SET_CHILD_SUBREAPER, 1); }

void ReapPlanter() {
  while (::waitpid(-1, nullptr, WNOHANG) > 0) {
  }
}

void AwaitPlanter() {
  while (::waitpid(-1, nullptr, 0) > 0 || errno == EINTR) {
  }
}

}  // namespace sandproof::probes
