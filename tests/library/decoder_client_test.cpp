// Files that are no files, and decoders that fail: rows A16, A17 and A20.
#include "library/decoder_client.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <fstream>
#include <thread>

#include "core/error.h"
#include "core/file.h"
#include "library/decoder_protocol.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

class DecoderClientTest : public ::testing::Test {
 protected:
  std::string failure_of(const fs::path& path, const DecoderClient& client = DecoderClient()) {
    try {
      client.decode(path, {}, [](DecodedClip) {});
      return "";
    } catch (const DecodeFailure& e) {
      return e.what();
    }
  }
  // What the faulty decoder does is what its file says.
  std::string failure_by(const std::string& way, double wall_limit_factor = 1) {
    publish_file(path_, way);
    return failure_of(path_, DecoderClient({.program = fs::path(SONGSCAPE_BINARY_DIR) / "songscape-decode-faulty",
                                            .wall_limit_factor = wall_limit_factor}));
  }
  TemporaryFolder folder_;
  fs::path path_ = folder_.path() / "a.mp3";
};

TEST_F(DecoderClientTest, FoldersFifosSocketsAndDevicesAreNotRegularFiles) {
  fs::create_directory(path_);
  EXPECT_EQ(failure_of(path_), "not a regular file (folder)");
  const fs::path fifo = folder_.path() / "fifo.mp3";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_EQ(failure_of(fifo), "not a regular file (FIFO)");
  EXPECT_EQ(failure_of("/dev/zero"), "not a regular file (device)");
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  std::strncpy(address.sun_path, (folder_.path() / "s").c_str(), sizeof address.sun_path - 1);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(failure_of(folder_.path() / "s"), "not a regular file (socket)");
  ::close(fd);
  EXPECT_NE(failure_of(folder_.path() / "none").find("cannot open: No such file"), std::string::npos);
}

TEST_F(DecoderClientTest, LinksAreFollowedOnlyWhenAskedFor) {
  publish_file(path_, "");
  const fs::path link = folder_.path() / "link.mp3", loop = folder_.path() / "loop.mp3";
  fs::create_symlink(path_, link);
  fs::create_symlink(loop, loop);
  EXPECT_EQ(failure_of(link), "not a regular file (symbolic link)");
  const DecoderClient following({.follow_links = true});
  EXPECT_NE(failure_of(link, following).find("no audio"), std::string::npos);
  EXPECT_EQ(failure_of(loop), "not a regular file (symbolic link)");
  EXPECT_EQ(failure_of(loop, following), "not a regular file (a loop of symbolic links)");
}

TEST_F(DecoderClientTest, ACrashCostsOneFile) {
  EXPECT_EQ(failure_by("crash"), "decoder crashed (signal 11)");
  EXPECT_EQ(failure_by("crash-in-the-middle"), "decoder crashed (signal 11)");
  EXPECT_EQ(failure_by("good"), "");
}

TEST_F(DecoderClientTest, AStalledDecoderIsEndedAndNothingOfItIsLeft) {
  EXPECT_NE(failure_by("loop", 0.002).find("decoder timeout"), std::string::npos);
  EXPECT_NE(failure_by("burn", 0.002).find("decoder timeout"), std::string::npos);
  EXPECT_NE(failure_by("goes-on-after-the-end", 0.002).find("decoder timeout"), std::string::npos);
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
}

TEST_F(DecoderClientTest, MemoryIsLimited) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitiser's shadow needs more address space than the limit";
#endif
  EXPECT_EQ(failure_by("memory").find("decoder memory limit"), 0u) << failure_by("memory");
}

TEST_F(DecoderClientTest, OutputIsLimited) {
  EXPECT_EQ(failure_by("flood"), "decoder output cap");
  EXPECT_NE(failure_by("babble").find("its answer is damaged"), std::string::npos);
}

TEST_F(DecoderClientTest, AnswersThatMakeNoSenseAreRefused) {
  for (const char* way :
       {"silent-end", "half-a-frame", "huge-frame", "no-json", "deep-json", "wrong-types", "clip-first",
        "clip-out-of-order", "clip-too-long", "clip-of-nan", "clips-missing", "unknown-frame", "other-version"})
    EXPECT_NE(failure_by(way).find("its answer is damaged"), std::string::npos) << way << ": " << failure_by(way);
  EXPECT_EQ(failure_by("exit-3"), "decoder failed (exit 3)");
}

TEST_F(DecoderClientTest, AFileThatChangesWhileItIsReadIsNamed) {
  publish_file(path_, "good");
  const DecoderClient client({.program = fs::path(SONGSCAPE_BINARY_DIR) / "songscape-decode-faulty"});
  EXPECT_THROW(client.decode(path_, {}, [&](DecodedClip) { std::ofstream(path_, std::ios::app) << "more"; }),
               DecodeFailure);
}

TEST_F(DecoderClientTest, AnExceptionOfTheReaderGoesThrough) {
  publish_file(path_, "flood");
  const DecoderClient client({.program = fs::path(SONGSCAPE_BINARY_DIR) / "songscape-decode-faulty"});
  EXPECT_THROW(client.decode(path_, {}, [](DecodedClip) { throw std::out_of_range("enough"); }), std::out_of_range);
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
}

TEST_F(DecoderClientTest, AMissingProgramIsAnErrorOfTheInstallationNotOfTheFile) {
  publish_file(path_, "x");
  const DecoderClient client({.program = folder_.path() / "none"});
  EXPECT_THROW(client.decode(path_, {}, [](DecodedClip) {}), Error);
}

TEST_F(DecoderClientTest, ServesManyThreadsAtOnce) {
  publish_file(path_, "good");
  const DecoderClient client({.program = fs::path(SONGSCAPE_BINARY_DIR) / "songscape-decode-faulty"});
  std::vector<std::thread> threads;
  std::atomic<int> n_good{0};
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) {
        const DecodedSong song = client.decode(path_, {}, [](DecodedClip c) { EXPECT_EQ(c.samples.size(), 4096u); });
        n_good += song.n_clips == 1 && song.warnings.size() == 1;
      }
    });
  for (auto& t : threads) t.join();
  EXPECT_EQ(n_good, 80);
}

}  // namespace
}  // namespace songscape
