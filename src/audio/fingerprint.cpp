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
std::array<int, 2 * kFrames> count_shifts(const Fingerprint& a, const Fingerprint& b) {
  std::array<int, 2 * kFrames> counts{};
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

std::vector<uint32_t> distinct_hashes(const Fingerprint& print) {
  std::vector<uint32_t> hashes;
  for (const uint32_t mark : print.landmarks)
    if (hashes.empty() || hashes.back() != hash_of(mark)) hashes.push_back(hash_of(mark));
  return hashes;
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
  int best = 0;  // a frame's worth of jitter to either side
  for (size_t i = 1; i + 1 < counts.size(); ++i) best = std::max(best, counts[i - 1] + counts[i] + counts[i + 1]);
  return std::min(1.0, best / whole(a.landmarks.size(), b.landmarks.size()));
}

FingerprintIndex::FingerprintIndex(const Limits& limits) : limits_(limits), buckets_((size_t{1} << kHashBits) + 2) {}

void FingerprintIndex::add(int64_t id, Fingerprint fingerprint) {
  const auto place = static_cast<uint32_t>(entries_.size());
  for (const uint32_t hash : distinct_hashes(fingerprint)) buckets_[hash + 1].push_back(place);
  if (fingerprint.landmarks.size() < kFewLandmarks) short_.push_back(place);
  entries_.emplace_back(id, std::move(fingerprint));
}

// The rarest hashes tell songs apart best, and a library of any size costs no more than limits_.n_visited looks.
std::vector<FingerprintIndex::Near> FingerprintIndex::rarest(const std::vector<uint32_t>& hashes) const {
  std::vector<Near> all;
  for (const uint32_t hash : hashes)
    all.push_back({hash, buckets_[hash].size() + buckets_[hash + 1].size() + buckets_[hash + 2].size()});
  std::stable_sort(all.begin(), all.end(), [](const Near& a, const Near& b) { return a.n_places < b.n_places; });
  size_t n_visited = 0, n = 0;
  while (n < all.size() && n_visited + all[n].n_places <= limits_.n_visited) n_visited += all[n++].n_places;
  all.resize(n);
  return all;
}

// Places of the clips that may reach min_similarity, those with most hashes in common first.
std::vector<uint32_t> FingerprintIndex::candidates(const Fingerprint& query, double min_similarity) const {
  const std::vector<uint32_t> hashes = distinct_hashes(query);
  const std::vector<Near> visited = rarest(hashes);
  if (visited.empty()) return {};
  // A hash that both hold several times counts once here: half of what a match needs is enough for a closer look.
  const double share = 0.5 * min_similarity * static_cast<double>(visited.size()) / static_cast<double>(hashes.size());
  const auto needed = [&](size_t n_landmarks) { return share * whole(query.landmarks.size(), n_landmarks); };
  // What every clip needs that is not short: few others reach it, so that those are the only ones looked at again.
  const int least = std::max(1, static_cast<int>(std::ceil(needed(kFewLandmarks))));
  std::vector<uint16_t> n_shared(entries_.size());  // at most 3 a landmark
  std::vector<uint32_t> out;
  for (const Near& near : visited)
    for (size_t b = near.hash; b < near.hash + 3; ++b)
      for (const uint32_t place : buckets_[b])
        if (++n_shared[place] == least) out.push_back(place);
  for (const uint32_t place : short_)
    if (n_shared[place] > 0 && n_shared[place] < least) out.push_back(place);
  std::erase_if(out, [&](uint32_t place) { return n_shared[place] < needed(entries_[place].second.landmarks.size()); });
  const auto shares_more = [&](uint32_t a, uint32_t b) {
    return n_shared[a] != n_shared[b] ? n_shared[a] > n_shared[b] : a < b;
  };
  const size_t n = std::min(out.size(), limits_.n_compared);
  std::partial_sort(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(n), out.end(), shares_more);
  out.resize(n);
  return out;
}

std::vector<FingerprintIndex::Match> FingerprintIndex::find(const Fingerprint& query, double min_similarity) const {
  std::vector<Match> matches;
  for (const uint32_t place : candidates(query, min_similarity)) {
    const auto& [id, print] = entries_[place];
    const double similarity = fingerprint_similarity(query, print);
    if (similarity >= min_similarity) matches.push_back({id, similarity});
  }
  std::sort(matches.begin(), matches.end(), [](const Match& a, const Match& b) {
    return a.similarity != b.similarity ? a.similarity > b.similarity : a.id < b.id;
  });
  return matches;
}

}  // namespace songscape
