// How much of a spectrogram's edges and beats a reconstruction keeps.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace songscape {

// A spectrogram, band-major: value of band b in frame t at values[b · n_frames + t]; frames from n_valid_frames on are
// padding and take no part.
struct MelView {
  std::span<const float> values;
  int64_t n_bands = 128;
  int64_t n_frames = 1293;
  int64_t n_valid_frames = 1293;
};

// Mean over valid values of (x[b+1,t] − x[b,t])² + (x[b,t+1] − x[b,t])², each over the pairs there are.  A blurred
// picture has less than its original: the ratio of the two is the share of edges that was kept.
double gradient_energy(const MelView& mel);

// Onset strength of each valid frame: the mean over bands of max(0, x[b,t] − x[b,t−1]) (librosa's onset_strength with
// lag 1, max_size 1, without detrending or shift); 0 in the first.
std::vector<double> onset_envelope(const MelView& mel);

// Correlation of the two onset envelopes: 1 where every beat stands where it stood; NaN where one of them is flat.
double onset_correlation(const MelView& a, const MelView& b);

}  // namespace songscape
