#include "harness/canary/keeper.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

#include "harness/process/process.h"
#include "probes/wire/text.h"
#include "suites/property.h"

namespace sandproof {

namespace {

constexpr std::string_view kPrefix = "sandproof-";
constexpr std::string_view kJournal = "/journal";
constexpr std::string_view kNotOurs = "not-ours ";  // takes the same line without it back
// A line of the journal: the object before it turned out to be somebody else's.
constexpr std::string_view kForget = "forget";
// A directory without a journal may be one that is being made right now.
constexpr std::time_t kUnjournalledSeconds = 60;

// Opens the journal under another name and locks it before it gets its own: nobody ever sees a
// journal whose keeper lives and that is not locked.
UniqueFd OpenJournal(const std::string& directory) {
  const std::string path = directory + std::string(kJournal);
  const std::string unlocked = path + ".new";
  UniqueFd fd(::open(unlocked.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!fd || ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) return UniqueFd();
  return ::rename(unlocked.c_str(), path.c_str()) == 0 ? std::move(fd) : UniqueFd();
}

bool Append(int fd, const std::string& line) {
  return ::write(fd, line.data(), line.size()) == static_cast<ssize_t>(line.size());
}

void RemoveDirectory(const std::string& directory) {
  ::unlink((directory + std::string(kJournal)).c_str());
  ::rmdir(directory.c_str());
}

int MakeJournalled(int journal, const KeptObject& object) {
  if (!Append(journal, JournalLine(object))) return EIO;
  const int error = Make(object);
  if (error == EEXIST) static_cast<void>(Append(journal, std::string(kForget) + '\n'));
  return error;
}

// What the keeper tells the harness first: an errno for its directory, then one for each object.
std::vector<int> MakeAll(int directory_error, int journal, const std::vector<KeptObject>& objects) {
  if (directory_error != 0) return {directory_error};
  if (journal < 0) return {EIO};
  std::vector<int> errors = {0};
  for (const KeptObject& object : objects) {
    errors.push_back(MakeJournalled(journal, object));
  }
  return errors;
}

void RemoveAll(const std::vector<KeptObject>& objects, const std::vector<int>& errors) {
  for (std::size_t i = objects.size(); i-- > 0;) {
    // EEXIST is somebody else's object of the same name.
    if (errors[i + 1] != EEXIST) Remove(objects[i]);
  }
}

void Serve(int socket, const std::string& directory, const std::vector<KeptObject>& objects) {
  constexpr unsigned kSearchable = 0711;
  // The directory is made here and not by the harness, which may be killed at any moment.
  const int directory_error =
      Make({.kind = KeptObject::Kind::kDirectory, .name = directory, .mode = kSearchable});
  const UniqueFd journal = directory_error == 0 ? OpenJournal(directory) : UniqueFd();
  const std::vector<int> errors = MakeAll(directory_error, journal.get(), objects);
  ::send(socket, errors.data(), errors.size() * sizeof(int), MSG_NOSIGNAL);
  std::uint32_t index = 0;
  while (::recv(socket, &index, sizeof index, 0) == sizeof index) {
    const int error = index < objects.size() ? Remove(objects[index]) : EINVAL;
    ::send(socket, &error, sizeof error, MSG_NOSIGNAL);
  }
  if (!journal) return;
  RemoveAll(objects, errors);
  RemoveDirectory(directory);
}

std::string ReadWhole(int fd) {
  std::string text;
  char buffer[4096];
  for (ssize_t got = 0; (got = ::read(fd, buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(got));
  }
  return text;
}

// Removes what the journal names, last first: a directory comes before what is in it.
void Replay(int fd) {
  std::vector<KeptObject> objects;
  std::string text = ReadWhole(fd);
  for (std::size_t at = 0, end = 0; (end = text.find('\n', at)) != std::string::npos;
       at = end + 1) {
    const std::string_view line = std::string_view(text).substr(at, end - at);
    std::optional<KeptObject> object = ParseJournalLine(line);
    if (object) objects.push_back(*std::move(object));
    if (line == kForget && !objects.empty()) objects.pop_back();
  }
  for (std::size_t i = objects.size(); i-- > 0;) Remove(objects[i]);
}

void SweepOne(const std::string& directory) {
  struct stat status = {};
  // Only a directory of our own: a link or somebody else's could name anything for removal.
  if (::lstat(directory.c_str(), &status) != 0 || !S_ISDIR(status.st_mode) ||
      status.st_uid != ::geteuid()) {
    return;
  }
  const std::string path = directory + std::string(kJournal);
  const UniqueFd journal(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!journal) {
    const bool is_old = ::time(nullptr) - status.st_mtime > kUnjournalledSeconds;
    if (errno == ENOENT && is_old) {
      ::unlink((path + ".new").c_str());
      ::rmdir(directory.c_str());
    }
    return;
  }
  if (::flock(journal.get(), LOCK_EX | LOCK_NB) != 0) return;  // its keeper lives
  Replay(journal.get());
  RemoveDirectory(directory);
}

}  // namespace

Result<Keeper> Keeper::Begin(const std::string& directory, const std::vector<KeptObject>& objects) {
  TRY(ForkedHelper helper,
      ForkedHelper::Begin([&](int socket) { Serve(socket, directory, objects); }));
  return Keeper(std::move(helper), directory, std::vector<int>(objects.size() + 1, EIO));
}

Result<bool> Keeper::Wait() {
  // It has a dozen small things to make; one that does not answer is stopped or starved.
  const timeval patience = {.tv_sec = 10, .tv_usec = 0};
  ::setsockopt(helper_.socket(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const ssize_t size = static_cast<ssize_t>(errors_.size() * sizeof(int));
  const ssize_t got = ::recv(helper_.socket(), errors_.data(), static_cast<std::size_t>(size), 0);
  if (got != size || errors_.front() != 0) {
    const int error = got > 0 ? errors_.front() : EIO;
    if (error == EEXIST || error == EIO) return CallError("mkdir", directory_, error);
    return BadInput(fmt::format(
        "mkdir({}): {}; canaries lie there: mount something writable, a tmpfs will do, at {}",
        directory_, ErrnoName(error), DirectoryOf(directory_)));
  }
  errors_.erase(errors_.begin());
  return true;
}

bool Keeper::Drop(std::size_t index) {
  const auto number = static_cast<std::uint32_t>(index);
  int error = EIO;
  return ::send(helper_.socket(), &number, sizeof number, MSG_NOSIGNAL) == sizeof number &&
         ::recv(helper_.socket(), &error, sizeof error, 0) == sizeof error && error == 0;
}

void SweepLeftovers(const std::string& parent) {
  DIR* stream = ::opendir(parent.c_str());
  if (stream == nullptr) return;
  std::vector<std::string> found;
  while (const dirent* entry = ::readdir(stream)) {
    if (std::string_view(entry->d_name).starts_with(kPrefix)) found.emplace_back(entry->d_name);
  }
  ::closedir(stream);
  for (const std::string& name : found) SweepOne(parent + '/' + name);
}

}  // namespace sandproof
