#include "harness/canary/kept.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <mqueue.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "probes/wire/request.h"
#include "probes/wire/unique_fd.h"

namespace sandproof {

namespace {

using Kind = KeptObject::Kind;

constexpr std::array<std::string_view, 10> kKindNames = {
    "directory", "file",     "others",       "sysv-shm",       "sysv-sem",
    "sysv-msg",  "posix-mq", "others-queue", "set-id-program", "capable-program"};
// semctl(2): the caller must define this union.
union SemaphoreValue {
  int value;
  semid_ds* status;
};

int ErrnoUnless(bool succeeded) { return succeeded ? 0 : errno; }

key_t Key(const KeptObject& object) {
  key_t key = 0;
  const std::string& name = object.name;
  std::from_chars(name.data(), name.data() + name.size(), key);
  return key;
}

// Permitted and not effective: whoever runs it gets rights that the program does not use.
int AddEveryCapability(int fd) {
  vfs_cap_data data = {};
  data.magic_etc = VFS_CAP_REVISION_2;
  for (auto& half : data.data) half.permitted = ~0U;
  return ErrnoUnless(::fsetxattr(fd, "security.capability", &data, sizeof data, 0) == 0);
}

int MakeFile(const KeptObject& object) {
  const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  const UniqueFd fd(::open(object.name.c_str(), flags, 0600));
  if (!fd) return errno;
  const auto size = static_cast<ssize_t>(object.content.size());
  if (::write(fd.get(), object.content.data(), object.content.size()) != size) return EIO;
  const bool is_set_id = object.kind == Kind::kSetIdProgram;
  // First: a change of owner takes the bit away.
  if (is_set_id && ::fchown(fd.get(), kPlantedOwner, static_cast<gid_t>(-1)) != 0) return errno;
  if (::fchmod(fd.get(), object.mode | (is_set_id ? S_ISUID : 0U)) != 0) return errno;
  return object.kind == Kind::kCapableProgram ? AddEveryCapability(fd.get()) : 0;
}

int MakeDirectory(const KeptObject& object) {
  if (::mkdir(object.name.c_str(), 0700) != 0) return errno;
  return ErrnoUnless(::chmod(object.name.c_str(), object.mode) == 0);
}

int MakeShm(const KeptObject& object) {
  const int flags = IPC_CREAT | IPC_EXCL | static_cast<int>(object.mode);
  const int id = ::shmget(Key(object), 4096, flags);
  if (id < 0) return errno;
  void* memory = ::shmat(id, nullptr, 0);
  if (memory == reinterpret_cast<void*>(-1)) return errno;
  std::memcpy(memory, object.content.data(), std::min<std::size_t>(object.content.size(), 4096));
  return ErrnoUnless(::shmdt(memory) == 0);
}

int MakeSem(const KeptObject& object) {
  constexpr int kValue = 7;  // a probe knows the canary by it
  const int flags = IPC_CREAT | IPC_EXCL | static_cast<int>(object.mode);
  const int id = ::semget(Key(object), 1, flags);
  if (id < 0) return errno;
  SemaphoreValue value = {.value = kValue};
  return ErrnoUnless(::semctl(id, 0, SETVAL, value) == 0);
}

int MakeMq(const KeptObject& object) {
  mq_attr attributes = {};
  attributes.mq_maxmsg = 1;
  attributes.mq_msgsize = 64;
  const int flags = O_RDWR | O_CREAT | O_EXCL | O_NONBLOCK | O_CLOEXEC;
  const mqd_t queue = ::mq_open(object.name.c_str(), flags, 0600, &attributes);
  if (queue < 0) return errno;
  // glibc's mqd_t is a descriptor; the umask has cut the mode that mq_open took.
  const int error = ErrnoUnless(::fchmod(queue, object.mode) == 0);
  ::mq_close(queue);
  return error;
}

bool IsOurs(uid_t creator) { return creator == ::geteuid(); }

int RemoveShm(key_t key) {
  shmid_ds status = {};
  const int id = ::shmget(key, 0, 0);
  if (id < 0 || ::shmctl(id, IPC_STAT, &status) != 0) return errno;
  return IsOurs(status.shm_perm.cuid) ? ErrnoUnless(::shmctl(id, IPC_RMID, nullptr) == 0) : EPERM;
}

int RemoveSem(key_t key) {
  semid_ds status = {};
  SemaphoreValue argument = {.status = &status};
  const int id = ::semget(key, 0, 0);
  if (id < 0 || ::semctl(id, 0, IPC_STAT, argument) != 0) return errno;
  return IsOurs(status.sem_perm.cuid) ? ErrnoUnless(::semctl(id, 0, IPC_RMID) == 0) : EPERM;
}

int RemoveMsg(key_t key) {
  msqid_ds status = {};
  const int id = ::msgget(key, 0);
  if (id < 0 || ::msgctl(id, IPC_STAT, &status) != 0) return errno;
  return IsOurs(status.msg_perm.cuid) ? ErrnoUnless(::msgctl(id, IPC_RMID, nullptr) == 0) : EPERM;
}

}  // namespace

int Make(const KeptObject& object) {
  switch (object.kind) {
    case Kind::kDirectory:
      return MakeDirectory(object);
    case Kind::kFile:
    case Kind::kSetIdProgram:
    case Kind::kCapableProgram:
      return MakeFile(object);
    case Kind::kOthers:
    case Kind::kOthersQueue:
      return 0;
    case Kind::kSysvShm:
      return MakeShm(object);
    case Kind::kSysvSem:
      return MakeSem(object);
    case Kind::kSysvMsg: {
      const int flags = IPC_CREAT | IPC_EXCL | static_cast<int>(object.mode);
      return ErrnoUnless(::msgget(Key(object), flags) >= 0);
    }
    case Kind::kPosixMq:
      return MakeMq(object);
  }
  return EINVAL;
}

int Remove(const KeptObject& object) {
  const char* name = object.name.c_str();
  switch (object.kind) {
    case Kind::kDirectory:
      return ErrnoUnless(::rmdir(name) == 0);
    case Kind::kFile:
    case Kind::kOthers:
    case Kind::kSetIdProgram:
    case Kind::kCapableProgram:
      return ErrnoUnless(::unlink(name) == 0);
    case Kind::kSysvShm:
      return RemoveShm(Key(object));
    case Kind::kSysvSem:
      return RemoveSem(Key(object));
    case Kind::kSysvMsg:
      return RemoveMsg(Key(object));
    case Kind::kPosixMq:
    case Kind::kOthersQueue:
      return ErrnoUnless(::mq_unlink(name) == 0);
  }
  return EINVAL;
}

std::string JournalLine(const KeptObject& object) {
  const std::string_view kind = kKindNames.at(static_cast<std::size_t>(object.kind));
  return std::string(kind) + ' ' + PercentEncode(object.name) + '\n';
}

std::optional<KeptObject> ParseJournalLine(std::string_view line) {
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  for (std::size_t i = 0; i < kKindNames.size(); ++i) {
    if (kKindNames[i] != line.substr(0, space)) continue;
    std::optional<std::string> name = PercentDecode(line.substr(space + 1));
    if (!name || name->empty()) return std::nullopt;
    return KeptObject{.kind = static_cast<Kind>(i), .name = *std::move(name)};
  }
  return std::nullopt;
}

}  // namespace sandproof
