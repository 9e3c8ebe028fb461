// Mel and magnitudes of clips, from the same parts that FeatureExtractor and Griffin-Lim use.
#pragma once

#include <span>
#include <vector>

namespace songscape {

class MelFilters;

// The mel of ClipFeatures against full scale, [128 × 1293], without the 39 features.
std::vector<float> mel_image(const MelFilters& filters, std::span<const float> samples);

// [1025 × frames], bin-major: |STFT| of the frames centred at 0, 512, … up to the end.
std::vector<float> magnitudes_of(std::span<const float> samples);

// ‖|STFT(samples)| − wanted‖ / ‖wanted‖ (spectral convergence, Sturmel & Daudet 2011).
double spectral_convergence(std::span<const float> samples, std::span<const float> wanted);

}  // namespace songscape
