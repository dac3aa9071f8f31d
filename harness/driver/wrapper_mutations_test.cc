#include "harness/driver/wrapper_mutations.h"

#include <gtest/gtest.h>

#include "harness/driver/words_for_test.h"

namespace sandproof {
namespace {

// "ID" of each, in order.
std::vector<std::string> IdsOf(const std::string& line) {
  const std::vector<std::string> words = Words(line);
  std::vector<std::string> ids;
  for (const MutationDraft& draft : DraftWrappers(words, 0, {})) ids.push_back(draft.mutation.id);
  return ids;
}

using Ids = std::vector<std::string>;

TEST(WrapperMutations, TakesSetprivApart) {
  EXPECT_EQ(IdsOf("/usr/bin/setpriv --reuid=5 --regid 5 --clear-groups --no-new-privs"),
            (Ids{"setpriv --reuid=5 → dropped", "setpriv --regid 5 → dropped",
                 "setpriv --clear-groups → --keep-groups", "setpriv --no-new-privs → dropped",
                 "/usr/bin/setpriv --reuid=5 --regid 5 --clear-groups --no-new-privs → dropped"}));
}

TEST(WrapperMutations, TakesOnlyWhatProtectsFromEnv) {
  EXPECT_EQ(IdsOf("env -i --default-signal PATH=/usr/bin -u HOME"),
            (Ids{"env -i → dropped", "env -u HOME → dropped"}));
}

TEST(WrapperMutations, TakesAProgramItDoesNotKnowAsAWhole) {
  EXPECT_EQ(IdsOf("/x/close_fds.sh 10 nice -n 5 env -i A=b"),
            (Ids{"/x/close_fds.sh 10 nice -n 5 → dropped", "env -i → dropped"}));
}

TEST(WrapperMutations, CountsPlacesFromTheLaunchLine) {
  const std::vector<std::string> words = Words("env -i A=b");
  const std::vector<MutationDraft> drafts = DraftWrappers(words, 7, {});
  ASSERT_EQ(drafts.size(), 1U);
  EXPECT_EQ(drafts[0].words.front().at, 8U);
}

TEST(WrapperMutations, SaysWhatElseDropsCapabilities) {
  const std::vector<std::string> words = Words("setpriv --bounding-set=-all");
  const auto drafts = DraftWrappers(words, 0, {.drops_all = "--cap-drop ALL"});
  EXPECT_EQ(drafts.front().mutation.covered_by, "--cap-drop ALL");
}

TEST(WrapperMutations, SaysWhereThereAreNoGroupsToKeep) {
  const std::vector<std::string> words = Words("setpriv --clear-groups");
  EXPECT_NE(DraftWrappers(words, 0, {.has_groups = false}).front().mutation.unobservable, "");
  EXPECT_EQ(DraftWrappers(words, 0, {.has_groups = true}).front().mutation.unobservable, "");
}

TEST(WrapperMutations, FindsTheUidBehind) {
  EXPECT_EQ(UidBehind(Words("env -i setpriv --reuid=60801"), 0), 60801U);
  EXPECT_EQ(UidBehind(Words("setpriv --reuid 7"), 0), 7U);
  EXPECT_EQ(UidBehind(Words("setpriv --reuid=root"), 1000), 0U);
  EXPECT_NE(UidBehind(Words("setpriv --reuid=www-data"), 0), 0U);
  EXPECT_EQ(UidBehind(Words("env -i A=b"), 1000), 1000U);
}

}  // namespace
}  // namespace sandproof
