// Which of a launcher's promises a check asks about.
#include <algorithm>

#include "harness/driver/driver.h"
#include "suites/plan.h"

namespace sandproof {
namespace {

bool IsAbout(const FlagPromise& promise, const Check& check) {
  if (!promise.path.empty() && promise.path != check.subject) return false;
  if (!promise.ids.empty()) return IsSelected(check.property->id, promise.ids);
  // That something is mounted there promises nothing of how much it holds.
  return !promise.path.empty() && !check.property->exhausts;
}

}  // namespace

Backing BackingOf(const Promises& promises, const Check& check) {
  const auto find = [&](bool is_backing) {
    const auto found = std::ranges::find_if(promises.flags, [&](const FlagPromise& promise) {
      return promise.is_backing == is_backing && IsAbout(promise, check);
    });
    return found == promises.flags.end() ? std::string() : found->text;
  };
  Backing backing{.promised_by = find(false)};
  if (backing.promised_by.empty()) backing.upheld_by = find(true);
  return backing;
}

std::vector<std::string> PromiseTexts(const Promises& promises) {
  std::vector<std::string> texts;
  for (const FlagPromise& promise : promises.flags) {
    const bool is_new = std::ranges::find(texts, promise.text) == texts.end();
    if (!promise.is_backing && is_new) texts.push_back(promise.text);
  }
  return texts;
}

}  // namespace sandproof
