// What a decoder taken over by its file could do: nothing.
#include "decoder/sandbox.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "decoder/audio_files.h"
#include "library/decoder_client.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

// The exit status of `job` in a process of its own.
int in_a_child(const std::function<int()>& job) {
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(job());
  int status = 0;
  ::waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

class SandboxTest : public ::testing::Test {
 protected:
  SandboxTest() {
    put_bytes(folder_.path() / "input", "abc");
    put_bytes(folder_.path() / "secret", "xyz");
  }
  TemporaryFolder folder_;
};

enum { kShut = 40, kOpen = 41, kNoKernelSupport = 42 };

TEST_F(SandboxTest, NoSocketOpens) {
  const int status = in_a_child([&] {
    decoder::Sandbox state;
    decoder::close_off(state, ::open((folder_.path() / "input").c_str(), O_RDONLY));
    if (!state.has_network_filter) return int{kNoKernelSupport};
    return ::socket(AF_INET, SOCK_STREAM, 0) < 0 && ::socket(AF_UNIX, SOCK_STREAM, 0) < 0 ? int{kShut} : int{kOpen};
  });
  if (status == kNoKernelSupport) GTEST_SKIP() << "this kernel gives no seccomp filter";
  EXPECT_EQ(status, kShut);
}

TEST_F(SandboxTest, TheInputOpensAgainAndNoOtherFileDoes) {
  const int status = in_a_child([&] {
    const int input = ::open((folder_.path() / "input").c_str(), O_RDONLY);
    decoder::Sandbox state;
    decoder::close_off(state, input);
    if (state.landlock_abi == 0) return int{kNoKernelSupport};
    const bool reopens = ::open(("/proc/self/fd/" + std::to_string(input)).c_str(), O_RDONLY) >= 0;
    const bool reads_other = ::open((folder_.path() / "secret").c_str(), O_RDONLY) >= 0;
    const bool makes_other = ::open((folder_.path() / "new").c_str(), O_WRONLY | O_CREAT, 0600) >= 0;
    const bool writes_input = ::open((folder_.path() / "input").c_str(), O_WRONLY) >= 0;
    const bool deletes = ::unlink((folder_.path() / "secret").c_str()) == 0;
    return reopens && !reads_other && !makes_other && !writes_input && !deletes ? int{kShut} : int{kOpen};
  });
  if (status == kNoKernelSupport) GTEST_SKIP() << "this kernel has no Landlock";
  EXPECT_EQ(status, kShut);
}

TEST_F(SandboxTest, WithoutFfmpegNothingOpensAndNothingStarts) {
  const int status = in_a_child([&] {
    decoder::Sandbox state;
    decoder::close_off(state, ::open((folder_.path() / "input").c_str(), O_RDONLY));
    decoder::close_off_wholly(state);
    if (!state.has_compute_filter) return int{kNoKernelSupport};
    const bool opens = ::open("/usr/bin/env", O_RDONLY) >= 0;
    const bool forks = ::fork() >= 0;
    return !opens && !forks ? int{kShut} : int{kOpen};
  });
  if (status == kNoKernelSupport) GTEST_SKIP() << "this kernel gives no seccomp filter";
  EXPECT_EQ(status, kShut);
}

TEST_F(SandboxTest, CapabilitiesTellWhatThisKernelGives) {
  const Json c = parse_json(DecoderClient().capabilities(), "capabilities");
  EXPECT_EQ(c.at("protocol"), 1);
  EXPECT_TRUE(c.at("landlock_abi").is_number());
  EXPECT_TRUE(c.at("seccomp_no_network").is_boolean());
  EXPECT_TRUE(c.contains("ffmpeg"));
}

}  // namespace
}  // namespace songscape
