// Disentanglement: whether single dimensions of z tell single properties of a song, by five scores on the posterior
// mean and on sampled z, each beside its shuffled null; and a grid of what the strongest dimensions do.
#include <algorithm>
#include <cmath>
#include <map>

#include "core/log.h"
#include "core/text.h"
#include "metrics/dci.h"
#include "metrics/factor_vae_score.h"
#include "metrics/mig.h"
#include "metrics/modularity.h"
#include "metrics/sap.h"
#include "proof/factors.h"
#include "proof/latent_summary.h"
#include "proof/proofs.h"
#include "proof/told.h"
#include "report/heat_map.h"
#include "report/tiles.h"
#include "run/run_rows.h"

namespace songscape {
namespace {

constexpr int64_t kFewSongs = 2000;  // below: MIG and SAP are mostly noise, and that is said
constexpr int64_t kGridDimensions = 8, kGridSteps = 7;
constexpr double kGridReach = 3;  // standard deviations to either side
constexpr int kRotations = 20;
constexpr double kShareOfRotations = .95;
const std::map<std::string, double> kClaimedMig{
    {"basic_vae", .05}, {"conv_vae", .12}, {"beta_vae", .38}, {"cvae", .15}, {"vade", .10}};

struct Scored {
  std::string score, codes;  // "mig", "mu" or "z"
  FactorScores main, apart;
};

ScoreOptions options_of(const ProofContext& context) { return {.seed = context.options.seed}; }

std::vector<Scored> score_codes(const Matrix& codes, const std::string& name, const SongFactors& factors,
                                const ScoreOptions& options) {
  const VoteOptions votes{.least_variance = .01};
  std::vector<Scored> out;
  const auto add = [&](const char* score, const auto& score_of) {
    out.push_back({score, name, score_of(factors.main), score_of(factors.apart)});
  };
  add("mig", [&](const auto& f) { return mutual_information_gap(codes, f, options); });
  add("sap", [&](const auto& f) { return separated_predictability(codes, f, options); });
  add("factor_vae", [&](const auto& f) { return factor_vae_score(codes, f, options, votes); });
  return out;
}

Table table_of(const std::vector<Scored>& all) {
  Table table{{"score", "codes", "factor", "songs", "value", "null", "above_null", "in_mean", "excluded"}, {}};
  for (const Scored& s : all) {
    for (const auto* group : {&s.main, &s.apart})
      for (const FactorScore& f : group->factors)
        table.add(
            {s.score, s.codes, f.factor, f.n_rows, f.score, f.null_score, f.above_null, group == &s.main, f.excluded});
    table.add({s.score, s.codes, std::string("mean"), Cell(), s.main.score, s.main.null_score, s.main.above_null,
               Cell(), std::string()});
  }
  return table;
}

// The mean over factors, less its null, on half of the songs at a time.
Interval mig_interval(const Matrix& mu, const std::vector<Factor>& factors, uint64_t seed) {
  const auto on_rows = [&](std::span<const int64_t> rows) {
    std::vector<Factor> some;
    for (const Factor& f : factors) {
      some.push_back({f.name, f.kind, {}});
      for (const int64_t r : rows) some.back().values.push_back(f.values[static_cast<size_t>(r)]);
    }
    return mutual_information_gap(select_rows(mu, rows), some, {.n_shuffles = 2, .seed = seed}).above_null;
  };
  return bootstrap(mu.n_rows, on_rows, {.resampling = Resampling::half_samples, .n_resamples = 100, .seed = seed});
}

std::vector<Measure> means_of(const std::vector<Scored>& all, const Matrix& mu, const ProofContext& context,
                              const SongFactors& factors) {
  std::vector<Measure> measures;
  for (const Scored& s : all) {
    const std::string name = s.score + (s.codes == "mu" ? "" : " of sampled z");
    const std::string null = "mean over " + std::to_string(s.main.factors.size()) +
                             " factors, less the shuffled null " + format_number(s.main.null_score, 2);
    Measure m = measured(name, s.main.above_null, null);
    if (name == "mig") {
      const Interval interval = mig_interval(mu, factors.main, context.options.seed);
      m.low = interval.low, m.high = interval.high;
      if (const auto claim = kClaimedMig.find(context.run.model_name); claim != kClaimedMig.end())
        m = judged(std::move(m), {.least = claim->second});
    }
    measures.push_back(std::move(m));
    if (s.codes != "mu" || s.score != "mig") continue;
    for (const auto* group : {&s.main, &s.apart})
      for (const FactorScore& f : group->factors)
        measures.push_back(f.excluded.empty() ? measured("mig of " + f.factor, f.above_null)
                                              : not_measured("mig of " + f.factor, f.factor + " " + f.excluded));
  }
  return measures;
}

Matrix columns_of(const Matrix& x, const std::vector<int64_t>& columns) {
  Matrix out(x.n_rows, static_cast<int64_t>(columns.size()));
  for (int64_t i = 0; i < x.n_rows; ++i)
    for (size_t j = 0; j < columns.size(); ++j) out(i, static_cast<int64_t>(j)) = x(i, columns[j]);
  return out;
}

Measure axis_alignment(const Matrix& mu, const std::vector<int64_t>& active, const SongFactors& factors,
                       const ScoreOptions& options) {
  if (active.size() < 2) return not_measured("mig above rotated z", "fewer than two active dimensions");
  const RotatedMig r = mig_against_rotations(columns_of(mu, active), factors.main, kRotations, options);
  if (std::isnan(r.score)) return not_measured("mig above rotated z", "no factor can be scored");
  Measure m =
      measured("mig above rotated z", r.score - r.rotated_mean,
               "active dimensions " + format_number(r.score, 3) + ", rotated " + format_number(r.rotated_mean, 3) +
                   " ± " + format_number(r.rotated_sd, 2) + "; above " + format_number(100 * r.share_below, 3) +
                   " % of " + std::to_string(kRotations) + " rotations");
  m.threshold = "above 95 % of rotations";
  m.verdict = r.share_below >= kShareOfRotations ? Verdict::met : Verdict::missed;
  return m;
}

void add_dci(const Matrix& codes, const std::string& of, const SongFactors& factors, const ScoreOptions& options,
             ProofResult& result) {
  const Dci d = dci(codes, factors.main, options);
  result.measures.push_back(measured("dci disentanglement" + of, d.disentanglement - d.null_disentanglement,
                                     "less the shuffled null " + format_number(d.null_disentanglement, 2)));
  result.measures.push_back(measured("dci completeness" + of, d.completeness - d.null_completeness,
                                     "less the shuffled null " + format_number(d.null_completeness, 2)));
  result.measures.push_back(measured("dci informativeness" + of, d.informativeness, "on rows a tree had not seen"));
}

Figure scores_figure(const ProofContext& context, const std::vector<Scored>& all, const SongFactors& factors) {
  std::vector<std::string> columns;
  for (const auto* group : {&factors.main, &factors.apart})
    for (const Factor& f : *group) columns.push_back(f.name);
  columns.insert(columns.begin() + static_cast<ptrdiff_t>(factors.main.size()), "mean");
  HeatMap map{
      .title = context.run.model_name + ": disentanglement by factor",
      .caption = "Scores less those of shuffled factors, " + std::to_string(context.judged.songs.size()) +
                 " songs that were not trained on. The mean is over the factors to its left; key and tempo stand "
                 "apart.",
      .column_names = columns,
      .is_diverging = false};
  Matrix values(static_cast<int64_t>(all.size()), static_cast<int64_t>(columns.size()));
  for (size_t i = 0; i < all.size(); ++i) {
    map.row_names.push_back(all[i].score + (all[i].codes == "mu" ? ", posterior mean" : ", sampled z"));
    int64_t j = 0;
    const auto put = [&](double v) { values(static_cast<int64_t>(i), j++) = static_cast<float>(v); };
    for (const FactorScore& f : all[i].main.factors) put(f.above_null);
    put(all[i].main.above_null);
    for (const FactorScore& f : all[i].apart.factors) put(f.above_null);
  }
  double most = .1;
  for (const float v : values.values)
    if (std::isfinite(v)) most = std::max(most, static_cast<double>(v));
  map.values = values;
  map.most = most;
  return draw_heat_map(map);
}

// The decoded songs of a grid: dimension by dimension, each with its steps.
Figure grid_figure(ProofContext& context, const LatentSummary& summary, const std::vector<int64_t>& classes) {
  std::vector<int64_t> dimensions = summary.by_kl();
  dimensions.resize(std::min<size_t>(dimensions.size(), kGridDimensions));
  Matrix z(static_cast<int64_t>(dimensions.size()) * kGridSteps, static_cast<int64_t>(summary.mean.size()));
  TileFigure figure{.title = context.run.model_name + ": what its strongest dimensions do",
                    .caption =
                        "Decoded from the mean song with one dimension moved; rows by falling KL. Steps in "
                        "standard deviations of the songs' posterior means.",
                    .n_columns = kGridSteps,
                    .tile_width = 128,
                    .tile_height = 64,
                    .x_label = "each: 30 seconds to the right",
                    .y_label = "128 mel bands upwards",
                    .unit = "dB"};
  for (int64_t r = 0; r < z.n_rows; ++r) {
    const auto d = static_cast<size_t>(dimensions[static_cast<size_t>(r / kGridSteps)]);
    const double step = -kGridReach + 2 * kGridReach * static_cast<double>(r % kGridSteps) / (kGridSteps - 1);
    for (size_t j = 0; j < summary.mean.size(); ++j) z.row(r)[j] = static_cast<float>(summary.mean[j]);
    z.row(r)[d] += static_cast<float>(step * summary.sd[d]);
    if (r < kGridSteps)
      figure.column_names.push_back((step > 0 ? "+" : step < 0 ? "−" : "") + format_number(std::abs(step)) + " sd");
    if (r % kGridSteps == 0)
      figure.row_names.push_back("z" + std::to_string(d) + ", KL " + format_number(summary.kl[d], 2));
  }
  const std::vector<int64_t> told(classes.empty() ? 0 : static_cast<size_t>(z.n_rows),
                                  classes.empty() ? 0 : classes[0]);
  Matrix x = decode_told(*context.run.model, z, told);
  for (float& v : x.values) v = -80 + 80 * v;
  const auto level_at = [&](double share) {
    std::vector<float> some;
    for (size_t i = 0; i < x.values.size(); i += 101) some.push_back(x.values[i]);
    const auto at = some.begin() + static_cast<ptrdiff_t>(share * static_cast<double>(some.size() - 1));
    std::nth_element(some.begin(), at, some.end());
    return static_cast<double>(*at);
  };
  figure.low = 5 * std::floor(level_at(.005) / 5);
  figure.high = 5 * std::ceil(level_at(.995) / 5);
  for (int64_t r = 0; r < x.n_rows; ++r) figure.tiles.push_back({{x.row(r).data(), kMelBands, kMelFrames}});
  return draw_tiles(figure);
}

ProofResult prove_disentanglement(ProofContext& context) {
  const SongFactors factors = factors_of(context.judged);
  const auto n_songs = static_cast<int64_t>(context.judged.songs.size());
  if (n_songs < kFewSongs)
    log_warning("disentanglement on " + std::to_string(n_songs) + " songs: scores this far down are mostly noise; " +
                "10,000 fresh songs are what the claims ask for (--library). The shuffled null is taken off.");
  for (const std::string& reason : factors.left_out) log_warning("left out of the factors: " + reason);
  const RunRows read = rows_of_run(context.run, context.judged.library);
  const std::vector<int64_t> rows = context.judged.places(read);
  log_info("disentanglement: encoding " + std::to_string(n_songs) + " songs");
  const std::vector<int64_t> classes = known_classes(context).codes;
  const Encoded encoded = encode_told(*context.run.model, *read.source, rows, classes);
  const ScoreOptions options = options_of(context);
  log_info("disentanglement: scoring");
  std::vector<Scored> all = score_codes(encoded.mean, "mu", factors, options);
  const Matrix z = sampled(encoded, context.options.seed);
  for (Scored& s : score_codes(z, "z", factors, options)) all.push_back(std::move(s));
  const LatentSummary summary = summarise(encoded, has_standard_prior(*context.run.model));
  const std::vector<int64_t> active = summary.active();

  ProofResult result;
  result.measures = means_of(all, encoded.mean, context, factors);
  for (Measure& m : result.measures)
    if (n_songs < kFewSongs && m.verdict != Verdict::none)
      m.reason += "; only " + std::to_string(n_songs) + " songs, noisy";
  result.measures.push_back(axis_alignment(encoded.mean, active, factors, options));
  add_dci(encoded.mean, "", factors, options, result);
  add_dci(z, " of sampled z", factors, options, result);
  const Modularity modular = modularity(encoded.mean, factors.main, options);
  result.measures.push_back(measured("modularity", modular.score, "mean over all dimensions, as published"));
  result.measures.push_back(
      measured("modularity of informative dimensions", modular.informative_score,
               std::to_string(modular.n_informative) + " dimensions tell more than shuffled factors"));
  result.measures.push_back(measured("active dimensions", static_cast<double>(active.size())));
  result.tables.push_back({"", table_of(all)});
  if (!needs_spectrograms(context)) result.figures.push_back({"", grid_figure(context, summary, classes)});
  result.figures.push_back({"scores", scores_figure(context, all, factors)});
  return result;
}

}  // namespace

ProofSpec disentanglement_proof() {
  return {"disentanglement",
          "whether single dimensions tell single properties: MIG, SAP, DCI and more; a grid of decodings",
          [](const ProofContext& c) -> std::optional<std::string> {
            if (auto reason = needs_whole_songs(c)) return reason;
            if (factors_of(c.judged).main.empty())
              return "the library has no column of numbers (factors) to compare dimensions with";
            if (c.judged.songs.size() < 20) return "fewer than 20 songs to judge on";
            return std::nullopt;
          },
          prove_disentanglement};
}

}  // namespace songscape
