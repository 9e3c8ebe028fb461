#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "core/random.h"
#include "library/fake_music.h"
#include "library/library_dump.h"

namespace songscape {
namespace {

void fill(const FakeMusic& m) {
  for (int i = 0; i < 24; ++i)
    m.write("folder " + std::to_string(i % 3) + "/tone " + std::to_string(i) + ".wav",
            "TONE " + std::to_string(200 + 15 * i) + " 0.3 lyrics=la");
  m.write("folder 0/twin.wav", "TONE 200 0.3 lyrics=la");
  m.write("folder 1/bad.wav", "BAD truncated");
  m.write("folder 2/tone 2.txt", "sidecar words");
  m.write("metadata.csv", "path,tempo,mood\nfolder 0/tone 0.wav,120,happy\nfolder 1/tone 1.wav,90,sad\n");
}

// True where the child was killed before it ended by itself.
bool ingest_and_kill_after(const IngestOptions& options, std::chrono::microseconds delay) {
  const pid_t child = ::fork();
  if (child == 0) {
    ingest(options);
    ::_exit(0);
  }
  std::this_thread::sleep_for(delay);
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFSIGNALED(status);
}

TEST(IngestKilled, EndsAsIfItHadNeverBeenStopped) {
  const FakeMusic whole;
  fill(whole);
  const auto start = std::chrono::steady_clock::now();
  whole.ingest();
  const auto whole_us =
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start).count();
  const std::string catalogue = dump_catalogue(whole.library()), index = dump_index(whole.library());
  Random random(7);
  int n_killed = 0;
  for (int round = 0; round < 4; ++round) {
    const FakeMusic m;
    fill(m);
    IngestOptions options = m.options();
    options.group_songs = 1 + random.below(5);
    for (int attempt = 0; attempt < 6; ++attempt)
      n_killed += ingest_and_kill_after(options, std::chrono::microseconds(random.below(whole_us * 2 / 3)));
    m.ingest();
    EXPECT_EQ(dump_catalogue(m.library()), catalogue) << "round " << round;
    EXPECT_EQ(dump_index(m.library()), index) << "round " << round;
  }
  EXPECT_GT(n_killed, 0) << "no attempt was stopped on its way: this test says nothing";
}

TEST(IngestKilled, DoesOnlyWhatIsMissing) {
  const FakeMusic m;
  m.write_tones(12);
  IngestOptions options = m.options();
  options.n_threads = 1;
  options.group_songs = 1;
  options.decode = [](const fs::path& file, const Excerpts& e, const std::function<void(DecodedClip)>& on_clip) {
    static int n_decoded = 0;
    if (++n_decoded == 8) ::kill(::getpid(), SIGKILL);
    return fake_decode(file, e, on_clip);
  };
  const pid_t child = ::fork();
  if (child == 0) {
    ingest(options);
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(m.ingest().n_new, 12 - 7);
}

}  // namespace
}  // namespace songscape
