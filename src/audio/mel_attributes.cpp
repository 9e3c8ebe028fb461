#include "audio/mel_attributes.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "audio/mel_key.h"
#include "audio/mel_rhythm.h"
#include "core/error.h"
#include "core/mel_scale.h"

namespace songscape {
namespace {

constexpr double kLowestPitch = 52, kHighestPitch = 67;  // MIDI, of the register
constexpr double kQuiet = 1e-4;                          // of the loudest frame's power: −40 dB

struct Band {
  double centre_hz, half_width_hz, pitch;
};

std::array<Band, kNumMels> make_bands() {
  const auto corner = mel_corners(kNumMels, kSampleRate / 2.0);
  std::array<Band, kNumMels> out;
  for (size_t b = 0; b < out.size(); ++b)
    out[b] = {.centre_hz = corner[b + 1],
              .half_width_hz = (corner[b + 2] - corner[b]) / 2,
              .pitch = 12 * std::log2(corner[b + 1] / 440) + 69};
  return out;
}

// Σ_k |X(k)|² of each band's share of the spectrum, [128][n_valid_frames]: a triangle of unit area times half its width
// adds up to 1 over the bands.
using BandEnergy = std::array<std::vector<double>, kNumMels>;

BandEnergy band_energies(std::span<const float> mel, int n_valid_frames, double reference_db,
                         const std::array<Band, kNumMels>& bands) {
  BandEnergy out;
  const double log_step = 8 * std::log(10.0), log_floor = std::log(10.0) * (reference_db - 80) / 10;
  for (size_t b = 0; b < bands.size(); ++b) {
    const float* x = mel.data() + b * kNumFrames;
    out[b].resize(static_cast<size_t>(n_valid_frames));
    // At 0 the level is at or below the floor: silence.
    for (size_t t = 0; t < out[b].size(); ++t)
      out[b][t] = x[t] > 0 ? bands[b].half_width_hz * std::exp(log_floor + log_step * x[t]) : 0;
  }
  return out;
}

double mean_centre_hz(const BandEnergy& energy, const std::vector<double>& total,
                      const std::array<Band, kNumMels>& bands) {
  const double least = *std::ranges::max_element(total) * kQuiet;
  double sum = 0, n = 0;
  for (size_t t = 0; t < total.size(); ++t) {
    if (total[t] < least) continue;
    double weighted = 0, weight = 0;
    for (size_t b = 0; b < bands.size(); ++b) {
      const double amplitude = std::sqrt(energy[b][t]);
      weighted += amplitude * bands[b].centre_hz;
      weight += amplitude;
    }
    sum += weighted / weight;
    ++n;
  }
  return sum / n;
}

double mean_pitch(const BandEnergy& energy, const std::array<Band, kNumMels>& bands) {
  double weighted = 0, weight = 0;
  for (size_t b = 0; b < bands.size(); ++b) {
    if (bands[b].pitch <= kLowestPitch || bands[b].pitch >= kHighestPitch) continue;
    for (const double e : energy[b]) {
      weighted += std::sqrt(e) * bands[b].pitch;
      weight += std::sqrt(e);
    }
  }
  return weight > 0 ? weighted / weight : std::numeric_limits<double>::quiet_NaN();
}

// One-sided power to mean square (Parseval), the Hann window's mean square being 3/8.
double rms_db(const std::vector<double>& total) {
  double sum = 0;
  for (const double e : total) sum += e / static_cast<double>(total.size());
  return 10 * std::log10(2 * sum / (kFftSize * (3.0 / 8) * kFftSize));
}

}  // namespace

const std::array<std::string_view, kNumMelAttributes>& mel_attribute_names() {
  static constexpr std::array<std::string_view, kNumMelAttributes> kNames = {
      "loudness", "brightness", "register", "density", "tempo", "mode", "key"};
  return kNames;
}

std::array<double, kNumMelAttributes> as_array(const MelAttributes& a) {
  return {a.loudness_db, a.brightness_hz, a.register_midi, a.onsets_per_sec, a.tempo_bpm, a.minorness, a.key};
}

MelAttributes measure_mel(std::span<const float> mel, const MelReading& reading) {
  const int n_valid_frames = reading.n_valid_frames;
  check(mel.size() == static_cast<size_t>(kNumMels) * kNumFrames, "a mel has 128 × 1293 values");
  check(n_valid_frames >= 1 && n_valid_frames <= kNumFrames, "a mel has 1 to 1293 valid frames");
  static const std::array<Band, kNumMels> bands = make_bands();
  const BandEnergy energy = band_energies(mel, n_valid_frames, reading.reference_db, bands);
  std::vector<double> total(static_cast<size_t>(n_valid_frames), 0);
  for (const auto& band : energy)
    for (size_t t = 0; t < total.size(); ++t) total[t] += band[t];
  if (*std::ranges::max_element(total) <= 0) {
    constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
    return {kNone, kNone, kNone, kNone, kNone, kNone, kNone};
  }
  const std::vector<double> onsets = mel_onset_envelope(mel, n_valid_frames);
  const KeyEstimate key = estimate_key(mel_chroma(mel, n_valid_frames));
  return {.loudness_db = rms_db(total),
          .brightness_hz = mean_centre_hz(energy, total, bands),
          .register_midi = mean_pitch(energy, bands),
          .onsets_per_sec = onset_density(onsets),
          .tempo_bpm = estimate_tempo(onsets, reading.tempo_near_bpm),
          .minorness = key.minor - key.major,
          .key = static_cast<double>(key.tonic)};
}

}  // namespace songscape
