#include "audio/mel_key.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "core/error.h"
#include "core/mel_scale.h"

namespace songscape {
namespace {

constexpr double kLowestHz = 220, kHighestHz = 2000;
constexpr double kSpread = .5;  // semitones by which a band's centre may miss a pitch
constexpr std::array<double, 12> kMajor = {.748, .06, .488, .082, .67, .46, .096, .715, .104, .366, .057, .4};
constexpr std::array<double, 12> kMinor = {.712, .084, .474, .618, .049, .46, .105, .747, .404, .067, .133, .33};

struct ChromaBand {
  int band;
  std::array<double, 12> weight;
};

// Each band shares itself among the classes; each class gets the same total.
std::vector<ChromaBand> chroma_bands() {
  const auto corner = mel_corners(kNumMels, kSampleRate / 2.0);
  std::vector<ChromaBand> out;
  std::array<double, 12> total{};
  for (int b = 0; b < kNumMels; ++b) {
    const double centre = corner[static_cast<size_t>(b) + 1];
    if (centre <= kLowestHz || centre >= kHighestHz) continue;
    ChromaBand band{.band = b, .weight = {}};
    const double pitch = 12 * std::log2(centre / 440) + 69;
    for (size_t c = 0; c < 12; ++c) {
      const double off = std::remainder(pitch - static_cast<double>(c), 12) / kSpread;
      band.weight[c] = std::exp(-off * off / 2);
    }
    const double sum = std::accumulate(band.weight.begin(), band.weight.end(), 0.0);
    for (size_t c = 0; c < 12; ++c) total[c] += band.weight[c] /= sum;
    out.push_back(band);
  }
  for (ChromaBand& band : out)
    for (size_t c = 0; c < 12; ++c) band.weight[c] /= total[c];
  return out;
}

double correlation(const std::array<double, 12>& chroma, const std::array<double, 12>& profile, size_t tonic) {
  const double mean_c = std::accumulate(chroma.begin(), chroma.end(), 0.0) / 12;
  const double mean_p = std::accumulate(profile.begin(), profile.end(), 0.0) / 12;
  double cc = 0, pp = 0, cp = 0;
  for (size_t i = 0; i < 12; ++i) {
    const double c = chroma[(i + tonic) % 12] - mean_c, p = profile[i] - mean_p;
    cc += c * c;
    pp += p * p;
    cp += c * p;
  }
  return cc > 0 ? cp / std::sqrt(cc * pp) : 0;
}

}  // namespace

std::array<double, 12> mel_chroma(std::span<const float> mel, int n_valid_frames) {
  check(mel.size() == static_cast<size_t>(kNumMels) * kNumFrames, "a mel has 128 × 1293 values");
  check(n_valid_frames >= 1 && n_valid_frames <= kNumFrames, "a mel has 1 to 1293 valid frames");
  static const std::vector<ChromaBand> bands = chroma_bands();
  std::array<double, 12> out{};
  for (const ChromaBand& band : bands) {
    double sum = 0;
    const float* x = mel.data() + band.band * kNumFrames;
    for (int t = 0; t < n_valid_frames; ++t) {
      float around = 0;
      for (int k = -3; k <= 3; ++k) around += x[k * kNumFrames + t];
      sum += std::max(0.0f, x[t] - around / 7);
    }
    for (size_t c = 0; c < 12; ++c) out[c] += band.weight[c] * sum;
  }
  return out;
}

KeyEstimate estimate_key(const std::array<double, 12>& chroma) {
  KeyEstimate out{.tonic = 0, .is_minor = false, .major = -1, .minor = -1};
  size_t major_tonic = 0, minor_tonic = 0;
  for (size_t tonic = 0; tonic < 12; ++tonic) {
    const double major = correlation(chroma, kMajor, tonic), minor = correlation(chroma, kMinor, tonic);
    if (major > out.major) {
      out.major = major;
      major_tonic = tonic;
    }
    if (minor > out.minor) {
      out.minor = minor;
      minor_tonic = tonic;
    }
  }
  out.is_minor = out.minor > out.major;
  out.tonic = static_cast<int>(out.is_minor ? minor_tonic : major_tonic);
  return out;
}

}  // namespace songscape
