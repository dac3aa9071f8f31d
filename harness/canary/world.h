// All canaries of one run, but for the decoy processes, which each sandbox has of its own.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/canary/disk.h"
#include "harness/canary/keeper.h"
#include "harness/canary/listeners.h"
#include "harness/canary/networks.h"
#include "harness/process/process.h"
#include "harness/result.h"
#include "suites/property.h"

namespace sandproof {

struct WorldOrder {
  // Host directories that some launcher binds: the secret file must lie outside all of them.
  std::vector<std::string> declared_sources = {};
  // Host directories in which a channel's socket is to be planted, by the channel's path inside.
  std::map<std::string, std::string> channel_directories = {};
  // Host directories in which programs that raise privilege are to be planted.
  std::set<std::string> program_directories = {};
  NetworksOrder networks = {};          // its id is the run's, and given by the world
  std::vector<KeptObject> others = {};  // what others will make, to be removed
  std::size_t batch_files = 0;  // empty files to send requests in, where input is a terminal
};

class World {
 public:
  // Begins to make them. Nothing of them may be used before Finish.
  // Errors: kInternal when a process for it cannot be had.
  [[nodiscard]] static Result<std::unique_ptr<World>> Begin(const WorldOrder& order);
  // Waits until they are there, but for those of an arena that is foreseen (Networks::Settle).
  // `order` is the same. A canary that cannot be had is named in missing().
  // Errors: kInternal when not even the run's own directory can be made.
  [[nodiscard]] Result<bool> Finish(boost::asio::any_io_executor executor, const WorldOrder& order);

  // The run's own directory, which every uid may search.
  [[nodiscard]] const std::string& directory() const { return directory_; }
  // Of all canaries but those in networks, which differ from place to place.
  [[nodiscard]] const std::map<Canary, Params>& params() const { return params_; }
  [[nodiscard]] const std::map<Canary, std::string>& missing() const { return missing_; }
  [[nodiscard]] Networks& networks() { return *networks_; }
  [[nodiscard]] const Networks& networks() const { return *networks_; }
  [[nodiscard]] std::string BatchPath(std::size_t number) const;
  // A directory of this run with a file in it, or the file: for a control of what is tried inside
  // on a path that the host does not have.
  [[nodiscard]] std::string StandIn(bool is_file) const {
    return directory_ + (is_file ? "/stand-in/file" : "/stand-in");
  }
  // Where a copy of the agent may be put; removed with the directory.
  [[nodiscard]] std::string AgentCopyPath() const { return directory_ + "/sandproof-agent"; }
  // The listener planted for a channel: its host path and nonce; nullptr when there is none.
  [[nodiscard]] const Params* Channel(const std::string& path_inside) const;
  // Where programs were planted; each bears the "name" of its canary.
  [[nodiscard]] const std::set<std::string>& program_directories() const {
    return program_directories_;
  }

  // Descriptors to plant in a launch that is given `taken` numbers of its own; fills the params of
  // the inherited canaries.
  [[nodiscard]] std::vector<ChildFd> PlantDescriptors(const std::vector<int>& taken,
                                                      std::map<Canary, Params>& params) const;
  // The number of a file with the nonce of Canary::kInheritedFile among our own descriptors.
  [[nodiscard]] int own_file() const { return inherited_file_.get(); }
  // "NAME=NONCE" for the launcher's environment.
  [[nodiscard]] std::string EnvironmentEntry() const;
  // "DESCRIPTION:NONCE" for the launch's session keyring.
  [[nodiscard]] std::string SessionKey() const;

  // Changes the outer node name, in a UTS namespace of the harness's own, to a name that was never
  // used before. nullopt where that cannot be done.
  [[nodiscard]] std::optional<std::string> ChangeNodeName();
  // What the names begin with that stand for the host's during the run, and the host's own.
  [[nodiscard]] Params NodeNames() const;
  // The inode number of the UTS namespace that the harness was started in; empty where it cannot
  // be read.
  [[nodiscard]] const std::string& outer_uts() const { return outer_uts_; }

  // Begins to take back what was put on the host; the destructor waits for the end of it.
  void LetGo() { keeper_->LetGo(); }

  // Destroys a canary before its time: for tests. False when there is no such canary.
  [[nodiscard]] bool Drop(Canary canary);

 private:
  World() = default;
  void PlanObjects(const WorldOrder& order, std::vector<KeptObject>& objects);
  void PlanPrograms(const WorldOrder& order, std::vector<KeptObject>& objects);
  void AddObject(Canary canary, KeptObject object, Params params, std::vector<KeptObject>& objects);
  void TakeErrors();
  void ListenOnChannels(boost::asio::any_io_executor executor, const WorldOrder& order);
  void OpenInherited();
  void OwnUtsNamespace();
  void AttachDisk();

  std::string directory_;
  std::string id_;
  std::map<Canary, Params> params_;
  std::map<Canary, std::string> missing_;
  std::multimap<Canary, std::size_t> objects_;  // positions in the keeper's list
  std::set<std::string> program_directories_;
  std::optional<Keeper> keeper_;
  std::optional<Networks> networks_;
  std::optional<Disk> disk_;
  std::map<std::string, std::unique_ptr<StreamDecoy>> channels_;
  std::map<std::string, std::string> channel_paths_;
  UniqueFd inherited_file_;
  UniqueFd inherited_directory_;
  std::string host_name_;
  int node_names_ = 0;
  bool owns_uts_ = false;
  std::string outer_uts_ = {};
};

}  // namespace sandproof
