#include "bench/spectra.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "audio/clip.h"
#include "audio/decibel.h"
#include "audio/mel_filters.h"
#include "audio/stft.h"
#include "core/error.h"

namespace songscape {

std::vector<float> mel_image(const MelFilters& filters, std::span<const float> samples) {
  std::vector<float> image(size_t{kNumMels} * kNumFrames);
  PowerStft stft(samples);
  const auto power = std::make_unique_for_overwrite<Lanes[]>(kNumBins);
  Lanes mel[kNumMels];
  for (int frame = 0; frame < kNumFrames; frame += kLanes) {
    stft.transform(frame, power.get());
    filters.apply(power.get(), mel);
    for (int band = 0; band < kNumMels; ++band)
      std::copy_n(mel[band].values, std::min(kLanes, kNumFrames - frame), image.data() + band * kNumFrames + frame);
  }
  to_decibel(image);
  constexpr float kRangeDb = 80;
  to_unit_range(image, static_cast<float>(10 * std::log10(kFullScaleMelPower)) - kRangeDb, kRangeDb);
  return image;
}

std::vector<float> magnitudes_of(std::span<const float> samples) {
  const int n_frames = valid_frames(static_cast<int64_t>(samples.size()));
  std::vector<float> out(size_t{kNumBins} * static_cast<size_t>(n_frames));
  PowerStft stft(samples);
  const auto power = std::make_unique_for_overwrite<Lanes[]>(kNumBins);
  for (int frame = 0; frame < n_frames; frame += kLanes) {
    stft.transform(frame, power.get());
    for (int k = 0; k < kNumBins; ++k)
      for (int lane = 0; lane < std::min(kLanes, n_frames - frame); ++lane)
        out[static_cast<size_t>(k * n_frames + frame + lane)] = std::sqrt(power[k][lane]);
  }
  return out;
}

double spectral_convergence(std::span<const float> samples, std::span<const float> wanted) {
  const std::vector<float> had = magnitudes_of(samples);
  check(had.size() == wanted.size(), "the sound has as many frames as were wanted");
  double error = 0, whole = 0;
  for (size_t i = 0; i < had.size(); ++i) {
    error += std::pow(double{had[i]} - double{wanted[i]}, 2);
    whole += std::pow(double{wanted[i]}, 2);
  }
  return std::sqrt(error / whole);
}

}  // namespace songscape
