#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <thread>

#include "core/random.h"
#include "small_run.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

pid_t start(const fs::path& run) {
  const std::string program = TRAIN_ONCE, folder = run.string();
  char* arguments[] = {const_cast<char*>(program.c_str()), const_cast<char*>(folder.c_str()), nullptr};
  pid_t pid = -1;
  EXPECT_EQ(posix_spawn(&pid, program.c_str(), nullptr, nullptr, arguments, environ), 0);
  return pid;
}

// When the last checkpoint was written; before the first one, the clock's beginning.
fs::file_time_type last_save(const fs::path& run) {
  std::error_code error;
  const auto time = fs::last_write_time(run / "checkpoints/last/manifest.json", error);
  return error ? fs::file_time_type::min() : time;
}

// Its exit status, or −1 where it was killed `after_sec` seconds behind its first save.
int run_for(const fs::path& run, double after_sec) {
  const auto before = last_save(run);
  const pid_t pid = start(run);
  int status = 0;
  // Time counts from its first own checkpoint: loading LibTorch can take any time.
  while (last_save(run) == before) {
    if (waitpid(pid, &status, WNOHANG) == pid) return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  std::this_thread::sleep_for(std::chrono::duration<double>(after_sec));
  kill(pid, SIGKILL);
  if (waitpid(pid, &status, 0) != pid) return 0;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int run_to_the_end(const fs::path& run) {
  int status = 0;
  waitpid(start(run), &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(Killed, AtRandomMomentsItEndsEqualToTheBit) {
  const TemporaryFolder folder;
  ASSERT_EQ(run_to_the_end(folder.path() / "whole"), 0);
  const auto whole = fingerprint(folder.path() / "whole");
  const char* asked = std::getenv("SONGSCAPE_KILLS");
  const int n_kills = asked ? std::atoi(asked) : 4;
  Random random(static_cast<uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count()));
  int n_killed = 0;
  for (int i = 0; i < n_kills; ++i) n_killed += run_for(folder.path() / "killed", random.uniform(0.0, 0.03)) == -1;
  ASSERT_EQ(run_to_the_end(folder.path() / "killed"), 0);
  EXPECT_GE(n_killed, 1);
  EXPECT_EQ(fingerprint(folder.path() / "killed"), whole);
  RecordProperty("n_killed", n_killed);
}

}  // namespace
}  // namespace songscape
