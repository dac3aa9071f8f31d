// What an experiment has seen, property by property.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/supervise/experiment.h"

namespace sandproof {

// Begins with nothing seen of any property; what is never told stays silent.
class SeenList {
 public:
  SeenList(const Experiment& experiment, const std::vector<std::string>& properties);

  // What was done: "kill(auth, SIGKILL)". Of all properties.
  void Did(const std::string& call) { call_ = call; }
  // A fact of all properties: how long something took.
  void Fact(const std::string& name, const std::string& value) { facts_[name] = {value}; }
  // That the property holds unless something is wrong, and what is wrong.
  void Tell(const std::string& property, const std::vector<std::string>& wrong);
  // Why nothing was seen, of every property that was not told.
  void Silence(const std::string& why);
  // Of one.
  void Silence(const std::string& property, const std::string& why);

  [[nodiscard]] std::vector<Seen> Take();

 private:
  [[nodiscard]] Seen* Find(const std::string& property);

  std::vector<Seen> seen_ = {};
  std::string call_ = {};
  std::map<std::string, std::vector<std::string>> facts_ = {};
};

}  // namespace sandproof
