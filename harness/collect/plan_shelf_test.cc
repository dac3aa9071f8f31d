#include "harness/collect/plan_shelf.h"

#include <gtest/gtest.h>

#include <string>

namespace sandproof {

namespace {

PlanInput InputFor(const std::string& nonce) {
  return {.canaries = {{Canary::kSecretFile, {{"path", "/secret"}, {"nonce", nonce}}}},
          .only = {"fs.secret_readable"}};
}

TEST(PlanShelf, SharesThePlanOfTheSameInput) {
  PlanShelf shelf;
  const std::shared_ptr<const Plan> first = shelf.PlanFor(InputFor("1"));
  EXPECT_FALSE(first->inside.empty());
  EXPECT_EQ(shelf.PlanFor(InputFor("1")), first);
}

TEST(PlanShelf, MakesAnotherForAnotherNonce) {
  PlanShelf shelf;
  const std::shared_ptr<const Plan> first = shelf.PlanFor(InputFor("1"));
  const std::shared_ptr<const Plan> second = shelf.PlanFor(InputFor("2"));
  ASSERT_FALSE(second->inside.empty());
  EXPECT_EQ(first->inside[0].Param("nonce"), "1");
  EXPECT_EQ(second->inside[0].Param("nonce"), "2");
}

TEST(PlanShelf, ForgetsTheOldest) {
  PlanShelf shelf;
  const std::shared_ptr<const Plan> first = shelf.PlanFor(InputFor("0"));
  for (int i = 1; i <= 16; ++i) static_cast<void>(shelf.PlanFor(InputFor(std::to_string(i))));
  EXPECT_NE(shelf.PlanFor(InputFor("0")), first);
}

}  // namespace

}  // namespace sandproof
