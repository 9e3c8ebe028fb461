// Smoothness: nine steps along a straight line between two songs' latents change what is decoded by alike amounts.
#include <algorithm>
#include <cmath>

#include "core/progress.h"
#include "core/random.h"
#include "core/text.h"
#include "data/library_source.h"
#include "proof/proofs.h"
#include "proof/quantile.h"
#include "proof/told.h"
#include "report/curves.h"
#include "report/spectrogram.h"

namespace songscape {
namespace {

constexpr int64_t kPairs = 100, kPoints = 10, kSteps = kPoints - 1;
constexpr Threshold kSpread{.below = .15};  // of the median of (max − min) / mean
// The documents' steps of basic_vae.
constexpr Threshold kClaimedStep{.least = .0022, .most = .0025};

struct Pair {
  size_t from, to;
};

std::vector<Pair> draw_pairs(size_t n_songs, uint64_t seed) {
  Random random(seed, stream_id("smoothness"));
  std::vector<Pair> pairs;
  for (int64_t i = 0; i < kPairs; ++i) {
    const auto from = static_cast<size_t>(random.below(static_cast<int64_t>(n_songs)));
    const auto step = 1 + static_cast<size_t>(random.below(static_cast<int64_t>(n_songs) - 1));
    pairs.push_back({from, (from + step) % n_songs});
  }
  return pairs;
}

Matrix line_between(std::span<const float> a, std::span<const float> b) {
  Matrix z(kPoints, static_cast<int64_t>(a.size()));
  for (int64_t i = 0; i < kPoints; ++i)
    for (size_t j = 0; j < a.size(); ++j)
      z.row(i)[j] = a[j] + (b[j] - a[j]) * static_cast<float>(i) / static_cast<float>(kSteps);
  return z;
}

double mse(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum / static_cast<double>(a.size());
}

// [pairs × steps] of mean squared differences.
Matrix measure_steps(ProofContext& context, const Matrix& latents, const std::vector<int64_t>& classes,
                     const std::vector<Pair>& pairs) {
  Matrix steps(static_cast<int64_t>(pairs.size()), kSteps);
  Progress progress("smoothness", kPairs, "pairs");
  for (size_t p = 0; p < pairs.size(); ++p) {
    const Matrix z =
        line_between(latents.row(static_cast<int64_t>(pairs[p].from)), latents.row(static_cast<int64_t>(pairs[p].to)));
    // A conditional model keeps the class of the first song.
    const std::vector<int64_t> told(classes.empty() ? 0 : kPoints, classes.empty() ? 0 : classes[pairs[p].from]);
    const Matrix x = decode_told(*context.run.model, z, told, kPoints);
    for (int64_t i = 0; i < kSteps; ++i)
      steps(static_cast<int64_t>(p), i) = static_cast<float>(mse(x.row(i), x.row(i + 1)));
    progress.add(1);
  }
  return steps;
}

// (max − min) / mean of each pair; NaN where nothing changes.
std::vector<double> spreads_of(const Matrix& steps) {
  std::vector<double> out;
  for (int64_t p = 0; p < steps.n_rows; ++p) {
    const auto row = steps.row(p);
    double sum = 0;
    for (const float s : row) sum += s;
    const auto [least, most] = std::minmax_element(row.begin(), row.end());
    out.push_back(sum > 0 ? (*most - *least) / (sum / kSteps) : std::nan(""));
  }
  return out;
}

Figure steps_figure(const ProofContext& context, const Matrix& steps, const std::vector<double>& spreads) {
  Line median{.name = "median pair, and the middle half"};
  for (int64_t i = 0; i < kSteps; ++i) {
    std::vector<double> column;
    for (int64_t p = 0; p < steps.n_rows; ++p) column.push_back(steps(p, i));
    median.x.push_back(static_cast<double>(i + 1));
    median.y.push_back(quantile(column, .5));
    median.low.push_back(quantile(column, .25));
    median.high.push_back(quantile(column, .75));
  }
  LinePanel along{.title = "Change at each step",
                  .x_label = "step of the path",
                  .y_label = "mean squared difference",
                  .lines = {median}};
  std::vector<double> sorted;
  for (const double s : spreads)
    if (std::isfinite(s)) sorted.push_back(s);
  std::sort(sorted.begin(), sorted.end());
  Line spread{.name = "pairs at or below"};
  for (size_t i = 0; i < sorted.size(); ++i) {
    spread.x.push_back(sorted[i]);
    spread.y.push_back(static_cast<double>(i + 1) / static_cast<double>(sorted.size()));
  }
  LinePanel shares{.title = "Evenness of the paths",
                   .x_label = "(largest − smallest step) / mean step",
                   .y_label = "share of pairs",
                   .lines = {spread},
                   .y_scale = AxisScale::linear,
                   .marks = {{*kSpread.below, "threshold"}}};
  return draw_lines({.title = context.run.model_name + ": smoothness of the latent space",
                     .caption = std::to_string(steps.n_rows) + " random pairs of held-out songs, " +
                                std::to_string(kPoints) + " points each, linear in z.",
                     .panels = {along, shares}});
}

Figure path_figure(ProofContext& context, const Matrix& z, const std::vector<int64_t>& told) {
  const Matrix x = decode_told(*context.run.model, z, told, kPoints);
  SpectrogramFigure figure{.title = context.run.model_name + ": from one song to another",
                           .caption = "Decoded along a straight line in z between two held-out songs.",
                           .n_columns = 2};
  for (const int64_t i : {0, 2, 4, 5, 7, 9})
    figure.pictures.push_back({"point " + std::to_string(i + 1) + " of " + std::to_string(kPoints),
                               {x.row(i).data(), kMelBands, kMelFrames}});
  return draw_spectrograms(figure);
}

ProofResult prove_smoothness(ProofContext& context) {
  const LibrarySource source(context.judged.library);
  const std::vector<int64_t> clips = context.judged.middle_clips();
  const std::vector<Pair> pairs = draw_pairs(clips.size(), context.options.seed);
  const std::vector<int64_t> classes = known_classes(context).codes;
  const Matrix latents = encode_told(*context.run.model, source, clips, classes).mean;
  const Matrix steps = measure_steps(context, latents, classes, pairs);
  const std::vector<double> spreads = spreads_of(steps);

  const auto over_pairs = [&](const auto& value_of, double share) {
    return bootstrap(kPairs,
                     [&](std::span<const int64_t> rows) {
                       std::vector<double> values;
                       for (const int64_t r : rows) values.push_back(value_of(r));
                       return quantile(std::move(values), share);
                     },
                     {.seed = context.options.seed});
  };
  const auto mean_step = [&](int64_t p) {
    double sum = 0;
    for (const float s : steps.row(p)) sum += s;
    return sum / kSteps;
  };
  ProofResult result;
  if (std::any_of(spreads.begin(), spreads.end(), [](double s) { return std::isnan(s); }))
    result.measures.push_back(not_measured("step spread", "a path changes nothing: the decoder ignores z"));
  else
    result.measures.push_back(
        judged(measured("step spread", over_pairs([&](int64_t p) { return spreads[static_cast<size_t>(p)]; }, .5),
                        "median over pairs of (largest − smallest step) / mean step"),
               kSpread));
  result.measures.push_back(judged(measured("step mse", over_pairs(mean_step, .5),
                                            "median over pairs of the mean step; the documents give basic_vae's"),
                                   kClaimedStep));
  Table table{{"pair", "from", "to", "step", "mse"}, {}};
  const auto path_of = [&](size_t i) {
    return std::string(context.judged.library->song(context.judged.songs[i]).path);
  };
  for (size_t p = 0; p < pairs.size(); ++p)
    for (int64_t i = 0; i < kSteps; ++i)
      table.add({static_cast<int64_t>(p), path_of(pairs[p].from), path_of(pairs[p].to), i + 1,
                 static_cast<double>(steps(static_cast<int64_t>(p), i))});
  result.tables.push_back({"", std::move(table)});
  result.figures.push_back({"", steps_figure(context, steps, spreads)});
  const Matrix z =
      line_between(latents.row(static_cast<int64_t>(pairs[0].from)), latents.row(static_cast<int64_t>(pairs[0].to)));
  result.figures.push_back({"path", path_figure(context, z,
                                                std::vector<int64_t>(classes.empty() ? 0 : kPoints,
                                                                     classes.empty() ? 0 : classes[pairs[0].from]))});
  return result;
}

}  // namespace

ProofSpec smoothness_proof() {
  return {"smoothness", "steps along a line between two songs change the sound by alike amounts",
          [](const ProofContext& c) -> std::optional<std::string> {
            if (auto reason = needs_spectrograms(c)) return reason;
            if (c.judged.songs.size() < 2) return "a path needs two held-out songs; there is one";
            return std::nullopt;
          },
          prove_smoothness};
}

}  // namespace songscape
