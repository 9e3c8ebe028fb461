// A fingerprint that tells whether two clips are the same recording: pairs of chroma peaks, hashed with the time
// between them (after Wang 2003, "An industrial-strength audio search algorithm"), matched by counting the pairs that
// agree on one time shift.  Survives re-encoding, changes of gain, and shifts of the excerpt; different songs share few
// pairs.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace songscape {

// At most kMaxLandmarks words of 32 bits (2 KB), sorted: the pair's hash (18 bits) above its frame (10 bits).
struct Fingerprint {
  std::vector<uint32_t> landmarks;
  bool operator==(const Fingerprint&) const = default;
};
inline constexpr int kMaxLandmarks = 512;

// samples: 1 … 661,504 finite values at 22,050 Hz.  Silence and steady noise may have no landmarks.
Fingerprint make_fingerprint(std::span<const float> samples);

// 0 … 1: the share of the smaller fingerprint's landmarks that the other holds at the best common time shift.
// 0 where either is empty.  Symmetric.
double fingerprint_similarity(const Fingerprint& a, const Fingerprint& b);

// At and above this similarity two clips are the same recording.  Measured on ten whole songs (134 clips): 64 kb/s mp3
// and lowest-quality Vorbis 0.68–0.81, the excerpt moved by up to 1 s 0.37–0.75, by 5 s 0.32–0.42, other songs at most
// 0.012; among 315 short recordings at most 0.16, apart from two pairs of the same sound (0.85, 1.0).
inline constexpr double kDuplicateSimilarity = 0.2;

// Finds the near-duplicates of a clip among those added before, by buckets of equal hashes instead of all pairs: of its
// rarest landmarks, those that another clip holds at one time shift are votes for it.
class FingerprintIndex {
 public:
  struct Match {
    int64_t id;
    double similarity;
  };
  // What one find() costs at most, however many clips there are.
  struct Limits {
    size_t n_visited = 1 << 15;  // landmarks of other clips that are looked at, those of its rarest hashes first
    size_t n_compared = 16;      // clips compared landmark by landmark, those with most votes first
  };
  FingerprintIndex() : FingerprintIndex(Limits()) {}
  explicit FingerprintIndex(const Limits& limits);
  // The matches of at least `min_similarity`, n_compared at most, by falling similarity, then id.
  std::vector<Match> find(const Fingerprint& query, double min_similarity = kDuplicateSimilarity) const;
  // At most 4,194,304 clips.
  void add(int64_t id, Fingerprint fingerprint);

 private:
  struct Vote {
    uint32_t place, n;
  };
  // Clips whose landmarks are as many, roughly, so that as many votes are asked of them.
  struct Shelf {
    std::vector<std::vector<uint32_t>> buckets = {};  // of hash h at h + 1, so that each has two neighbours: a clip's
                                                      // place in entries_ above the landmark's frame
    size_t least_landmarks = 0;
  };
  std::vector<uint32_t> rarest(const Shelf& shelf, const Fingerprint& query) const;
  void vote(const Shelf& shelf, const Fingerprint& query, double min_similarity, std::vector<Vote>& votes) const;

  static void tally(const std::vector<uint32_t>& voted, std::vector<Vote>& votes);

  Limits limits_;
  std::vector<std::pair<int64_t, Fingerprint>> entries_;
  Shelf short_, long_;
};

}  // namespace songscape
