// Which stretches of a song become clips, and that each is what resampling the whole song gives.
#include <gtest/gtest.h>
#include <soxr.h>

#include <cmath>

#include "audio/clip.h"
#include "decoder/audio_files.h"
#include "decoder/decoding.h"
#include "decoder/excerpt_cutter.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

using decoder::plan_windows;
using decoder::Window;

std::vector<float> resample_whole(const std::vector<float>& in, int rate) {
  if (rate == kSampleRate) return in;
  std::vector<float> out(static_cast<size_t>(static_cast<double>(in.size()) * kSampleRate / rate) + 1000);
  const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_HQ, 0);
  size_t n = 0;
  soxr_oneshot(rate, kSampleRate, 1, in.data(), in.size(), nullptr, out.data(), out.size(), &n, nullptr, &quality,
               nullptr);
  out.resize(n);
  return out;
}

TEST(PlanWindows, TheMiddleIsCentred) {
  EXPECT_EQ(plan_windows({}, 3 * kClipSamples), (std::vector<Window>{{kClipSamples, kClipSamples}}));
  EXPECT_EQ(plan_windows({}, kClipSamples + 10), (std::vector<Window>{{5, kClipSamples}}));
  EXPECT_EQ(plan_windows({}, 100), (std::vector<Window>{{0, kClipSamples}}));
}

TEST(PlanWindows, NClipsAreEvenlySpacedAndNeverOverlap) {
  EXPECT_EQ(plan_windows({Excerpts::count, 2}, 4 * kClipSamples),
            (std::vector<Window>{{kClipSamples / 2, kClipSamples}, {kClipSamples * 5 / 2, kClipSamples}}));
  for (const int n : {1, 2, 5, 8, 1000}) {
    const auto windows = plan_windows({Excerpts::count, n}, 8 * kClipSamples - 1);
    EXPECT_EQ(windows.size(), static_cast<size_t>(std::min(n, 7)));
    for (size_t i = 1; i < windows.size(); ++i) EXPECT_GE(windows[i].start, windows[i - 1].start + kClipSamples);
    EXPECT_LE(windows.back().start + kClipSamples, 8 * kClipSamples - 1);
  }
}

// 44,101 Hz shares no factor with 22,050 Hz: the two grids meet once a second.
TEST(Excerpts, EqualTheSameStretchOfTheWholeResampledSong) {
  const TemporaryFolder folder;
  for (const int rate : {8000, 44100, 44101, 48000}) {
    const auto song = music(75, rate);
    write_wav(folder.path() / "a.wav", song, rate);
    const auto whole = resample_whole(song, rate);
    for (const Excerpts e : {Excerpts{}, Excerpts{Excerpts::count, 2}, Excerpts{Excerpts::all, 1}}) {
      const Decoded d = decode(folder.path() / "a.wav", e);
      ASSERT_TRUE(d.is_kept()) << d;
      ASSERT_EQ(d.clips.size(), e.kind == Excerpts::middle ? 1u : e.kind == Excerpts::count ? 2u : 3u);
      for (const DecodedClip& c : d.clips) {
        const std::vector<float> wanted(
            whole.begin() + c.start_sample,
            whole.begin() + std::min<int64_t>(c.start_sample + kClipSamples, static_cast<int64_t>(whole.size())));
        EXPECT_NEAR(static_cast<double>(c.samples.size()), static_cast<double>(wanted.size()), 1);
        EXPECT_LT(difference_db(wanted, c.samples), -80)
            << rate << " Hz, clip " << c.index << " of " << format_excerpts(e);
      }
    }
  }
}

TEST(Excerpts, OfTheWholeSongLeaveNothingOut) {
  const TemporaryFolder folder;
  write_wav(folder.path() / "a.wav", music(75, 22050), 22050);
  const Decoded d = decode(folder.path() / "a.wav", {Excerpts::all, 1});
  EXPECT_EQ(d.n_samples(), 75 * 22050);
  EXPECT_EQ(d.clips[2].start_sample, 2 * kClipSamples);
}

TEST(Excerpts, ATailShorterThanAFrameIsLeftOut) {
  const TemporaryFolder folder;
  auto song = music(31, 22050);
  song.resize(kClipSamples + kFftSize - 1);
  write_wav(folder.path() / "a.wav", song, 22050);
  EXPECT_EQ(decode(folder.path() / "a.wav", {Excerpts::all, 1}).clips.size(), 1u);
  song.push_back(0.5f);
  write_wav(folder.path() / "a.wav", song, 22050);
  EXPECT_EQ(decode(folder.path() / "a.wav", {Excerpts::all, 1}).clips.size(), 2u);
}

TEST(Excerpts, AreTheMeanOfTheChannels) {
  const TemporaryFolder folder;
  std::vector<float> three;
  for (int i = 0; i < 22050; ++i) three.insert(three.end(), {0.3f, -0.6f, 0.9f});
  write_wav(folder.path() / "a.wav", three, 22050, 3);
  const Decoded d = decode(folder.path() / "a.wav");
  EXPECT_EQ(d.song.n_channels, 3);
  EXPECT_NEAR(d.clips[0].samples[11025], 0.2f, 1e-4f);
}

TEST(Excerpts, AreTheSameEveryTime) {
  const TemporaryFolder folder;
  write_wav(folder.path() / "a.wav", music(40, 44100, 2), 44100, 2);
  EXPECT_EQ(decode(folder.path() / "a.wav").clips[0].samples, decode(folder.path() / "a.wav").clips[0].samples);
}

}  // namespace
}  // namespace songscape
