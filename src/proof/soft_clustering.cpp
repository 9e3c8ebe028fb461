// Soft clustering: how sure a mixture prior is of each song's component, whether that confidence is deserved, and how
// many components are in use.
#include <algorithm>
#include <cmath>
#include <map>

#include "core/text.h"
#include "metrics/calibration.h"
#include "proof/mixture_songs.h"
#include "proof/proofs.h"
#include "report/curves.h"

namespace songscape {
namespace {

// The documents' figures of vade, of 50 components.
constexpr Threshold kMeanConfidence{.least = .87}, kLeastConfidence{.least = .42}, kMostConfidence{.least = .99};
constexpr double kActiveShare = .9;  // 45 of 50

// The commonest class of each component's training songs, −1 for none.
std::vector<int64_t> majorities(const ProofContext& context, const MixtureSongs& songs, const SongLabel& label) {
  const std::vector<SongLabel> own = song_labels(*context.train.library);
  std::vector<int64_t> out(songs.weight.size(), -1);
  if (!find_label(own, label.name)) return out;
  const std::vector<int64_t> codes = song_codes(*context.train.library, label.name, label.classes);
  std::vector<std::map<int64_t, int64_t>> counts(songs.weight.size());
  const std::vector<int32_t> components = likeliest(songs.train_share);
  for (size_t i = 0; i < components.size(); ++i)
    if (const int64_t c = codes[static_cast<size_t>(context.train.songs[i])]; c >= 0)
      ++counts[static_cast<size_t>(components[i])][c];
  for (size_t k = 0; k < counts.size(); ++k) {
    int64_t most = 0;
    for (const auto& [c, n] : counts[k])
      if (n > most) most = n, out[k] = c;
  }
  return out;
}

struct Judged {
  std::vector<double> confidence;
  std::vector<uint8_t> is_right;
};

Judged judge_label(const ProofContext& context, const MixtureSongs& songs, const SongLabel& label) {
  const std::vector<int64_t> majority = majorities(context, songs, label);
  const std::vector<int32_t> components = likeliest(songs.judged_share);
  Judged out;
  for (size_t i = 0; i < components.size(); ++i) {
    const int32_t truth = label.codes[static_cast<size_t>(context.judged.songs[i])];
    if (truth < 0) continue;
    out.confidence.push_back(std::clamp<double>(songs.judged_share(static_cast<int64_t>(i), components[i]), 0, 1));
    out.is_right.push_back(majority[static_cast<size_t>(components[i])] == truth);
  }
  return out;
}

Interval calibration_interval(const Judged& j, uint64_t seed) {
  return bootstrap(static_cast<int64_t>(j.confidence.size()),
                   [&](std::span<const int64_t> rows) {
                     Judged some;
                     for (const int64_t r : rows) {
                       some.confidence.push_back(j.confidence[static_cast<size_t>(r)]);
                       some.is_right.push_back(j.is_right[static_cast<size_t>(r)]);
                     }
                     return calibration(some.confidence, some.is_right).expected_error;
                   },
                   {.n_resamples = 400, .seed = seed});
}

Figure reliability_figure(const ProofContext& context, const std::vector<std::pair<std::string, Calibration>>& all,
                          size_t n_songs) {
  LinePanel diagram{.title = "Is the confidence deserved?",
                    .x_label = "confidence, largest q(c|x)",
                    .y_label = "share that is right",
                    .lines = {{.name = "as good as it says", .x = {0, 1}, .y = {0, 1}, .is_dashed = true, .colour = 6}},
                    .y_scale = AxisScale::linear};
  LinePanel shares{.title = "How sure it is",
                   .x_label = "confidence, largest q(c|x)",
                   .y_label = "share of songs",
                   .y_scale = AxisScale::linear};
  for (size_t a = 0; a < all.size(); ++a) {
    const auto& [name, c] = all[a];
    Line line{.name = name, .colour = static_cast<int>(a)};
    Line share{.name = "held-out songs", .colour = 0};
    for (const CalibrationBin& bin : c.bins) {
      if (bin.n_rows > 0) line.x.push_back(bin.mean_confidence), line.y.push_back(bin.accuracy);
      share.x.push_back((bin.low + bin.high) / 2);
      share.y.push_back(static_cast<double>(bin.n_rows) / static_cast<double>(std::max<size_t>(n_songs, 1)));
    }
    diagram.lines.push_back(std::move(line));
    if (a == 0) shares.lines.push_back(std::move(share));
  }
  return draw_lines({.title = context.run.model_name + ": soft clustering",
                     .caption = std::to_string(n_songs) +
                                " songs that were not trained on. A component's commonest "
                                "class is that of its training songs, looked up for this figure alone.",
                     .panels = {diagram, shares}});
}

ProofResult prove_soft_clustering(ProofContext& context) {
  const MixtureSongs songs = mixture_songs(context);
  std::vector<double> confidence;
  const std::vector<int32_t> components = likeliest(songs.judged_share);
  for (size_t i = 0; i < components.size(); ++i)
    confidence.push_back(songs.judged_share(static_cast<int64_t>(i), components[i]));
  const auto [least, most] = std::minmax_element(confidence.begin(), confidence.end());
  const Interval mean = bootstrap(static_cast<int64_t>(confidence.size()),
                                  [&](std::span<const int64_t> rows) {
                                    double sum = 0;
                                    for (const int64_t r : rows) sum += confidence[static_cast<size_t>(r)];
                                    return sum / static_cast<double>(rows.size());
                                  },
                                  {.seed = context.options.seed});
  ProofResult result;
  result.measures.push_back(
      judged(measured("confidence mean", mean, "of the largest q(c|x), held-out songs"), kMeanConfidence));
  result.measures.push_back(judged(measured("confidence min", *least), kLeastConfidence));
  result.measures.push_back(judged(measured("confidence max", *most), kMostConfidence));
  const auto n_components = static_cast<double>(songs.weight.size());
  result.measures.push_back(
      judged(measured("active components", static_cast<double>(songs.n_active()),
                      "weight of 1 % or more and at least one training song, of " + format_number(n_components)),
             {.least = std::ceil(kActiveShare * n_components - 1e-9)}));
  std::vector<std::pair<std::string, Calibration>> all;
  size_t n_songs = confidence.size();
  for (const char* name : {"genre", "family", "language"}) {
    const SongLabel* label = find_label(context.labels, name);
    if (!label) continue;
    const Judged j = judge_label(context, songs, *label);
    if (j.confidence.empty()) continue;
    all.emplace_back(name, calibration(j.confidence, j.is_right));
    result.measures.push_back(
        measured(std::string("calibration error by ") + name, calibration_interval(j, context.options.seed),
                 "accuracy of the component's commonest class " + format_number(all.back().second.accuracy, 2)));
  }
  if (all.empty()) {
    const std::vector<uint8_t> none(confidence.size(), 0);
    for (double& c : confidence) c = std::clamp(c, 0.0, 1.0);
    all.emplace_back("no label", calibration(confidence, none));
  }
  Table table{{"song", "component", "confidence"}, {}};
  for (size_t i = 0; i < components.size(); ++i)
    table.add({std::string(context.judged.library->song(context.judged.songs[i]).path),
               static_cast<int64_t>(components[i]), confidence[i]});
  result.tables.push_back({"", std::move(table)});
  result.figures.push_back({"", reliability_figure(context, all, n_songs)});
  return result;
}

}  // namespace

ProofSpec soft_clustering_proof() {
  return {"soft_clustering", "how sure the mixture is of each song, whether rightly, and how many components it uses",
          needs_mixture, prove_soft_clustering};
}

}  // namespace songscape
