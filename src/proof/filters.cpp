// Filters: what each filter of a convolutional encoder's first layer answers to, beside untrained ones.
#include <algorithm>
#include <array>
#include <cmath>

#include "core/text.h"
#include "proof/filter_tuning.h"
#include "proof/proofs.h"
#include "proof/told.h"
#include "report/tiles.h"
#include "run/run_config.h"

namespace songscape {
namespace {

constexpr Threshold kKinds{.least = 4};

// [n_filters × height · width] of the first layer that takes one channel; nothing where there is none.
struct FirstLayer {
  Matrix filters;
  int64_t height = 0, width = 0;
  MatrixView filter(int64_t i) const { return {filters.row(i).data(), height, width}; }
};
std::optional<FirstLayer> first_layer(const Vae& model) {
  for (const NamedTensor& p : model.tensors().parameters())
    if (p.value.dim() == 4 && p.value.size(1) == 1 && p.value.size(2) > 1 && p.value.size(3) > 1)
      return FirstLayer{matrix_of(p.value.detach()), p.value.size(2), p.value.size(3)};
  return std::nullopt;
}

std::vector<FilterTuning> tunings_of(const FirstLayer& layer) {
  std::vector<FilterTuning> tunings;
  for (int64_t i = 0; i < layer.filters.n_rows; ++i) tunings.push_back(filter_tuning(layer.filter(i)));
  return tunings;
}

std::array<int64_t, 5> count_kinds(const std::vector<FilterTuning>& tunings) {
  std::array<int64_t, 5> n{};
  for (const FilterTuning& t : tunings) ++n[t.kind];
  return n;
}

// Kinds of the four promised ones that occur.
double n_promised_kinds(const std::array<int64_t, 5>& counts) {
  return static_cast<double>(std::count_if(counts.begin(), counts.begin() + 4, [](int64_t n) { return n > 0; }));
}

double mean_coherence(const std::vector<FilterTuning>& tunings, std::span<const int64_t> rows) {
  double sum = 0;
  for (const int64_t r : rows) sum += tunings[static_cast<size_t>(r)].coherence;
  return sum / static_cast<double>(rows.size());
}

int64_t frame_pool_of(const Vae& model) {
  for (const ConfigRow& row : model.config_rows())
    if (row.key == "frame_pool")
      if (const auto* pool = std::get_if<int64_t>(&row.value)) return *pool;
  return 1;
}

Figure filters_figure(const ProofContext& context, const FirstLayer& layer, const std::vector<FilterTuning>& tunings) {
  std::vector<size_t> order(tunings.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return std::pair(tunings[a].kind, -tunings[a].coherence) < std::pair(tunings[b].kind, -tunings[b].coherence);
  });
  TileFigure figure{.title = context.run.model_name + ": the first layer's filters and what they answer to",
                    .caption =
                        "Pairs: a filter's weights (low bands below, time to the right), and the size of its response "
                        "to gratings (cycles a band upwards from 0 to ½, cycles a frame from −½ to ½, each filter "
                        "against its own largest). Frames in colour name the kind: frequency, time, diagonal "
                        "(gliding pitch), complex (no one direction), level.",
                    .n_columns = 8,
                    .tile_width = 92,
                    .tile_height = 74,
                    .is_diverging = true,
                    .unit = "weight or response, of the largest"};
  std::vector<Matrix> scaled;  // what the tiles look at
  scaled.reserve(2 * order.size());
  for (const size_t i : order) {
    const MatrixView w = layer.filter(static_cast<int64_t>(i));
    for (const MatrixView view : {w, MatrixView(tunings[i].response)}) {
      Matrix m(view.n_rows, view.n_cols);
      float most = 1e-30f;
      for (size_t k = 0; k < m.values.size(); ++k) most = std::max(most, std::abs(view.data[k]));
      for (size_t k = 0; k < m.values.size(); ++k) m.values[k] = view.data[k] / most;
      scaled.push_back(std::move(m));
    }
    figure.tiles.push_back({scaled[scaled.size() - 2], std::to_string(i) + ": " + kFilterKinds[tunings[i].kind],
                            "coherence " + format_number(tunings[i].coherence, 2), static_cast<int>(tunings[i].kind)});
    figure.tiles.push_back({scaled.back(), "", std::to_string(std::lround(tunings[i].direction_deg)) + "°", -1});
  }
  return draw_tiles(figure);
}

Table filters_table(const std::vector<FilterTuning>& tunings, double frames_per_sec) {
  Table table{{"filter", "kind", "coherence", "direction_deg", "flat_share", "cycles_per_band", "cycles_per_frame",
               "hz_in_time"},
              {}};
  for (size_t i = 0; i < tunings.size(); ++i)
    table.add({static_cast<int64_t>(i), std::string(kFilterKinds[tunings[i].kind]), tunings[i].coherence,
               tunings[i].direction_deg, tunings[i].flat_share, tunings[i].cycles_per_band, tunings[i].cycles_per_frame,
               tunings[i].cycles_per_frame * frames_per_sec});
  return table;
}

ProofResult prove_filters(ProofContext& context) {
  const FirstLayer layer = *first_layer(*context.run.model);
  const std::vector<FilterTuning> tunings = tunings_of(layer);
  const auto fresh = random_model(context.run.folder, context.options.seed);
  const std::vector<FilterTuning> random = tunings_of(*first_layer(*fresh));
  const auto counts = count_kinds(tunings), random_counts = count_kinds(random);

  ProofResult result;
  result.measures.push_back(measured("filters", static_cast<double>(tunings.size())));
  for (size_t k = 0; k < kFilterKinds.size(); ++k)
    result.measures.push_back(measured(std::string(kFilterKinds[k]) + " filters", static_cast<double>(counts[k]),
                                       "untrained: " + std::to_string(random_counts[k])));
  result.measures.push_back(
      judged(measured("kinds present", n_promised_kinds(counts),
                      "of frequency, time, diagonal and complex; untrained filters show " +
                          format_number(n_promised_kinds(random_counts)) + ", so the count alone shows no learning"),
             kKinds));
  result.measures.push_back(judged_win(
      measured("coherence above untrained",
               paired_bootstrap(
                   static_cast<int64_t>(tunings.size()), [&](auto rows) { return mean_coherence(tunings, rows); },
                   [&](auto rows) { return mean_coherence(random, rows); }, {.seed = context.options.seed}),
               "mean coherence of the trained filters less that of the untrained")));
  result.tables.push_back(
      {"", filters_table(tunings, 22050.0 / 512 / static_cast<double>(frame_pool_of(*context.run.model)))});
  result.figures.push_back({"", filters_figure(context, layer, tunings)});
  return result;
}

}  // namespace

ProofSpec filters_proof() {
  return {"filters", "what each filter of the first convolution is tuned to: frequency, time, diagonal",
          [](const ProofContext& c) -> std::optional<std::string> {
            if (first_layer(*c.run.model)) return std::nullopt;
            return "the model has no convolution over the spectrogram";
          },
          prove_filters};
}

}  // namespace songscape
