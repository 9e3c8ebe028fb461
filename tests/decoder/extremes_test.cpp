// Long, wide and fast files: row A15.
#include <gtest/gtest.h>
#include <sndfile.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <climits>
#include <filesystem>

#include "audio/clip.h"
#include "decoder/audio_files.h"
#include "decoder/decoding.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

// Peak memory of the decoder alone, found in a process whose only child it is.
long decoder_memory_kib(const std::filesystem::path& path) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  const pid_t pid = ::fork();
  if (pid == 0) {
    rusage usage{};
    const bool is_kept = decode(path).is_kept();
    ::getrusage(RUSAGE_CHILDREN, &usage);
    const long kib = is_kept ? usage.ru_maxrss : LONG_MAX;
    ::_exit(::write(ends[1], &kib, sizeof kib) == sizeof kib ? 0 : 1);
  }
  long kib = LONG_MAX;
  EXPECT_EQ(::read(ends[0], &kib, sizeof kib), static_cast<ssize_t>(sizeof kib));
  ::waitpid(pid, nullptr, 0);
  ::close(ends[0]);
  ::close(ends[1]);
  return kib;
}

TEST(Extremes, TenHoursTakeNoMoreMemoryThanTenSeconds) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "long.wav";
  constexpr uint64_t kBytes = 8000ull * 36000;
  put_bytes(path,
            wav_bytes({.rate = 8000, .block_align = 1, .bits = 8, .data_bytes = static_cast<uint32_t>(kBytes)}, ""));
  std::filesystem::resize_file(path, 44 + kBytes);  // a hole: constant full scale
  const Decoded d = decode(path);
  ASSERT_TRUE(d.is_kept()) << d;
  EXPECT_EQ(d.song.decoded_sec, 36000);
  EXPECT_EQ(d.clips[0].start_sample, (36000ll * kSampleRate - kClipSamples) / 2);
#ifndef __SANITIZE_ADDRESS__
  EXPECT_LT(decoder_memory_kib(path), 32 * 1024);
#endif
}

TEST(Extremes, EightChannelsAt192And384kHzAreDecoded) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "wide.wav";
  for (const int rate : {192000, 384000}) {
    write_audio(path, music(1, rate, 8), rate, 8, SF_FORMAT_WAVEX | SF_FORMAT_PCM_24);
    const Decoded d = decode(path);
    ASSERT_TRUE(d.is_kept()) << d;
    EXPECT_EQ(d.song.n_channels, 8);
    EXPECT_NEAR(static_cast<double>(d.n_samples()), kSampleRate, 2);
  }
}

}  // namespace
}  // namespace songscape
