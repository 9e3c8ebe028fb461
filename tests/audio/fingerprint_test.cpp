#include "audio/fingerprint.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "audio/clip.h"
#include "core/random.h"
#include "signals.h"

namespace songscape {
namespace {

constexpr int64_t kExcerpt = 12 * kSampleRate;

// Plucked notes of one scale, four a second at the same tempo in every song: only their order differs.
std::vector<double> plucked_song(uint64_t seed, int64_t n_samples) {
  Random random(seed);
  std::vector<double> song(static_cast<size_t>(n_samples));
  constexpr int kScale[] = {0, 2, 4, 7, 9, 12, 14, 16, 19, 21, 24};
  const auto n_note = static_cast<size_t>(kSampleRate / 4);
  for (size_t begin = 0; begin < song.size(); begin += n_note) {
    const double hz = 220 * std::exp2(kScale[random.below(11)] / 12.0);
    for (size_t i = begin; i < std::min(song.size(), begin + 3 * n_note); ++i) {
      const double t = static_cast<double>(i - begin) / kSampleRate;
      song[i] += 0.2 * std::exp(-4 * t) * (sine(hz * t) + 0.5 * sine(2 * hz * t) + 0.3 * sine(3 * hz * t));
    }
  }
  return song;
}

Signal excerpt(const std::vector<double>& song, int64_t start, double gain = 1) {
  Signal out(kExcerpt);
  for (size_t i = 0; i < out.size(); ++i) out[i] = static_cast<float>(gain * song[static_cast<size_t>(start) + i]);
  return out;
}

// What a poor encoder does: hiss 30 dB below the music, and high frequencies lost (a one-pole low-pass).
Signal coarsely_encoded(const Signal& clip) {
  const auto hiss = white_noise(static_cast<int64_t>(clip.size()), 99);
  Signal out(clip.size());
  double low = 0;
  for (size_t i = 0; i < clip.size(); ++i) {
    low += 0.6 * (clip[i] - low);
    out[i] = static_cast<float>(low + 5e-3 * hiss[i]);
  }
  return out;
}

class Fingerprints : public testing::Test {
 protected:
  static constexpr int kNumSongs = 5;
  static void SetUpTestSuite() {
    for (int song = 0; song < kNumSongs; ++song) {
      songs_.push_back(plucked_song(static_cast<uint64_t>(song), kExcerpt + 3 * kSampleRate));
      prints_.push_back(make_fingerprint(excerpt(songs_.back(), 0)));
    }
  }
  static inline std::vector<std::vector<double>> songs_;
  static inline std::vector<Fingerprint> prints_;
};

TEST_F(Fingerprints, AreSmallAndOfUse) {
  for (const Fingerprint& print : prints_) {
    EXPECT_LE(print.landmarks.size(), size_t{kMaxLandmarks});
    EXPECT_GE(print.landmarks.size(), 60u);
    EXPECT_TRUE(std::is_sorted(print.landmarks.begin(), print.landmarks.end()));
    EXPECT_EQ(fingerprint_similarity(print, print), 1);
  }
}

TEST_F(Fingerprints, TellSongsOfOneScaleAndTempoApart) {
  for (int a = 0; a < kNumSongs; ++a)
    for (int b = 0; b < a; ++b) EXPECT_LT(fingerprint_similarity(prints_[a], prints_[b]), kDuplicateSimilarity / 2);
}

TEST_F(Fingerprints, SurviveGain) {
  EXPECT_GT(fingerprint_similarity(prints_[0], make_fingerprint(excerpt(songs_[0], 0, 0.05))), 0.9);
}

TEST_F(Fingerprints, SurviveCoarseEncoding) {
  EXPECT_GT(fingerprint_similarity(prints_[0], make_fingerprint(coarsely_encoded(excerpt(songs_[0], 0)))),
            2 * kDuplicateSimilarity);
}

TEST_F(Fingerprints, SurviveAShiftOfTheExcerpt) {
  for (const int64_t shift : {1, 300, 512, 1000, 22050, 60000})
    EXPECT_GT(fingerprint_similarity(prints_[0], make_fingerprint(excerpt(songs_[0], shift))), kDuplicateSimilarity)
        << shift;
}

TEST_F(Fingerprints, SimilarityIsSymmetric) {
  const Fingerprint shifted = make_fingerprint(excerpt(songs_[0], 777));
  for (const Fingerprint& print : prints_)
    EXPECT_EQ(fingerprint_similarity(print, shifted), fingerprint_similarity(shifted, print));
}

TEST_F(Fingerprints, TheIndexFindsTheDuplicateAndNothingElse) {
  FingerprintIndex index;
  for (int song = 0; song < kNumSongs; ++song) {
    EXPECT_TRUE(index.find(prints_[song]).empty());
    index.add(100 + song, prints_[song]);
  }
  const auto matches = index.find(make_fingerprint(coarsely_encoded(excerpt(songs_[4], 1234))));
  ASSERT_EQ(matches.size(), 1u);
  EXPECT_EQ(matches[0].id, 104);
  EXPECT_GE(matches[0].similarity, kDuplicateSimilarity);
}

// Landmarks at random.
Fingerprint random_print(uint64_t seed, int n = 300) {
  Random random(seed);
  Fingerprint print;
  for (int i = 0; i < n; ++i)
    print.landmarks.push_back(static_cast<uint32_t>(random.below(30000)) << 10 |
                              static_cast<uint32_t>(random.below(900)));
  std::sort(print.landmarks.begin(), print.landmarks.end());
  return print;
}

// The same, 50 frames later, with every third landmark another.
Fingerprint moved(const Fingerprint& print) {
  Fingerprint out = random_print(1000);
  for (size_t i = 0; i < out.landmarks.size(); ++i)
    if (i % 3 != 0) out.landmarks[i] = print.landmarks[i] + 50;
  std::sort(out.landmarks.begin(), out.landmarks.end());
  return out;
}

TEST(FingerprintIndex, FindsADuplicateAmongManyByTheRarestHashesAlone) {
  FingerprintIndex limited({.n_visited = 400, .n_compared = 8}), whole;
  for (int64_t song = 0; song < 400; ++song) {
    limited.add(song, random_print(static_cast<uint64_t>(song)));
    whole.add(song, random_print(static_cast<uint64_t>(song)));
  }
  for (const uint64_t song : {0, 17, 399}) {
    const Fingerprint query = moved(random_print(song));
    const auto matches = limited.find(query), all = whole.find(query);
    ASSERT_EQ(matches.size(), 1u);
    EXPECT_EQ(matches[0].id, static_cast<int64_t>(song));
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].similarity, matches[0].similarity);
  }
  EXPECT_TRUE(whole.find(random_print(500)).empty());
}

TEST(FingerprintIndex, FindsADuplicateAtEveryShift) {
  FingerprintIndex index({.n_visited = 400, .n_compared = 2});
  for (int64_t song = 0; song < 200; ++song) index.add(song, random_print(static_cast<uint64_t>(song)));
  for (uint32_t shift = 0; shift < 40; ++shift) {
    Fingerprint query = random_print(2000);
    const Fingerprint song = random_print(17);
    for (size_t i = 0; i < query.landmarks.size(); ++i)
      if (i % 5 < 2) query.landmarks[i] = song.landmarks[i] + shift;
    std::sort(query.landmarks.begin(), query.landmarks.end());
    const auto matches = index.find(query);
    ASSERT_EQ(matches.size(), 1u) << shift;
    EXPECT_EQ(matches[0].id, 17);
    EXPECT_NEAR(matches[0].similarity, 0.4, 0.02);
  }
}

TEST(FingerprintIndex, FindsShortClipsByLongOnesAndLongOnesByShort) {
  for (const auto& [n_kept, n_asked] : {std::pair{300, 60}, {60, 300}, {60, 60}, {300, 300}}) {
    FingerprintIndex index;
    for (uint64_t song = 0; song < 50; ++song) index.add(static_cast<int64_t>(song), random_print(song, n_kept));
    // Of the longer one the shorter is the beginning, before both are sorted.
    const auto matches = index.find(random_print(17, n_asked));
    ASSERT_EQ(matches.size(), 1u) << n_kept << ' ' << n_asked;
    EXPECT_EQ(matches[0].id, 17);
    EXPECT_EQ(matches[0].similarity, 1);
  }
}

TEST(FingerprintIndex, NamesNoMoreMatchesThanItCompares) {
  FingerprintIndex index({.n_visited = 1 << 20, .n_compared = 4});
  for (int64_t copy = 0; copy < 10; ++copy) index.add(copy, random_print(1));
  const auto matches = index.find(random_print(1));
  ASSERT_EQ(matches.size(), 4u);
  for (size_t i = 0; i < matches.size(); ++i) EXPECT_EQ(matches[i].id, static_cast<int64_t>(i));
}

TEST(Fingerprint, WithoutMusicIsEmptyAndLikeNothing) {
  const Fingerprint silence = make_fingerprint(Signal(kClipSamples, 0.0f));
  EXPECT_TRUE(silence.landmarks.empty());
  EXPECT_EQ(fingerprint_similarity(silence, silence), 0);
  EXPECT_TRUE(FingerprintIndex().find(silence).empty());
  for (const int64_t n : {1, 512, 1536, 2048, 5000}) make_fingerprint(sine_signal(440, 0.5, n));
}

TEST(Fingerprint, OfOneNoteProvesNothing) {  // two recordings of the same note are not duplicates
  const auto note = [](double hz) {
    Signal signal(2 * kSampleRate);
    for (size_t i = 0; i < signal.size(); ++i) {
      const double t = static_cast<double>(i) / kSampleRate;
      signal[i] = static_cast<float>(std::exp(-2 * t) * sine(hz * t));
    }
    return signal;
  };
  EXPECT_LT(fingerprint_similarity(make_fingerprint(note(440)), make_fingerprint(note(441))), kDuplicateSimilarity);
}

}  // namespace
}  // namespace songscape
