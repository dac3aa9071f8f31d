// When a system serves, as its configuration says it can be told.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/result.h"
#include "harness/spec/spec.h"

namespace sandproof {

// One sign. Asked again and again, it never waits.
class ReadySign {
 public:
  virtual ~ReadySign() = default;
  // Whether it can be seen already; before the start, this is a mistake.
  [[nodiscard]] virtual bool IsThereBefore() { return false; }
  virtual void OnLine(std::string_view /*line*/) {}
  // Tries, or goes on with a try. True when the sign was seen.
  [[nodiscard]] virtual bool Step() = 0;
  // What the last try met: "connect: ECONNREFUSED".
  [[nodiscard]] virtual std::string LastSeen() const = 0;
};

// All signs of one start.
class Readiness {
 public:
  // Takes note of what is there before the start. The checks have no marks any more.
  //
  // Errors: kInternal for a sign that is there already: somebody else serves at the address, so
  // nothing could be told of this start.
  [[nodiscard]] static Result<Readiness> BeforeStart(const std::vector<ReadyCheck>& checks);

  void OnLine(std::string_view line);
  // Goes on with every sign that was not seen yet; true once all were.
  [[nodiscard]] bool Step();
  [[nodiscard]] bool is_ready() const;
  // "http://127.0.0.1:3000/: connect: ECONNREFUSED", of the signs that were not seen.
  [[nodiscard]] std::string Missing() const;

 private:
  struct Entry {
    std::string name = {};
    std::unique_ptr<ReadySign> sign = {};
    bool is_seen = false;
  };
  std::vector<Entry> entries_ = {};
};

}  // namespace sandproof
