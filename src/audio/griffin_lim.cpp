#include "audio/griffin_lim.h"

#include <algorithm>
#include <memory>

#include "audio/complex_fft.h"
#include "audio/fft_kernel.h"
#include "core/error.h"
#include "core/interrupt.h"
#include "core/parallel.h"
#include "core/random.h"

namespace songscape {
namespace {

constexpr int kHopsInFrame = kFftSize / kHopLength;
constexpr int kHopsBefore = kHopsInFrame / 2;      // of a frame, before its centre
constexpr int kSharedHops = kHopsInTile - kLanes;  // of a tile, with the next one
constexpr float kTiny =
    1e-18f;  // keeps a direction finite where there is no power, and numbers out of the slow denormal range

// Power of every bin.
struct PowerOf {
  template <class V>
  static SONGSCAPE_INLINE void run(int lane, const ComplexLanes* spectrum, Lanes* power) {
    for (int k = 0; k < kNumBins; ++k) {
      const V re = load<V>(spectrum[k].re.values + lane), im = load<V>(spectrum[k].im.values + lane);
      store<V>(re * re + im * im, power[k].values + lane);
    }
  }
};

// spectrum := √power · direction of (spectrum − slowing · before); before := spectrum.
struct Project {
  template <class V>
  static SONGSCAPE_INLINE void run(int lane, const Lanes* power, float slowing, ComplexLanes* before,
                                   ComplexLanes* spectrum) {
    for (int k = 0; k < kNumBins; ++k) {
      const V re = load<V>(spectrum[k].re.values + lane), im = load<V>(spectrum[k].im.values + lane);
      const V to_re = re - slowing * load<V>(before[k].re.values + lane);
      const V to_im = im - slowing * load<V>(before[k].im.values + lane);
      store<V>(re, before[k].re.values + lane);
      store<V>(im, before[k].im.values + lane);
      const V wanted = load<V>(power[k].values + lane) + kTiny;
      const V length = to_re * to_re + to_im * to_im + kTiny;
      const V scale = wanted * vector_inverse_root<V>(wanted) * vector_inverse_root<V>(length);
      store<V>(to_re * scale, spectrum[k].re.values + lane);
      store<V>(to_im * scale, spectrum[k].im.values + lane);
    }
  }
};

// Sixteen frames and the hops that they touch.
struct Block {
  HopTile tiles[2];               // what the frames add up to: of the last iteration, and of this one
  Lanes power[kNumBins];          // wanted
  ComplexLanes before[kNumBins];  // the signal's spectrum an iteration ago
};

struct Scratch {
  HopTile tile;
  FftBuffer buffer;
  ComplexLanes spectrum[kNumBins];
  Lanes power[kNumBins];
};

// What the frames are to have: the mel powers, [block][128] lanes, or where `filters` is null the magnitudes of all
// bins.
struct Wanted {
  const MelFilters* filters = nullptr;
  const Lanes* mel_power = nullptr;
  std::span<const float> magnitudes = {};  // [1025 × n_frames]
};

class Reconstruction {
 public:
  Reconstruction(const Wanted& wanted, int n_frames, const GriffinLimOptions& options)
      : wanted_(wanted),
        n_frames_(n_frames),
        n_blocks_(n_blocks_of(n_frames)),
        options_(options),
        blocks_(std::make_unique_for_overwrite<Block[]>(static_cast<size_t>(n_blocks_))) {}

  std::vector<float> run() {
    for_each_block([&](int b, Scratch& scratch) { start(b, scratch); });
    for (int i = 0; i < options_.n_iterations; ++i) {
      throw_if_interrupted();
      for_each_block([&](int b, Scratch& scratch) { iterate(b, i, scratch); });
    }
    std::vector<float> samples(static_cast<size_t>(n_samples()));
    for_each_block([&](int b, Scratch& scratch) { write(b, scratch, samples); });
    return samples;
  }

 private:
  int64_t n_samples() const { return n_frames_ == 1 ? kHopLength - 1 : int64_t{n_frames_ - 1} * kHopLength; }
  const Lanes* mel_of(int b) const { return wanted_.mel_power + static_cast<size_t>(b) * kNumMels; }

  template <class Job>
  void for_each_block(const Job& job) {
    parallel_for(n_blocks_, options_.n_threads, [&](int64_t b) {
      thread_local const std::unique_ptr<Scratch> scratch = std::make_unique_for_overwrite<Scratch>();
      job(static_cast<int>(b), *scratch);
    });
  }

  void square_magnitudes(int b, Lanes* power) const {
    const int first = b * kLanes, n = std::min(kLanes, n_frames_ - first);
    for (int k = 0; k < kNumBins; ++k) {
      power[k] = {};
      const float* const row =
          wanted_.magnitudes.data() + static_cast<size_t>(k) * static_cast<size_t>(n_frames_) + first;
      for (int lane = 0; lane < n; ++lane) power[k][lane] = row[lane] * row[lane];
    }
  }

  void start(int b, Scratch& scratch) {
    Block& block = blocks_[b];
    if (wanted_.filters)
      spectrum_of_mel(*wanted_.filters, mel_of(b), block.power);
    else
      square_magnitudes(b, block.power);
    std::fill(std::begin(block.before), std::end(block.before), ComplexLanes{});
    Random random(options_.seed, stream_id("griffin-lim", static_cast<uint64_t>(b)));
    for (ComplexLanes& bin : scratch.spectrum)
      for (int lane = 0; lane < kLanes; ++lane) {
        const uint32_t bits = random.next_u32();  // a direction, from a point of the square around 0
        bin.re[lane] = static_cast<float>(bits & 0xffff) - 32767.5f;
        bin.im[lane] = static_cast<float>(bits >> 16) - 32767.5f;
      }
    run_kernel<Project>(static_cast<const Lanes*>(block.power), 0.0f, block.before, scratch.spectrum);
    std::fill(std::begin(block.before), std::end(block.before), ComplexLanes{});
    add(b, 0, scratch);
  }

  void iterate(int b, int iteration, Scratch& scratch) {
    Block& block = blocks_[b];
    gather(b, iteration % 2, scratch.tile);
    complex_spectra(scratch.tile, scratch.buffer, scratch.spectrum);
    const Lanes* power = block.power;
    if (wanted_.filters && iteration >= options_.first_free_iteration) {
      run_kernel<PowerOf>(static_cast<const ComplexLanes*>(scratch.spectrum), static_cast<Lanes*>(scratch.power));
      fit_to_mel(*wanted_.filters, mel_of(b), scratch.power);
      power = scratch.power;
    }
    const float slowing = options_.momentum / (1 + options_.momentum);
    run_kernel<Project>(power, slowing, block.before, scratch.spectrum);
    add(b, 1 - iteration % 2, scratch);
  }

  void add(int b, int to, Scratch& scratch) {
    HopTile& tile = blocks_[b].tiles[to];
    std::fill(std::begin(tile.samples), std::end(tile.samples), 0.0f);
    add_frames(scratch.spectrum, scratch.buffer, tile);
  }

  // The signal in the hops of block b: what its own and the neighbours' frames add up to, over the windows' squares.
  void gather(int b, int from, HopTile& tile) const {
    tile = blocks_[b].tiles[from];
    for (int j = 0; j < kHopLength; ++j) {
      float* const row = tile.samples + j * kHopsInTile;
      const auto add_shared = [&](int other, int to, int at) {
        const float* const theirs = blocks_[other].tiles[from].samples + j * kHopsInTile + at;
        for (int q = 0; q < kSharedHops; ++q) row[to + q] += theirs[q];
      };
      if (b > 0) add_shared(b - 1, 0, kLanes);
      if (b + 1 < n_blocks_) add_shared(b + 1, kLanes, 0);
      for (int q = 0; q < kHopsInTile; ++q) row[q] *= kInside;
    }
    for (int q = 0; q < kHopsInTile; ++q) {
      const int hop = b * kLanes - kHopsBefore + q;
      if (hop < kHopsInFrame || hop + kHopsInFrame >= n_frames_) correct_edge(hop, tile.samples + q);
    }
  }

  // In a hop near an end not all four windows overlap, and before and after the signal there is silence.
  void correct_edge(int hop, float* samples) const {
    const FftTables& tables = fft_tables();
    for (int j = 0; j < kHopLength; ++j) {
      float sum = 0;
      for (int quarter = 0; quarter < kHopsInFrame; ++quarter) {
        const int frame = hop + kHopsBefore - quarter;
        const float w = tables.window[quarter * kHopLength + j];
        if (frame >= 0 && frame < n_frames_) sum += w * w;
      }
      const int64_t at = int64_t{hop} * kHopLength + j;
      const bool is_inside = at >= 0 && at < n_samples() && sum > 0;
      samples[j * kHopsInTile] *= is_inside ? 1 / (kInside * sum) : 0;
    }
  }

  void write(int b, Scratch& scratch, std::vector<float>& samples) {
    gather(b, options_.n_iterations % 2, scratch.tile);
    for (int q = 0; q < kLanes + kSharedHops; ++q) {
      const int hop = b * kLanes - kHopsBefore + q;
      const bool is_own = q >= kHopsBefore && q < kHopsBefore + kLanes;
      if (!is_own) continue;
      const int64_t begin = int64_t{hop} * kHopLength;
      for (int j = 0; j < std::clamp<int64_t>(n_samples() - begin, 0, kHopLength); ++j)
        samples[static_cast<size_t>(begin + j)] = scratch.tile.samples[j * kHopsInTile + q];
    }
  }

  static constexpr float kInside = 1 / 1.5f;  // one over the sum of four squared Hann windows a quarter apart
  Wanted wanted_;
  int n_frames_, n_blocks_;
  GriffinLimOptions options_;
  std::unique_ptr<Block[]> blocks_;
};

void check_options(int n_frames, const GriffinLimOptions& options) {
  check(n_frames >= 1 && n_frames <= kNumFrames, "a clip has 1 to 1293 frames");
  check(options.n_iterations >= 0 && options.momentum >= 0, "iterations and momentum are not negative");
}

}  // namespace

std::vector<float> griffin_lim(const MelFilters& filters, const std::vector<Lanes>& mel_power, int n_frames,
                               const GriffinLimOptions& options) {
  check_options(n_frames, options);
  check(mel_power.size() == static_cast<size_t>(n_blocks_of(n_frames)) * kNumMels, "mel powers are of n_frames frames");
  return Reconstruction({.filters = &filters, .mel_power = mel_power.data()}, n_frames, options).run();
}

std::vector<float> griffin_lim(std::span<const float> magnitudes, int n_frames, const GriffinLimOptions& options) {
  check_options(n_frames, options);
  check(magnitudes.size() == static_cast<size_t>(n_frames) * kNumBins, "magnitudes are of n_frames frames");
  return Reconstruction({.magnitudes = magnitudes}, n_frames, options).run();
}

}  // namespace songscape
