#include "reports/matrix.h"

#include <gtest/gtest.h>

#include <string>

#include "suites/catalogue/catalogue.h"

namespace sandproof {
namespace {

CheckResult Of(const char* id, const char* peer, Verdict verdict, const char* reason) {
  return {.check = {.property = FindProperty(id), .subject = peer},
          .judgement = {verdict, reason, ""}};
}

std::string MatrixOf(const sandproof::Run& run) {
  Page page(false, 100);
  AddMatrix(page, run);
  return page.Text();
}

TEST(Matrix, HasARowForEachPropertyAndAColumnForEachPair) {
  sandproof::Run run;
  run.sandboxes.resize(2);
  run.sandboxes[0].name = "auth";
  run.sandboxes[0].results = {
      Of("peer.process_visible", "backend", Verdict::kPass, "denied"),
      Of("peer.key_readable", "backend", Verdict::kInconclusive, "canary_lost")};
  run.sandboxes[1].name = "backend";
  run.sandboxes[1].results = {Of("peer.process_visible", "auth", Verdict::kFail, "reached"),
                              Of("peer.key_readable", "auth", Verdict::kSkipped, "not_asserted"),
                              Of("ipc.peercred_distinguishes", "auth", Verdict::kFail, "violated")};
  EXPECT_EQ(MatrixOf(run),
            "between sandboxes                 auth > backend           backend > auth\n"
            "  peer.process_visible            held                     REACHED\n"
            "  peer.key_readable               not told                 not asserted\n"
            "  ipc.peercred_distinguishes                               FAILED\n"
            "\n");
}

TEST(Matrix, IsNotThereWhereNothingWasAsked) {
  sandproof::Run run;
  run.sandboxes.resize(1);
  run.sandboxes[0].results = {Of("pid.ns_is_own", "", Verdict::kPass, "holds")};
  EXPECT_EQ(MatrixOf(run), "");
}

}  // namespace
}  // namespace sandproof
