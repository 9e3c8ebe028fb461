#include "core/file.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

TEST(Publisher, ShowsTheFileWholeOrNotAtAll) {
  const TemporaryFolder folder;
  const fs::path target = folder.path() / "a.txt";
  publish_file(target, "old");
  {
    Publisher p(target);
    p.write("half");
    EXPECT_EQ(read_file(target), "old");
  }
  EXPECT_EQ(read_file(target), "old");
  publish_file(target, "new");
  EXPECT_EQ(read_file(target), "new");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), {}), 1);
}

TEST(Publisher, SaysWhyAFileCannotBeMade) {
  try {
    publish_file("/proc/none/x", "x");
    FAIL() << "written";
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find("/proc/none/x: cannot create (seen: No such file"), std::string::npos) << e.what();
  }
}

TEST(FileLock, NamesTheHolder) {
  const TemporaryFolder folder;
  const FileLock first(folder.path() / "lock");
  try {
    const FileLock second(folder.path() / "lock");
    FAIL() << "locked twice";
  } catch (const Error& e) {
    EXPECT_EQ(e.exit_code(), ExitCode::locked);
    EXPECT_NE(std::string(e.what()).find("pid " + std::to_string(::getpid())), std::string::npos);
  }
}

TEST(MappedFile, RefusesSymbolicLinks) {
  const TemporaryFolder folder;
  publish_file(folder.path() / "a", "abc");
  fs::create_symlink("a", folder.path() / "link");
  EXPECT_EQ(MappedFile(folder.path() / "a").bytes().size(), 3u);
  EXPECT_THROW(MappedFile(folder.path() / "link"), Error);
}

TEST(ReadFile, KeepsToItsLimit) {
  const TemporaryFolder folder;
  publish_file(folder.path() / "a", "abcdef");
  EXPECT_THROW(read_file(folder.path() / "a", 5), Error);
}

}  // namespace
}  // namespace songscape
