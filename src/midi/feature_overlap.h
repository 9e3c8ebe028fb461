// Two sets of music compared by the distributions of eight features (Yang & Lerch 2018, "On the evaluation of
// generative models in music"): distances between the songs of one set, and between those of the two, as kernel density
// estimates.
#pragma once

#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "midi/grid_song.h"

namespace songscape {

inline constexpr size_t kNumSetFeatures = 8;
// pitch count, note count, pitch class histogram, pitch class transition matrix, pitch range, average pitch interval,
// average inter-onset interval, note length histogram
extern const std::array<std::string_view, kNumSetFeatures> kSetFeatureNames;

// A vector for each feature, drums left out.  Histograms and the matrix sum to 1; the average interval is of absolute
// values, between notes that follow each other; inter-onset intervals in 24ths of a quarter, between onsets that
// differ; lengths by the nearest of 12: whole to 16th, dotted half to dotted 16th, half to 8th of a triplet.  Zeros
// where there is nothing to count.
std::array<std::vector<double>, kNumSetFeatures> set_features(const GridSong& song);

struct FeatureOverlap {
  double within_mean = 0, within_deviation = 0;    // Euclidean distances between songs of `real`
  double between_mean = 0, between_deviation = 0;  // from each of `real` to each of `made`
  double overlap = 0;                              // of the two densities, 0 … 1
};
// One a feature; NaN where `real` has fewer than two songs or `made` none.
std::array<FeatureOverlap, kNumSetFeatures> feature_overlaps(std::span<const GridSong> real,
                                                             std::span<const GridSong> made);

// Area under both of two Gaussian kernel density estimates (Scott's bandwidth, deviation · n^−1/5; of values without
// spread, the other's), 0 … 1; of two without spread 1 if they are equal, else 0; NaN of none.
double overlapping_area(std::span<const double> a, std::span<const double> b);

}  // namespace songscape
