#include "audio/features.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "audio/chroma_filters.h"
#include "audio/decibel.h"
#include "audio/mel_filters.h"
#include "audio/spectral_shape.h"
#include "audio/stft.h"
#include "audio/time_features.h"
#include "audio/tuning.h"
#include "core/error.h"

namespace songscape {
namespace {

constexpr int kNumMfcc = 20;
constexpr float kRangeDb = 80;  // of the mel image, and librosa's top_db for MFCC and contrast

constexpr float kSilenceDb = -99.99f;  // what kLeastPower is in dB, and rounding

// Which of features[39] is what, after 20 MFCC and 12 chroma.
enum ShapeFeature {
  kCentroid = kNumMfcc + kNumChroma,
  kBandwidth,
  kRolloff,
  kFlatness,
  kContrast,
  kZeroCrossings,
  kRms
};
static_assert(kRms == kNumFeatures - 1);

// What is gathered frame by frame over a clip.
class ClipAnalysis {
 public:
  ClipAnalysis(std::span<const float> samples, float* mel_power);
  void run(const MelFilters& filters);
  // Into features[20 … 38].
  void write_features(std::span<float, kNumFeatures> features);
  int n_valid_frames() const { return n_valid_frames_; }

 private:
  int n_lanes(int first_frame, int end) const { return std::clamp(end - first_frame, 0, kLanes); }
  void write_mel(const MelFilters& filters, int first_frame, const Lanes* power);
  void add_shape(int first_frame, const Lanes* power);
  void add_chroma(std::span<float, kNumFeatures> features) const;
  double mean_contrast();

  std::span<const float> samples_;
  float* mel_power_;  // [128 × 1293]
  int n_valid_frames_;
  PowerStft stft_;
  TuningEstimator tuning_;
  std::vector<double> shape_sums_;      // centroid, bandwidth, roll-off, flatness
  std::vector<float> peaks_, valleys_;  // [7 · valid frames], any order
  std::unique_ptr<Lanes[]> power_;      // all blocks of valid frames: chroma needs the whole clip's tuning first
  std::unique_ptr<Lanes[]> magnitude_;
};

ClipAnalysis::ClipAnalysis(std::span<const float> samples, float* mel_power)
    : samples_(samples),
      mel_power_(mel_power),
      n_valid_frames_(valid_frames(static_cast<int64_t>(samples.size()))),
      stft_(samples),
      shape_sums_(4) {
  const auto n_blocks = static_cast<size_t>((n_valid_frames_ + kLanes - 1) / kLanes);
  power_ = std::make_unique_for_overwrite<Lanes[]>(n_blocks * kNumBins);
  magnitude_ = std::make_unique_for_overwrite<Lanes[]>(kNumBins);
  peaks_.reserve(static_cast<size_t>(n_valid_frames_) * kNumContrastBands);
  valleys_.reserve(peaks_.capacity());
}

void ClipAnalysis::run(const MelFilters& filters) {
  const int n_sounding = n_valid_frames_ + kFftSize / 2 / kHopLength;  // frames that a sample of the signal reaches
  std::unique_ptr<Lanes[]> beyond;
  for (int first_frame = 0; first_frame < std::min(n_sounding, kNumFrames); first_frame += kLanes) {
    Lanes* power = power_.get() + static_cast<size_t>(first_frame / kLanes) * kNumBins;
    if (first_frame >= n_valid_frames_) {
      beyond = std::make_unique_for_overwrite<Lanes[]>(kNumBins);
      power = beyond.get();
    }
    stft_.transform(first_frame, power);
    write_mel(filters, first_frame, power);
    if (first_frame >= n_valid_frames_) continue;
    tuning_.add(power, n_lanes(first_frame, n_valid_frames_));
    add_shape(first_frame, power);
  }
}

void ClipAnalysis::write_mel(const MelFilters& filters, int first_frame, const Lanes* power) {
  Lanes mel[kNumMels];
  filters.apply(power, mel);
  const auto n_bytes = static_cast<size_t>(n_lanes(first_frame, kNumFrames)) * sizeof(float);
  for (int band = 0; band < kNumMels; ++band)
    std::memcpy(mel_power_ + band * kNumFrames + first_frame, mel[band].values, n_bytes);
}

double lane_sum(const Lanes& values, int n_lanes) {
  double sum = 0;
  for (int lane = 0; lane < n_lanes; ++lane) sum += values[lane];
  return sum;
}

void ClipAnalysis::add_shape(int first_frame, const Lanes* power) {
  SpectralShape shape;
  spectral_shape(power, magnitude_.get(), shape);
  const int n = n_lanes(first_frame, n_valid_frames_);
  shape_sums_[0] += lane_sum(shape.centroid, n);
  shape_sums_[1] += lane_sum(shape.bandwidth, n);
  shape_sums_[2] += lane_sum(shape.rolloff, n);
  shape_sums_[3] += lane_sum(shape.flatness, n);
  for (int band = 0; band < kNumContrastBands; ++band) {
    for (int lane = 0; lane < n; ++lane) peaks_.push_back(shape.peak[band][lane]);
    for (int lane = 0; lane < n; ++lane) valleys_.push_back(shape.valley[band][lane]);
  }
}

// The mean of power in dB, of which none lies more than 80 dB below the greatest (librosa's top_db).
double mean_decibel(std::span<float> power) {
  to_decibel(power);
  return mean_above(power, greatest(power) - kRangeDb);
}

double ClipAnalysis::mean_contrast() { return mean_decibel(peaks_) - mean_decibel(valleys_); }

void ClipAnalysis::add_chroma(std::span<float, kNumFeatures> features) const {
  const ChromaFilters filters(tuning_.estimate());
  std::array<double, kNumChroma> sums{};
  for (int first_frame = 0; first_frame < n_valid_frames_; first_frame += kLanes) {
    Lanes chroma[kNumChroma];
    filters.apply(power_.get() + static_cast<size_t>(first_frame / kLanes) * kNumBins, chroma);
    for (int c = 0; c < kNumChroma; ++c) sums[c] += lane_sum(chroma[c], n_lanes(first_frame, n_valid_frames_));
  }
  for (int c = 0; c < kNumChroma; ++c) features[kNumMfcc + c] = static_cast<float>(sums[c] / n_valid_frames_);
}

void ClipAnalysis::write_features(std::span<float, kNumFeatures> features) {
  add_chroma(features);
  for (size_t i = 0; i < shape_sums_.size(); ++i)
    features[kCentroid + i] = static_cast<float>(shape_sums_[i] / n_valid_frames_);
  features[kContrast] = static_cast<float>(mean_contrast());
  const TimeFeatures time = time_features(samples_);
  features[kZeroCrossings] = static_cast<float>(time.zero_crossing_rate);
  features[kRms] = static_cast<float>(time.rms);
}

std::span<const float> valid_part(std::span<const float> mel, int band, int n_valid_frames) {
  return mel.subspan(static_cast<size_t>(band) * kNumFrames, static_cast<size_t>(n_valid_frames));
}

float greatest_valid(std::span<const float> mel, int n_valid_frames) {
  float most = -std::numeric_limits<float>::infinity();
  for (int band = 0; band < kNumMels; ++band) most = std::max(most, greatest(valid_part(mel, band, n_valid_frames)));
  return most;
}

// Means of MFCC: since the cosine transform (type 2, orthonormal) is linear, the transform of the bands' means.
void write_mfcc(std::span<const float> mel_db, int n_valid_frames, float least_db, std::span<float> mfcc) {
  std::array<double, kNumMels> mean;
  for (int band = 0; band < kNumMels; ++band)
    mean[band] = mean_above(valid_part(mel_db, band, n_valid_frames), least_db);
  for (int i = 0; i < kNumMfcc; ++i) {
    double sum = 0;
    for (int b = 0; b < kNumMels; ++b) sum += mean[b] * std::cos(std::numbers::pi * i * (2 * b + 1) / (2 * kNumMels));
    mfcc[i] = static_cast<float>(sum * std::sqrt((i == 0 ? 1.0 : 2.0) / kNumMels));
  }
}

}  // namespace

struct FeatureExtractor::Tables {
  MelFilters mel;
};

FeatureExtractor::FeatureExtractor(MelReference reference)
    : reference_(reference), tables_(std::make_unique<const Tables>()) {}
FeatureExtractor::~FeatureExtractor() = default;
FeatureExtractor::FeatureExtractor(FeatureExtractor&&) noexcept = default;
FeatureExtractor& FeatureExtractor::operator=(FeatureExtractor&&) noexcept = default;

ClipFeatures FeatureExtractor::extract(std::span<const float> samples) const {
  check(!samples.empty() && samples.size() <= size_t{kClipSamples}, "a clip has 1 to 661504 samples");
  check(all_within(samples, kLoudestSample), "a clip's samples are finite and at most a million times full scale");
  ClipFeatures out;
  out.mel.resize(size_t{kNumMels} * kNumFrames);
  ClipAnalysis analysis(samples, out.mel.data());
  analysis.run(tables_->mel);
  analysis.write_features(out.features);
  out.n_valid_frames = analysis.n_valid_frames();

  to_decibel(out.mel);
  const float greatest_db = greatest_valid(out.mel, out.n_valid_frames);
  write_mfcc(out.mel, out.n_valid_frames, greatest_db - kRangeDb, std::span(out.features).first(kNumMfcc));
  const bool is_silent = greatest_db < kSilenceDb;
  const bool own_maximum = reference_ == MelReference::clip && !is_silent;
  out.reference_db = own_maximum ? greatest_db : static_cast<float>(10 * std::log10(kFullScaleMelPower));
  to_unit_range(out.mel, out.reference_db - kRangeDb, kRangeDb);
  return out;
}

const std::array<std::string_view, kNumFeatures>& feature_names() {
  static constexpr std::array<std::string_view, kNumFeatures> names = {"mfcc_1",
                                                                       "mfcc_2",
                                                                       "mfcc_3",
                                                                       "mfcc_4",
                                                                       "mfcc_5",
                                                                       "mfcc_6",
                                                                       "mfcc_7",
                                                                       "mfcc_8",
                                                                       "mfcc_9",
                                                                       "mfcc_10",
                                                                       "mfcc_11",
                                                                       "mfcc_12",
                                                                       "mfcc_13",
                                                                       "mfcc_14",
                                                                       "mfcc_15",
                                                                       "mfcc_16",
                                                                       "mfcc_17",
                                                                       "mfcc_18",
                                                                       "mfcc_19",
                                                                       "mfcc_20",
                                                                       "chroma_c",
                                                                       "chroma_c_sharp",
                                                                       "chroma_d",
                                                                       "chroma_d_sharp",
                                                                       "chroma_e",
                                                                       "chroma_f",
                                                                       "chroma_f_sharp",
                                                                       "chroma_g",
                                                                       "chroma_g_sharp",
                                                                       "chroma_a",
                                                                       "chroma_a_sharp",
                                                                       "chroma_b",
                                                                       "spectral_centroid",
                                                                       "spectral_bandwidth",
                                                                       "spectral_rolloff",
                                                                       "spectral_flatness",
                                                                       "spectral_contrast",
                                                                       "zero_crossing_rate",
                                                                       "rms"};
  return names;
}

}  // namespace songscape
