#include "probes/wire/list.h"

#include <gtest/gtest.h>

namespace sandproof {
namespace {

using Elements = std::vector<std::string>;

TEST(List, HoldsEveryPath) {
  for (const Elements& elements :
       {Elements{}, Elements{"/usr"}, Elements{"/usr", "/etc"}, Elements{"/x:y", "/a%3Ab", "/%25"},
        Elements{"/pci0000:00:1f.2", "/a b", "/100%", "/n\nl", ":", "%"}}) {
    EXPECT_EQ(SplitList(JoinList(elements)), elements);
  }
}

// As catalogue records write them.
TEST(List, IsPlainWhereNothingIsEncoded) {
  EXPECT_EQ(JoinList({"/usr", "/etc"}), "/usr:/etc");
  EXPECT_EQ(SplitList("/dev/vsock:/dev/vhost-net"), (Elements{"/dev/vsock", "/dev/vhost-net"}));
}

TEST(List, PassesOverWhatIsEmpty) {
  EXPECT_EQ(SplitList(":/a::/b:"), (Elements{"/a", "/b"}));
  EXPECT_EQ(SplitList(""), Elements{});
}

}  // namespace
}  // namespace sandproof
