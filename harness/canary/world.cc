#include "harness/canary/world.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <tuple>

#include "harness/canary/decoy.h"
#include "harness/canary/program_image.h"
#include "harness/canary/secret_file.h"
#include "harness/process/process.h"
#include "probes/wire/text.h"

namespace sandproof {

namespace {

using Kind = KeptObject::Kind;

constexpr const char* kParent = "/tmp";

// A SysV key that is not IPC_PRIVATE and fits a positive int.
std::string RandomKey() {
  const unsigned long number = std::strtoul(RandomHex(4).c_str(), nullptr, 16);
  return std::to_string((number & 0x7fffffffUL) | 1UL);
}

std::string HomeDirectory() {
  const char* home = std::getenv("HOME");
  return home != nullptr && *home == '/' ? home : "";
}

int HighNumber() {
  const unsigned long limit = DescriptorLimit();
  // Above 1023, where launchers that close "all" descriptors often stop; else as high as can be.
  return limit > 1100 ? 1088 : static_cast<int>(limit) - 8;
}

int FirstFree(const std::vector<int>& taken, int at) {
  while (std::find(taken.begin(), taken.end(), at) != taken.end()) ++at;
  return at;
}

}  // namespace

Result<std::unique_ptr<World>> World::Begin(const WorldOrder& order) {
  SweepLeftovers(kParent);
  std::unique_ptr<World> world(new World);
  world->id_ = RandomHex(6);
  world->directory_ = fmt::format("{}/sandproof-{}", kParent, world->id_);
  // Its helper and the keeper work while we do the rest.
  NetworksOrder networks = order.networks;
  networks.id = world->id_;
  networks.directory = world->directory_;
  world->networks_.emplace(std::move(networks));
  std::vector<KeptObject> objects;
  world->PlanObjects(order, objects);
  TRY(world->keeper_, Keeper::Begin(world->directory_, objects));
  return world;
}

Result<bool> World::Finish(boost::asio::any_io_executor executor, const WorldOrder& order) {
  OwnUtsNamespace();
  AttachDisk();
  // The keeper makes the directory that the networks' paths are in.
  TRY(const bool is_kept, keeper_->Wait());
  networks_->Finish(executor);
  TakeErrors();
  if (params_.contains(Canary::kSecretFile)) AddFileHandle(params_[Canary::kSecretFile]);
  ListenOnChannels(executor, order);
  OpenInherited();
  params_[Canary::kEnvironment] = {{"name", "SANDPROOF_CANARY_" + id_}, {"nonce", RandomHex(16)}};
  params_[Canary::kSessionKey] = {{"description", "sandproof-session-" + id_},
                                  {"nonce", RandomHex(16)}};
  params_[Canary::kProcessGroup] = {};
  return is_kept;
}

void World::AddObject(Canary canary, KeptObject object, Params params,
                      std::vector<KeptObject>& objects) {
  params_[canary] = std::move(params);
  objects_.emplace(canary, objects.size());
  objects.push_back(std::move(object));
}

void World::PlanObjects(const WorldOrder& order, std::vector<KeptObject>& objects) {
  const auto file = [&](Canary canary, const std::string& directory, std::string_view prefix) {
    const std::string nonce = RandomHex(16);
    const std::string path = fmt::format("{}/{}{}", directory, prefix, id_);
    AddObject(canary, {.kind = Kind::kFile, .name = path, .content = nonce},
              {{"path", path}, {"nonce", nonce}}, objects);
  };
  file(Canary::kSecretFile, SecretDirectory(order.declared_sources), ".sandproof-secret-");
  file(Canary::kTmpFile, "/tmp", ".sandproof-tmp-");
  file(Canary::kShmFile, "/dev/shm", "sandproof-shm-");
  file(Canary::kInheritedFile, directory_, "inherited-");
  if (const std::string home = HomeDirectory(); !home.empty()) {
    file(Canary::kHomeFile, home, ".sandproof-home-");
  } else {
    missing_[Canary::kHomeFile] = "HOME names no directory, so no canary could be put there";
  }
  const std::string key = RandomKey();
  const std::string nonce = RandomHex(16);
  AddObject(Canary::kSysvShm, {.kind = Kind::kSysvShm, .name = key, .content = nonce, .mode = 0666},
            {{"key", key}, {"nonce", nonce}}, objects);
  AddObject(Canary::kSysvSem, {.kind = Kind::kSysvSem, .name = key, .mode = 0666}, {{"key", key}},
            objects);
  AddObject(Canary::kSysvMsg, {.kind = Kind::kSysvMsg, .name = key, .mode = 0666}, {{"key", key}},
            objects);
  AddObject(Canary::kPosixMq, {.kind = Kind::kPosixMq, .name = "/sandproof-" + id_, .mode = 0666},
            {{"name", "/sandproof-" + id_}}, objects);
  for (const NetworkCanary& one : PlanPaths(directory_)) {
    objects.push_back({.kind = Kind::kOthers, .name = one.plan.address});
  }
  objects.push_back({.kind = Kind::kDirectory, .name = StandIn(false), .mode = 0755});
  objects.push_back({.kind = Kind::kFile, .name = StandIn(true), .content = id_});
  for (std::size_t i = 0; i < order.batch_files; ++i) {
    objects.push_back({.kind = Kind::kFile, .name = BatchPath(i)});
  }
  PlanPrograms(order, objects);
  objects.push_back({.kind = Kind::kOthers, .name = AgentCopyPath()});
  objects.insert(objects.end(), order.others.begin(), order.others.end());
  for (const auto& [inside, directory] : order.channel_directories) {
    channel_paths_[inside] = fmt::format("{}/.sandproof-{}.sock", directory, id_);
    objects.push_back({.kind = Kind::kOthers, .name = channel_paths_[inside]});
  }
}

// One with each way to raise privilege in each of the directories.
void World::PlanPrograms(const WorldOrder& order, std::vector<KeptObject>& objects) {
  for (const auto& [canary, kind, suffix] :
       {std::tuple(Canary::kSetIdProgram, Kind::kSetIdProgram, "set-id"),
        std::tuple(Canary::kCapsProgram, Kind::kCapableProgram, "capable")}) {
    if (::geteuid() != 0) {
      missing_[canary] = "only root can plant a program that raises privilege";
      continue;
    }
    const Params params = {{"name", fmt::format(".sandproof-{}-{}", suffix, id_)},
                           {"nonce", RandomHex(16)}};
    for (const std::string& directory : order.program_directories) {
      AddObject(canary,
                {.kind = kind,
                 .name = directory + '/' + params.at("name"),
                 .content = ProgramImage(params.at("nonce")),
                 .mode = 0755},
                params, objects);
    }
  }
  program_directories_ = order.program_directories;
}

std::string World::BatchPath(std::size_t number) const {
  return fmt::format("{}/batch-{}", directory_, number);
}

void World::TakeErrors() {
  for (const auto& [canary, index] : objects_) {
    const int error = keeper_->errors().at(index);
    if (error == 0) continue;
    params_.erase(canary);
    missing_[canary] = "the canary could not be made on this host: " + ErrnoName(error);
  }
}

void World::ListenOnChannels(boost::asio::any_io_executor executor, const WorldOrder& order) {
  for (const auto& [inside, directory] : order.channel_directories) {
    auto listener = StreamDecoy::UnixPath(executor, channel_paths_[inside], RandomHex(16));
    if (listener) channels_[inside] = *std::move(listener);
  }
}

const Params* World::Channel(const std::string& path_inside) const {
  const auto found = channels_.find(path_inside);
  return found == channels_.end() ? nullptr : &found->second->params();
}

void World::OpenInherited() {
  const auto file = params_.find(Canary::kInheritedFile);
  if (file == params_.end()) return;
  inherited_file_.reset(::open(file->second["path"].c_str(), O_RDONLY | O_CLOEXEC));
  inherited_directory_.reset(::open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

std::vector<ChildFd> World::PlantDescriptors(const std::vector<int>& taken,
                                             std::map<Canary, Params>& params) const {
  const auto file = params_.find(Canary::kInheritedFile);
  if (file == params_.end() || !inherited_file_ || !inherited_directory_) return {};
  const std::string& nonce = file->second.at("nonce");
  const std::string& path = file->second.at("path");
  const int low = FirstFree(taken, 7);
  const int directory = FirstFree(taken, low + 1);
  const int high = FirstFree(taken, HighNumber());
  params[Canary::kInheritedFile] = {{"fd", std::to_string(low)}, {"nonce", nonce}};
  params[Canary::kInheritedHigh] = {{"fd", std::to_string(high)}, {"nonce", nonce}};
  params[Canary::kInheritedDir] = {
      {"fd", std::to_string(directory)}, {"path", std::string(BaseName(path))}, {"nonce", nonce}};
  return {{.target = low, .source = inherited_file_.get()},
          {.target = directory, .source = inherited_directory_.get()},
          {.target = high, .source = inherited_file_.get()}};
}

std::string World::EnvironmentEntry() const {
  const Params& variable = params_.at(Canary::kEnvironment);
  return variable.at("name") + '=' + variable.at("nonce");
}

std::string World::SessionKey() const {
  const Params& key = params_.at(Canary::kSessionKey);
  return key.at("description") + ':' + key.at("nonce");
}

void World::OwnUtsNamespace() {
  utsname names = {};
  if (::uname(&names) == 0) host_name_ = names.nodename;
  struct stat status = {};
  if (::stat("/proc/self/ns/uts", &status) == 0) outer_uts_ = std::to_string(status.st_ino);
  // Every launch of this run starts in it, so that the name can be changed without the host's
  // changing too.
  owns_uts_ = ::unshare(CLONE_NEWUTS) == 0;
  if (!owns_uts_) {
    missing_[Canary::kHostname] =
        "a UTS namespace around the launch needs CAP_SYS_ADMIN: " + ErrnoName(errno);
  }
}

void World::AttachDisk() {
  if (::geteuid() != 0) {
    missing_[Canary::kDisk] = "only root can attach a disk";
    return;
  }
  Result<Disk> disk = Disk::Attach(RandomHex(16));
  if (!disk) {
    missing_[Canary::kDisk] = "no disk could be attached: " + disk.error().message;
    return;
  }
  params_[Canary::kDisk] = disk->params();
  disk_ = *std::move(disk);
}

std::optional<std::string> World::ChangeNodeName() {
  if (!owns_uts_) return std::nullopt;
  const std::string name = fmt::format("sandproof-{}-{}", id_, ++node_names_);
  if (::setdomainname(name.data(), name.size()) != 0) return std::nullopt;
  if (::sethostname(name.data(), name.size()) != 0) return std::nullopt;
  return name;
}

Params World::NodeNames() const {
  return {{"renamed", fmt::format("sandproof-{}-", id_)}, {"host", host_name_}};
}

bool World::Drop(Canary canary) {
  if (networks_->Drop(canary)) return true;
  if (canary == Canary::kDisk && disk_) {
    disk_.reset();
    return true;
  }
  const auto [first, last] = objects_.equal_range(canary);
  return first != last &&
         std::all_of(first, last, [&](const auto& one) { return keeper_->Drop(one.second); });
}

}  // namespace sandproof
