#include "audio/stft.h"

#include <algorithm>

namespace songscape {
namespace {

// Hops first_hop … first_hop + 18 of the signal, of which the first may be negative.
void fill_tile(std::span<const float> samples, int64_t first_hop, HopTile& tile) {
  for (int q = 0; q < kHopsInTile; ++q) {
    const int64_t begin = (first_hop + q) * kHopLength;
    const int64_t n_samples = static_cast<int64_t>(samples.size());
    const int n_inside = begin < 0 ? 0 : static_cast<int>(std::clamp<int64_t>(n_samples - begin, 0, kHopLength));
    float* const to = tile.samples + q;
    for (int j = 0; j < n_inside; ++j) to[j * kHopsInTile] = samples[static_cast<size_t>(begin + j)];
    for (int j = n_inside; j < kHopLength; ++j) to[j * kHopsInTile] = 0.0f;
  }
}

}  // namespace

PowerStft::PowerStft(std::span<const float> samples) : samples_(samples), scratch_(std::make_unique<Scratch>()) {}

void PowerStft::transform(int first_frame, Lanes* power) {
  fill_tile(samples_, first_frame - kFftSize / 2 / kHopLength, scratch_->tile);
  power_spectra(scratch_->tile, scratch_->buffer, power);
}

}  // namespace songscape
