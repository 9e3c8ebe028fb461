#include "audio/fingerprint.h"

#include <algorithm>
#include <array>

#include "audio/clip.h"
#include "audio/pitch_peaks.h"
#include "core/error.h"

namespace songscape {
namespace {

// A landmark: pitch (6 bits), the other peak's pitch (6), frames between them (6), then the frame (10).
constexpr int kFrameBits = 10;
constexpr uint32_t kFrameMask = (1u << kFrameBits) - 1;
constexpr int kLeastGap = 2, kGreatestGap = 63;  // frames: 0.1 … 2.9 s
constexpr int kPairsPerPeak = 3;
constexpr int kFrames = 1 << kFrameBits;
static_assert(kFrames > kClipSamples / kPitchHop);
// Fewer landmarks than these prove little, so that shares are of at least this many.
constexpr size_t kLeastCount = 40;

uint32_t hash_of(uint32_t landmark) { return landmark >> kFrameBits; }
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
double whole(const Fingerprint& a, const Fingerprint& b) {
  return static_cast<double>(std::max(kLeastCount, std::min(a.landmarks.size(), b.landmarks.size())));
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
  return std::min(1.0, best / whole(a, b));
}

void FingerprintIndex::add(int64_t id, Fingerprint fingerprint) {
  const auto place = static_cast<uint32_t>(entries_.size());
  for (const uint32_t hash : distinct_hashes(fingerprint)) buckets_[hash].push_back(place);
  entries_.emplace_back(id, std::move(fingerprint));
}

// The rarest hashes tell songs apart best, and a library of any size costs no more than limits_.n_visited looks.
std::vector<FingerprintIndex::Near> FingerprintIndex::rarest(const std::vector<uint32_t>& hashes) const {
  std::vector<Near> all;
  for (const uint32_t hash : hashes) {
    Near near;
    for (const uint32_t h : {hash - 1, hash, hash + 1})
      if (const auto bucket = buckets_.find(h); bucket != buckets_.end()) {
        near.buckets[near.n_buckets++] = &bucket->second;
        near.n_places += bucket->second.size();
      }
    all.push_back(near);
  }
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
  std::vector<uint16_t> n_shared(entries_.size());  // at most 3 a landmark
  for (const Near& near : visited)
    for (size_t b = 0; b < near.n_buckets; ++b)
      for (const uint32_t place : *near.buckets[b]) ++n_shared[place];
  // A hash that both hold several times counts once here: half of what a match needs is enough for a closer look.
  const double share = 0.5 * min_similarity * static_cast<double>(visited.size()) / static_cast<double>(hashes.size());
  const double least = share * static_cast<double>(kLeastCount);  // whatever the other's number of landmarks
  std::vector<uint32_t> out;
  for (uint32_t place = 0; place < entries_.size(); ++place)
    if (n_shared[place] > 0 && n_shared[place] >= least &&
        n_shared[place] >= share * whole(query, entries_[place].second))
      out.push_back(place);
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
