// What happens to a mix: room, tilt, saturation, level.  All on kSynthSampleRate mono.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace songscape {

// out += gain · in.
void add_scaled(std::span<const float> in, float gain, std::span<float> out);

// x ← x·g / (1 + |x·g|), scaled so that quiet sounds keep their level.
void distort(std::span<float> x, float drive);

// Replaces `send` with the sound of a room: four combs and two all-passes (Schroeder 1962) behind a low-pass.
// `decay_sec` is the time to fall by 60 dB.
void reverberate(std::span<float> send, double decay_sec);

// A tilt about 1 kHz: below it −tilt_db / 2, above it +tilt_db / 2, by one pole.
void tilt(std::span<float> x, double tilt_db);

// Falls by 12 dB an octave below low_cut_hz and above high_cut_hz, which is 11,025 or less.
void band_limit(std::span<float> x, double low_cut_hz, double high_cut_hz);

double mean_square(std::span<const float> x);

// Holds |x| below 5 · rms: unchanged up to 3 · rms, bent smoothly above.
void saturate_peaks(std::span<float> x, float rms);

// ×32,767, rounded to even at halves, clipped.  No dither: the same bits every time matter more here.
std::vector<int16_t> quantise(std::span<const float> x);

}  // namespace songscape
