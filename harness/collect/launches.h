// How the processes of a session are launched: the sandbox, its controls, and its launcher alone.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/canary/planted_kinds.h"
#include "harness/collect/control.h"
#include "harness/collect/description.h"
#include "harness/collect/descriptors.h"
#include "harness/collect/session.h"

namespace sandproof {

class Launches {
 public:
  // `order` and `places` are the session's; where its places change, so does what comes after.
  Launches(boost::asio::any_io_executor executor, const SessionOrder& order, const Places& places)
      : executor_(std::move(executor)), order_(order), places_(places) {}

  // Opens the descriptors that the line is given, and plants those that are canaries: the world's,
  // which are files, and those of other kinds. They stay open as long as this.
  // Errors: kInternal, naming the path or number and the errno.
  [[nodiscard]] Result<bool> Open();
  [[nodiscard]] const std::vector<ChildFd>& planted() const { return planted_; }
  // The world's params of canaries, with those of the planted descriptors.
  [[nodiscard]] const std::map<Canary, Params>& canaries() const { return canaries_; }
  // Numbers that only our own way into the sandbox needs. What the configuration hands to the
  // launcher is no business of the payload's: if it gets there, that is a finding.
  [[nodiscard]] std::vector<int> HandedByDriver() const;

  [[nodiscard]] Seat LauncherSeat() const;
  [[nodiscard]] LaunchOrder Sandbox() const;
  // The same line for a launch beside it: with descriptors of its own, and a pipe for input.
  // Errors: those of Open.
  [[nodiscard]] Result<LaunchOrder> SecondSandbox();
  // A line without what our agent and our canaries need.
  [[nodiscard]] LaunchOrder Plain(std::vector<std::string> argv) const;

  [[nodiscard]] std::unique_ptr<Control> ControlAs(std::optional<RunAs> identity,
                                                   std::string label) const;
  // nullptr where it would add nothing to what we may do ourselves.
  [[nodiscard]] std::unique_ptr<Control> NamespacedControl() const;

 private:
  [[nodiscard]] std::vector<ChildFd> AndPlanted(const OpenDescriptors& descriptors) const;
  [[nodiscard]] LaunchOrder WithoutNetwork() const;
  [[nodiscard]] ControlOrder SeatedControl(std::string label) const;

  boost::asio::any_io_executor executor_;
  const SessionOrder& order_;
  const Places& places_;
  OpenDescriptors descriptors_ = {};
  OpenDescriptors second_descriptors_ = {};
  PlantedKinds kinds_ = {};
  std::vector<ChildFd> planted_ = {};
  std::map<Canary, Params> canaries_ = {};
};

}  // namespace sandproof
