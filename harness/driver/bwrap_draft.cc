#include "harness/driver/bwrap_draft.h"

#include <algorithm>

namespace sandproof {
namespace {

template <typename Change>
bool Overlap(const std::vector<Change>& some, const std::vector<Change>& others) {
  return std::ranges::any_of(some, [&](const Change& one) {
    return std::ranges::any_of(others, [&](const Change& other) {
      return one.at < other.at + std::max<std::size_t>(other.count, 1) &&
             other.at < one.at + std::max<std::size_t>(one.count, 1);
    });
  });
}

// From the last place to the first, so that the places stay those of the user's line.
template <typename Change>
std::vector<Change> FromTheEnd(std::vector<Change> changes) {
  std::ranges::stable_sort(changes, std::ranges::greater(), &Change::at);
  return changes;
}

template <typename Element>
void Replace(std::vector<Element>& in, std::size_t at, std::size_t count,
             const std::vector<Element>& by) {
  const auto begin = in.begin() + static_cast<std::ptrdiff_t>(at);
  const auto place = in.erase(begin, begin + static_cast<std::ptrdiff_t>(count));
  in.insert(place, by.begin(), by.end());
}

// A part of spec.launch after the changes of its words.
std::vector<std::string> ChangedWords(const BwrapParts& parts, const MutationDraft& draft,
                                      std::size_t begin, std::size_t end) {
  const std::vector<std::string>& launch = parts.spec.launch;
  std::vector<std::string> words(launch.begin() + static_cast<std::ptrdiff_t>(begin),
                                 launch.begin() + static_cast<std::ptrdiff_t>(end));
  for (const WordChange& change : FromTheEnd(draft.words)) {
    if (change.at < begin || change.at >= end) continue;
    Replace(words, change.at - begin, change.count, change.words);
  }
  return words;
}

template <typename Change>
bool IsPartOf(const Change& inner, const Change& outer) {
  return outer.at <= inner.at && inner.at + inner.count <= outer.at + outer.count;
}

bool IsDrop(const WordChange& change) { return change.words.empty(); }
bool IsDrop(const OptionChange& change) { return change.options.empty(); }

// Whether nothing is left that `one` could change.
template <typename Change>
bool IsHeld(const std::vector<Change>& changes, const Change& one) {
  return one.count > 0 && std::ranges::any_of(changes, [&](const Change& other) {
           return IsDrop(other) && IsPartOf(one, other);
         });
}

// Adds `one` in place of those that it holds; false when it cuts across another.
template <typename Change>
bool MergeOne(std::vector<Change>& changes, const Change& one) {
  if (IsHeld(changes, one)) return true;
  const bool is_across = std::ranges::any_of(changes, [&](const Change& other) {
    return Overlap<Change>({other}, {one}) && !IsPartOf(other, one);
  });
  if (is_across) return false;
  std::erase_if(changes,
                [&](const Change& other) { return other.count > 0 && IsPartOf(other, one); });
  changes.push_back(one);
  return true;
}

}  // namespace

bool Holds(const MutationDraft& draft, const MutationDraft& other) {
  return std::ranges::all_of(other.words,
                             [&](const WordChange& one) { return IsHeld(draft.words, one); }) &&
         std::ranges::all_of(other.options,
                             [&](const OptionChange& one) { return IsHeld(draft.options, one); });
}

bool Merge(MutationDraft& draft, const MutationDraft& other) {
  MutationDraft merged = draft;
  const auto is_merged = [](auto& changes, const auto& others) {
    return std::ranges::all_of(others, [&](const auto& one) { return MergeOne(changes, one); });
  };
  if (!is_merged(merged.words, other.words) || !is_merged(merged.options, other.options)) {
    return false;
  }
  merged.unused_fds.insert(merged.unused_fds.end(), other.unused_fds.begin(),
                           other.unused_fds.end());
  draft = std::move(merged);
  return true;
}

bool Join(MutationDraft& draft, const MutationDraft& other) {
  if (Overlap(draft.words, other.words) || Overlap(draft.options, other.options)) return false;
  draft.words.insert(draft.words.end(), other.words.begin(), other.words.end());
  draft.options.insert(draft.options.end(), other.options.begin(), other.options.end());
  draft.unused_fds.insert(draft.unused_fds.end(), other.unused_fds.begin(), other.unused_fds.end());
  return true;
}

std::vector<BwrapOption> ChangedOptions(const BwrapParts& parts, const MutationDraft& draft) {
  std::vector<BwrapOption> options = parts.arguments.options;
  for (const OptionChange& change : FromTheEnd(draft.options)) {
    Replace(options, change.at, change.count, change.options);
  }
  return options;
}

std::vector<std::string> ChangedPrefix(const BwrapParts& parts, const MutationDraft& draft) {
  return ChangedWords(parts, draft, 0, parts.line.prefix.size());
}

MutantLine Render(const BwrapParts& parts, const MutationDraft& draft) {
  const std::size_t options_begin = parts.line.prefix.size() + 1;
  const std::size_t options_end = options_begin + parts.arguments.end;
  MutantLine line{.launch = ChangedWords(parts, draft, 0, options_begin),
                  .unused_fds = draft.unused_fds};
  std::map<int, std::vector<std::string>> files;
  for (const int file : parts.arguments.files) files[file];
  for (const BwrapOption& option : ChangedOptions(parts, draft)) {
    std::vector<std::string>& words =
        option.position.file < 0 ? line.launch : files[option.position.file];
    words.push_back(option.name);
    words.insert(words.end(), option.operands.begin(), option.operands.end());
  }
  for (const auto& [file, words] : files) {
    if (std::ranges::find(draft.unused_fds, file) != draft.unused_fds.end()) continue;
    line.fd_content[file] = JoinBwrapFile(words);
  }
  const auto rest = ChangedWords(parts, draft, options_end, parts.spec.launch.size());
  line.launch.insert(line.launch.end(), rest.begin(), rest.end());
  return line;
}

}  // namespace sandproof
