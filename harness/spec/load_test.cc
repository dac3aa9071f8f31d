#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "harness/spec/testing.h"

namespace sandproof {
namespace {

// A directory of one test.
class Directory {
 public:
  Directory() {
    std::string path = (std::filesystem::temp_directory_path() / "sp-load-XXXXXX").string();
    if (::mkdtemp(path.data()) != nullptr) path_ = path;
  }
  ~Directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  [[nodiscard]] std::string File(std::string_view name) const { return (path_ / name).string(); }
  [[nodiscard]] std::string Write(std::string_view name, std::string_view text) const {
    std::ofstream(File(name), std::ios::binary) << text;
    return File(name);
  }

 private:
  std::filesystem::path path_;
};

std::string Message(const std::string& file) {
  const Result<Spec> spec = LoadSpec(file, {});
  return spec ? "(accepted)" : spec.error().message;
}

TEST(LoadSpec, ReadsAFile) {
  const Directory directory;
  const Result<Spec> spec =
      LoadSpec(directory.Write("s.json", testing::WithMembers("\"cwd\": \"{dir}\"")), {});
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_EQ(spec->sandboxes.at(0).cwd + "/s.json",
            std::filesystem::canonical(directory.File("s.json")).string());
}

TEST(LoadSpec, NamesTheCallAndTheErrnoOfAMissingFile) {
  const Directory directory;
  const std::string file = directory.File("absent.json");
  EXPECT_EQ(Message(file), "open(" + file + "): ENOENT");
}

TEST(LoadSpec, RefusesADirectory) {
  const Directory directory;
  EXPECT_EQ(Message(directory.File(".")),
            directory.File(".") + ": a directory; expected a file with a configuration in JSON");
}

TEST(LoadSpec, DoesNotWaitForTheWriterOfAFifo) {
  const Directory directory;
  const std::string file = directory.File("fifo");
  ASSERT_EQ(::mkfifo(file.c_str(), 0600), 0);
  EXPECT_EQ(Message(file), file + ": a FIFO; expected a file with a configuration in JSON");
}

TEST(LoadSpec, RefusesADevice) {
  EXPECT_EQ(Message("/dev/zero"),
            "/dev/zero: a device; expected a file with a configuration in JSON");
}

TEST(LoadSpec, RefusesAHugeFileByItsSize) {
  const Directory directory;
  const std::string file = directory.Write("huge.json", "{");
  ASSERT_EQ(::truncate(file.c_str(), 100L * 1024 * 1024), 0);
  EXPECT_EQ(Message(file), file + ": larger than the 4194304 bytes that a configuration may have");
}

TEST(LoadSpec, RefusesAnEmptyFile) {
  const Directory directory;
  const std::string file = directory.Write("empty.json", "");
  EXPECT_EQ(Message(file), file + ":1: the file is empty; expected an object with \"sandboxes\"");
}

TEST(LoadSpec, RefusesABinary) { EXPECT_NE(Message("/proc/self/exe"), "(accepted)"); }

}  // namespace
}  // namespace sandproof
