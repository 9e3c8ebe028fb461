#include "audio/mel_to_audio.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "audio/stft.h"
#include "core/error.h"

namespace songscape {
namespace {

const MelFilters& filters() {
  static const MelFilters of_clip;
  return of_clip;
}

}  // namespace

MelSound mel_to_audio(const MelClip& clip, const GriffinLimOptions& options) {
  const auto powers = mel_powers(clip.mel, clip.n_valid_frames, clip.reference_db);
  MelSound sound;
  sound.samples = griffin_lim(filters(), powers, clip.n_valid_frames, options);
  sound.limited = limit_peaks(sound.samples);
  return sound;
}

double mel_convergence(std::span<const float> samples, const MelClip& clip) {
  const auto wanted = mel_powers(clip.mel, clip.n_valid_frames, clip.reference_db);
  PowerStft stft(samples);
  const auto power = std::make_unique_for_overwrite<Lanes[]>(kNumBins);
  Lanes mel[kNumMels];
  double error = 0, whole = 0;
  for (int frame = 0; frame < clip.n_valid_frames; frame += kLanes) {
    stft.transform(frame, power.get());
    filters().apply(power.get(), mel);
    for (int band = 0; band < kNumMels; ++band)
      for (int lane = 0; lane < std::min(kLanes, clip.n_valid_frames - frame); ++lane) {
        const double want = wanted[static_cast<size_t>(frame / kLanes * kNumMels + band)][lane];
        const double difference = std::sqrt(static_cast<double>(mel[band][lane])) - std::sqrt(want);
        error += difference * difference;
        whole += want;
      }
  }
  if (whole == 0) return error == 0 ? 0 : std::numeric_limits<double>::infinity();
  return std::sqrt(error / whole);
}

double level_db(std::span<const float> samples) {
  double sum = 0;
  for (const float x : samples) sum += double{x} * x;
  return 10 * std::log10(2 * sum / static_cast<double>(std::max<size_t>(1, samples.size())));
}

}  // namespace songscape
