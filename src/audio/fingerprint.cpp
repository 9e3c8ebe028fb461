#include "audio/fingerprint.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "audio/clip.h"
#include "audio/pitch_peaks.h"
#include "core/error.h"

namespace songscape {
namespace {

// A landmark: pitch (6 bits), the other peak's pitch (6), frames between them (6), then the frame (10).
constexpr int kFrameBits = 10, kHashBits = 18;
constexpr uint32_t kFrameMask = (1u << kFrameBits) - 1;
constexpr int kLeastGap = 2, kGreatestGap = 63;  // frames: 0.1 … 2.9 s
constexpr int kPairsPerPeak = 3;
constexpr int kFrames = 1 << kFrameBits;
static_assert(kFrames > kClipSamples / kPitchHop);
// Fewer landmarks than these prove little, so that shares are of at least this many.
constexpr size_t kLeastCount = 40;
// A clip with fewer is short, which music rarely is.
constexpr size_t kFewLandmarks = kMaxLandmarks / 2;

uint32_t hash_of(uint32_t landmark) { return landmark >> kFrameBits & ((1u << kHashBits) - 1); }
int frame_of(uint32_t landmark) { return static_cast<int>(landmark & kFrameMask); }

uint32_t landmark(const PitchPeak& a, const PitchPeak& b) {
  const auto hash = static_cast<uint32_t>(((a.pitch << 6) | b.pitch) << 6 | (b.frame - a.frame));
  return hash << kFrameBits | static_cast<uint32_t>(a.frame);
}

// How many pairs of landmarks agree on each shift from a to b, at [kFrames + shift].  Gaps may differ by one frame,
// since peaks move by as much when the signal is shifted by less than a frame; neighbouring gaps are neighbouring
// hashes.
std::array<int16_t, 2 * kFrames> count_shifts(const Fingerprint& a, const Fingerprint& b) {
  std::array<int16_t, 2 * kFrames> counts{};
  auto from = b.landmarks.begin();
  for (const uint32_t mark : a.landmarks) {
    while (from != b.landmarks.end() && hash_of(*from) + 1 < hash_of(mark)) ++from;
    for (auto near = from; near != b.landmarks.end() && hash_of(*near) <= hash_of(mark) + 1; ++near)
      ++counts[static_cast<size_t>(kFrames + frame_of(*near) - frame_of(mark))];
  }
  return counts;
}

// What a similarity of 1 is made of.
double whole(size_t n_landmarks, size_t n_others) {
  return static_cast<double>(std::max(kLeastCount, std::min(n_landmarks, n_others)));
}

// Votes are for a clip at a time shift.
constexpr int kShiftsPerVote = 16, kShiftBits = 8;
static_assert((2 * kFrames + kShiftsPerVote / 2) / kShiftsPerVote < 1 << kShiftBits);
// A first look counts them in so many counters, which some share: what is counted too much costs another look.
constexpr size_t kCounters = 1 << 18;

uint32_t vote_for(uint32_t place, int shift) {
  // No shift at all lies in the middle.
  const int part = (shift + kFrames + kShiftsPerVote / 2) / kShiftsPerVote;
  return place << kShiftBits | static_cast<uint32_t>(part);
}
size_t counter_of(uint32_t vote) { return (vote * 2654435761u) >> 14; }

// Buckets lie all over the memory: fetched ahead, they are not waited for one by one.
constexpr size_t kAhead = 4;
void fetch(const std::vector<uint32_t>& bucket) {
  for (size_t i = 0; i < bucket.size(); i += 64 / sizeof(uint32_t)) __builtin_prefetch(bucket.data() + i);
}

}  // namespace

Fingerprint make_fingerprint(std::span<const float> samples) {
  const auto peaks = pitch_peaks(samples);
  Fingerprint print;
  for (size_t i = 0; i < peaks.size(); ++i) {
    int n_pairs = 0;
    for (size_t j = i + 1; j < peaks.size() && n_pairs < kPairsPerPeak; ++j) {
      const int gap = peaks[j].frame - peaks[i].frame;
      if (gap > kGreatestGap) break;
      if (gap < kLeastGap) continue;
      print.landmarks.push_back(landmark(peaks[i], peaks[j]));
      ++n_pairs;
    }
  }
  if (print.landmarks.size() > kMaxLandmarks) {
    // The hash's order is as good as chance, and the same for the same pairs.
    std::sort(print.landmarks.begin(), print.landmarks.end(),
              [](uint32_t a, uint32_t b) { return a * 2654435761u < b * 2654435761u; });
    print.landmarks.resize(kMaxLandmarks);
  }
  std::sort(print.landmarks.begin(), print.landmarks.end());
  return print;
}

double fingerprint_similarity(const Fingerprint& a, const Fingerprint& b) {
  if (a.landmarks.empty() || b.landmarks.empty()) return 0;
  const auto counts = count_shifts(a, b);
  int16_t best = 0;  // a frame's worth of jitter to either side
  for (size_t i = 1; i + 1 < counts.size(); ++i)
    best = std::max(best, static_cast<int16_t>(counts[i - 1] + counts[i] + counts[i + 1]));
  return std::min(1.0, static_cast<double>(best) / whole(a.landmarks.size(), b.landmarks.size()));
}

FingerprintIndex::FingerprintIndex(const Limits& limits) : limits_(limits) {
  short_.least_landmarks = 1;
  long_.least_landmarks = kFewLandmarks;
}

void FingerprintIndex::add(int64_t id, Fingerprint fingerprint) {
  const auto place = static_cast<uint32_t>(entries_.size());
  check(place < 1u << (32 - kFrameBits), "the index has room for the clip");
  Shelf& shelf = fingerprint.landmarks.size() < kFewLandmarks ? short_ : long_;
  shelf.buckets.resize((size_t{1} << kHashBits) + 2);
  for (const uint32_t mark : fingerprint.landmarks)
    shelf.buckets[hash_of(mark) + 1].push_back(place << kFrameBits | (mark & kFrameMask));
  entries_.emplace_back(id, std::move(fingerprint));
}

// The rarest hashes tell songs apart best, and a library of any size costs no more than limits_.n_visited looks.
std::vector<uint32_t> FingerprintIndex::rarest(const Shelf& shelf, const Fingerprint& query) const {
  std::vector<uint64_t> all;  // what is near, above the landmark
  for (const uint32_t mark : query.landmarks) {
    const auto* near = &shelf.buckets[hash_of(mark)];
    all.push_back(uint64_t{near[0].size() + near[1].size() + near[2].size()} << 32 | mark);
  }
  std::sort(all.begin(), all.end());
  std::vector<uint32_t> marks;
  size_t n_visited = 0;
  for (const uint64_t one : all)
    if ((n_visited += one >> 32) <= limits_.n_visited) marks.push_back(static_cast<uint32_t>(one));
  return marks;
}

// The clips that may reach min_similarity.
void FingerprintIndex::vote(const Shelf& shelf, const Fingerprint& query, double min_similarity,
                            std::vector<Vote>& votes) const {
  if (shelf.buckets.empty() || query.landmarks.empty()) return;
  const std::vector<uint32_t> marks = rarest(shelf, query);
  // Of what a match needs: another recording keeps common landmarks rather than rare ones.
  constexpr double kShare = 0.5;
  const double share =
      kShare * min_similarity * static_cast<double>(marks.size()) / static_cast<double>(query.landmarks.size());
  const double needed = share * whole(query.landmarks.size(), shelf.least_landmarks);
  const auto n_free = static_cast<uint8_t>(std::clamp(needed, 1.0, 255.0));
  std::vector<uint8_t> counts(kCounters);
  std::vector<uint32_t> voted;
  for (size_t i = 0; i < marks.size(); ++i) {
    const auto near_of = [&](size_t j) { return &shelf.buckets[hash_of(marks[j])]; };
    if (i + kAhead < marks.size()) std::for_each_n(near_of(i + kAhead), 3, fetch);
    for (const auto* bucket = near_of(i); bucket != near_of(i) + 3; ++bucket)
      for (const uint32_t at : *bucket) {
        const uint32_t vote = vote_for(at >> kFrameBits, frame_of(at) - frame_of(marks[i]));
        uint8_t& count = counts[counter_of(vote)];
        if (count < n_free)
          ++count;
        else
          voted.push_back(vote);
      }
  }
  std::sort(voted.begin(), voted.end());
  tally(voted, votes);
}

// Votes are sorted: of each clip the most at one shift and the next, since they may lie on both sides of a bound.
void FingerprintIndex::tally(const std::vector<uint32_t>& voted, std::vector<Vote>& votes) {
  for (auto vote = voted.begin(); vote != voted.end();) {
    const auto next = std::upper_bound(vote, voted.end(), *vote);
    const auto n = static_cast<uint32_t>(std::upper_bound(next, voted.end(), *vote + 1) - vote);
    const uint32_t place = *vote >> kShiftBits;
    if (votes.empty() || votes.back().place != place)
      votes.push_back({place, n});
    else
      votes.back().n = std::max(votes.back().n, n);
    vote = next;
  }
}

std::vector<FingerprintIndex::Match> FingerprintIndex::find(const Fingerprint& query, double min_similarity) const {
  std::vector<Vote> votes;
  for (const Shelf* shelf : {&long_, &short_}) vote(*shelf, query, min_similarity, votes);
  const size_t n = std::min(votes.size(), limits_.n_compared);
  std::partial_sort(votes.begin(), votes.begin() + static_cast<std::ptrdiff_t>(n), votes.end(),
                    [](const Vote& a, const Vote& b) { return a.n != b.n ? a.n > b.n : a.place < b.place; });
  std::vector<Match> matches;
  for (size_t i = 0; i < n; ++i) {
    const auto& [id, print] = entries_[votes[i].place];
    const double similarity = fingerprint_similarity(query, print);
    if (similarity >= min_similarity) matches.push_back({id, similarity});
  }
  std::sort(matches.begin(), matches.end(), [](const Match& a, const Match& b) {
    return a.similarity != b.similarity ? a.similarity > b.similarity : a.id < b.id;
  });
  return matches;
}

}  // namespace songscape
