// The files that stand in front of a launcher's program during a capture.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "harness/canary/keeper.h"
#include "harness/process/staged_launch.h"
#include "harness/result.h"

namespace sandproof {

// A directory that every uid may search, with one stand-in for PATH, one for each program that is
// to be covered, and the socket that they talk to. All of it goes with us, whatever ends us.
class StandIns {
 public:
  // `programs` are the files to cover.
  // Errors: kInternal where no directory can be had in which programs run.
  [[nodiscard]] static Result<StandIns> Make(const std::string& agent_path,
                                             const std::vector<std::string>& programs);

  [[nodiscard]] const std::string& directory() const { return directory_; }
  [[nodiscard]] const std::vector<StagedCover>& covers() const { return covers_; }
  // Listens, non-blocking.
  [[nodiscard]] int socket() const { return socket_.get(); }
  // Whether a file is one of them.
  [[nodiscard]] bool IsOne(dev_t device, ino_t inode) const;

 private:
  StandIns(Keeper keeper, std::string directory)
      : keeper_(std::move(keeper)), directory_(std::move(directory)) {}
  [[nodiscard]] Result<bool> WriteAll(const std::string& agent,
                                      const std::vector<std::string>& programs);
  [[nodiscard]] Result<bool> Write(const std::string& path, const std::string& bytes);
  [[nodiscard]] Result<bool> Listen();
  [[nodiscard]] std::string SocketPath() const { return directory_ + "/socket"; }

  Keeper keeper_;
  std::string directory_;
  std::vector<StagedCover> covers_ = {};
  std::vector<std::pair<dev_t, ino_t>> files_ = {};
  UniqueFd socket_ = {};
};

// The programs called `name` that a launcher may call: on `path`, a list of directories, in the
// usual places, and those that `script` names by their absolute path. Without links, each once.
[[nodiscard]] std::vector<std::string> ProgramsCalled(const std::string& name,
                                                      const std::string& path,
                                                      const std::string& script);

}  // namespace sandproof
