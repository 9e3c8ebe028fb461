// The 128 mel bands: triangles that overlap by half, evenly spaced on Slaney's mel scale from 0 to 11,025 Hz, each of
// unit area (librosa.filters.mel's defaults; Slaney 1998, "Auditory Toolbox").
#pragma once

#include <vector>

#include "audio/fft.h"
#include "core/mel_scale.h"

namespace songscape {

// 0 dB of MelReference::full_scale: the greatest mel power that a sine of amplitude 1 gives in any band, over all its
// frequencies: Σ_k weight[band][k] · |½ W(k − f / 10.77 Hz)|², W being the Hann window's transform.  It is reached at
// 129.1 Hz, in the middle of band 4; higher bands are wider and, being of unit area, lower (2009 in band 112).
inline constexpr double kFullScaleMelPower = 13033.28;  // 41.1505 dB

class MelFilters {
 public:
  struct Band {
    int first_bin, n_bins;
  };
  MelFilters();
  // mel[band] = Σ_k weight[band][k] · power[k], lane by lane.
  void apply(const Lanes* power, Lanes* mel) const;
  // spread[k] = Σ_band weight[band][k] · of_band[band] / Σ_band weight[band][k], lane by lane: the mean of the bands
  // that a bin lies in.  Bins that lie in none (0 and 11,025 Hz) get 0.
  void spread(const Lanes* of_band, Lanes* of_bin) const;

 private:
  std::vector<Band> bands_;
  std::vector<float> weights_;  // of all bands, one after the other
  std::vector<float> shares_;   // of each of weights_ in what its bin has of all bands
};

}  // namespace songscape
