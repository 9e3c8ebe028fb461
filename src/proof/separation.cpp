// Separation: whether the classes of a label lie apart in z.  Of a model conditioned on that label three regimes stand
// side by side: z = μ told the true label, told a shuffled one, and told the one that the model infers.  A grouping
// that was told the answer is no clustering, and is never called one.
#include <algorithm>
#include <cmath>
#include <map>

#include "cluster/kmeans.h"
#include "cluster/tsne.h"
#include "core/log.h"
#include "core/random.h"
#include "core/text.h"
#include "metrics/adjusted_rand.h"
#include "metrics/purity.h"
#include "metrics/silhouette.h"
#include "proof/family_tree.h"
#include "proof/proofs.h"
#include "proof/told.h"
#include "report/map.h"
#include "run/encode.h"
#include "run/report_figures.h"
#include "stats/neighbours.h"

namespace songscape {
namespace {

constexpr Threshold kOverlap{.most = .05};  // share of songs whose nearest neighbour is of another class
constexpr Threshold kPurity{.above = .9};
const std::map<std::string, double> kClaimedAri{{"language", .82}, {"genre", .63}};

// z of the same songs, encoded one way.
struct Regime {
  std::string name;      // "label given"; empty: the model is told nothing
  Matrix train, judged;  // rows as in Labelled
  std::string caveat = {};
};

// The songs that carry the label, and their classes (of the judged library).
struct Labelled {
  std::vector<int64_t> train, judged;              // songs
  std::vector<int32_t> train_codes, judged_codes;  // a class each
  std::vector<int64_t> judged_places;              // of context.judged.songs
};

Labelled labelled_songs(const ProofContext& context, const SongLabel& label) {
  Labelled out;
  const std::vector<SongLabel> own = song_labels(*context.train.library);
  if (find_label(own, label.name)) {
    const std::vector<int64_t> codes = song_codes(*context.train.library, label.name, label.classes);
    for (const int64_t s : context.train.songs)
      if (const int64_t c = codes[static_cast<size_t>(s)]; c >= 0)
        out.train.push_back(s), out.train_codes.push_back(static_cast<int32_t>(c));
  }
  for (size_t i = 0; i < context.judged.songs.size(); ++i) {
    const int64_t s = context.judged.songs[i];
    if (const int32_t c = label.codes[static_cast<size_t>(s)]; c >= 0)
      out.judged.push_back(s), out.judged_codes.push_back(c), out.judged_places.push_back(static_cast<int64_t>(i));
  }
  return out;
}

// The condition's codes of a label's classes; −1 where the model knows no such class.
std::vector<int64_t> condition_codes(const Condition& condition, const SongLabel& label,
                                     const std::vector<int32_t>& codes) {
  std::vector<int64_t> out;
  for (const int32_t c : codes) {
    const auto it =
        std::find(condition.classes.begin(), condition.classes.end(), label.classes[static_cast<size_t>(c)]);
    out.push_back(it == condition.classes.end() ? -1 : it - condition.classes.begin());
  }
  return out;
}

Matrix encode_songs(ProofContext& context, const ProofSongs& songs, const std::vector<int64_t>& told) {
  const RunRows rows = rows_of_run(context.run, songs.library);
  return encode_told(*context.run.model, *rows.source, songs.places(rows), told).mean;
}

Regime regime_told(ProofContext& context, const SongLabel& label, const Labelled& songs, bool is_shuffled) {
  std::vector<int64_t> train = condition_codes(*context.run.condition, label, songs.train_codes);
  std::vector<int64_t> judged = condition_codes(*context.run.condition, label, songs.judged_codes);
  if (is_shuffled) {
    Random random(context.options.seed, stream_id("shuffled labels"));
    random.shuffle(train);
    random.shuffle(judged);
  }
  return {is_shuffled ? "label shuffled" : "label given",
          encode_songs(context, {context.train.library, songs.train}, train),
          encode_songs(context, {context.judged.library, songs.judged}, judged),
          is_shuffled ? "the encoder was told wrong labels" : "the encoder was told the answer: no clustering"};
}

Regime regime_untold(const ProofContext& context, const Labelled& songs, const std::string& name) {
  const Matrix own = latents_of(context.run.folder).songs;
  const Matrix judged = context.library_name.empty() ? own : latents_of(context.run.folder, context.library_name).songs;
  return {name, select_rows(own, songs.train), select_rows(judged, songs.judged)};
}

std::vector<Regime> regimes_of(ProofContext& context, const SongLabel& label, const Labelled& songs) {
  const bool is_conditional = context.run.model->n_classes() > 0;
  const bool is_told = is_conditional && context.run.condition && context.run.condition->column == label.name;
  std::vector<Regime> regimes;
  if (is_told) {
    regimes.push_back(regime_told(context, label, songs, false));
    regimes.push_back(regime_told(context, label, songs, true));
  }
  regimes.push_back(regime_untold(context, songs, is_conditional ? "label inferred" : ""));
  return regimes;
}

std::vector<int32_t> group(const Regime& regime, int64_t k, uint64_t seed) {
  const bool has_train = regime.train.n_rows >= k;
  const KMeans fit = fit_kmeans(has_train ? regime.train : regime.judged, {.k = k, .seed = seed});
  return nearest_centre(regime.judged, fit.centres);
}

// Means over songs.
template <class Mean>
Interval over_songs(size_t n, uint64_t seed, const Mean& mean) {
  return bootstrap(static_cast<int64_t>(n), mean, {.seed = seed});
}

std::vector<int32_t> at_rows(const std::vector<int32_t>& values, std::span<const int64_t> rows) {
  std::vector<int32_t> out;
  for (const int64_t r : rows) out.push_back(values[static_cast<size_t>(r)]);
  return out;
}

Interval ari_interval(const std::vector<int32_t>& truth, const std::vector<int32_t>& clusters, uint64_t seed) {
  const auto ari = [&](std::span<const int64_t> rows) {
    return adjusted_rand_index(at_rows(truth, rows), at_rows(clusters, rows));
  };
  return bootstrap(static_cast<int64_t>(truth.size()), ari,
                   {.resampling = Resampling::half_samples, .n_resamples = 400, .seed = seed});
}

// 1 where the song's nearest neighbour is of another class.
std::vector<double> strangers(const Matrix& z, const std::vector<int32_t>& codes) {
  const Neighbours nearest = find_neighbours(z, 1);
  std::vector<double> out;
  for (int64_t i = 0; i < z.n_rows; ++i)
    out.push_back(codes[static_cast<size_t>(nearest.of(i)[0])] != codes[static_cast<size_t>(i)]);
  return out;
}

double mean_at(const std::vector<double>& values, std::span<const int64_t> rows) {
  double sum = 0;
  for (const int64_t r : rows) sum += values[static_cast<size_t>(r)];
  return sum / static_cast<double>(rows.size());
}

// Claims are about conditional models, and about groups that were not told the answer.
Measure against_claim(Measure m, const ProofContext& context, const std::string& column, bool is_claimed) {
  const auto claim = kClaimedAri.find(column);
  if (!is_claimed || context.run.model->n_classes() == 0 || claim == kClaimedAri.end()) return m;
  return judged(std::move(m), {.least = claim->second});
}

void add_measures(const ProofContext& context, const SongLabel& label, const Labelled& songs, const Regime& regime,
                  ProofResult& result) {
  const uint64_t seed = context.options.seed;
  const std::string of = regime.name.empty() ? "" : " " + regime.name;
  const auto& truth = songs.judged_codes;
  const std::vector<int32_t> clusters = group(regime, static_cast<int64_t>(label.classes.size()), seed);
  const bool is_untold = regime.caveat.empty(), is_conditional = context.run.model->n_classes() > 0;
  result.measures.push_back(against_claim(
      measured("ari" + of, ari_interval(truth, clusters, seed), is_untold ? "k-means on z" : regime.caveat), context,
      label.name, is_untold));
  Measure pure = measured("purity" + of, purity(truth, clusters), regime.caveat);
  if (is_conditional && label.name == "language" && is_untold) pure = judged(std::move(pure), kPurity);
  result.measures.push_back(std::move(pure));
  const std::vector<double> silhouettes = silhouette_samples(regime.judged, truth);
  if (silhouettes.empty())
    result.measures.push_back(not_measured("silhouette" + of, "too few songs a class"));
  else
    result.measures.push_back(measured(
        "silhouette" + of, over_songs(truth.size(), seed, [&](auto rows) { return mean_at(silhouettes, rows); }),
        "of the true classes in z"));
  const std::vector<double> strange = strangers(regime.judged, truth);
  Measure overlap =
      measured("overlap" + of, over_songs(truth.size(), seed, [&](auto rows) { return mean_at(strange, rows); }),
               "share of songs whose nearest neighbour in z is of another class");
  result.measures.push_back(is_conditional && is_untold ? judged(std::move(overlap), kOverlap) : std::move(overlap));
}

// How often the model infers the true class, and how well its classes agree with the true ones as a grouping.
void add_inferred(ProofContext& context, const SongLabel& label, const Labelled& songs, ProofResult& result) {
  const std::vector<int64_t>& all = classes_by_model(context);
  const std::vector<int64_t> truth = condition_codes(*context.run.condition, label, songs.judged_codes);
  std::vector<int32_t> said;
  std::vector<double> right;
  for (size_t i = 0; i < truth.size(); ++i) {
    said.push_back(static_cast<int32_t>(all[static_cast<size_t>(songs.judged_places[i])]));
    right.push_back(said.back() == truth[i]);
  }
  result.measures.push_back(
      measured("accuracy of inferred label",
               bootstrap(static_cast<int64_t>(right.size()), [&](auto rows) { return mean_at(right, rows); },
                         {.seed = context.options.seed}),
               "chance " + format_number(1.0 / static_cast<double>(label.classes.size()), 2)));
  result.measures.push_back(
      against_claim(measured("ari of inferred label", ari_interval(songs.judged_codes, said, context.options.seed),
                             "the classes that the model infers, as a grouping"),
                    context, label.name, true));
}

std::string prior_of(const Vae& model) {
  for (const ConfigRow& row : model.config_rows())
    if (const auto* value = std::get_if<std::string>(&row.value); row.key == "prior" && value) return *value;
  return "standard";
}

Figure maps_of(const ProofContext& context, const SongLabel& label, const Labelled& songs,
               const std::vector<Regime>& regimes, std::vector<Matrix>& positions) {
  SongMap map{.title = context.run.model_name + ": " + label.name + " in the latent space (t-SNE)",
              .caption = std::to_string(songs.judged.size()) +
                         " songs that were not trained on. Distances between far "
                         "groups mean nothing." +
                         (context.run.model->n_classes() > 0 ? " Prior: " + prior_of(*context.run.model) + "." : "")};
  Classes classes = classes_of(label, context.labels);
  classes.labels = songs.judged_codes;
  for (const Regime& r : regimes) positions.push_back(tsne(r.judged, {.seed = context.options.seed}));
  for (size_t i = 0; i < regimes.size(); ++i) {
    const std::string title = regimes[i].name.empty() ? "posterior mean" : "encoder told: " + regimes[i].name;
    map.panels.push_back({title, classes, false, positions[i]});
  }
  return draw_map(map);
}

ProofResult prove_separation(ProofContext& context) {
  const std::string column = condition_column(context);
  const SongLabel& label = label_asked(context, column);
  const Labelled songs = labelled_songs(context, label);
  if (songs.judged.size() < label.classes.size() + 1)
    log_warning("separation by " + escape_for_terminal(column) + ": " + std::to_string(songs.judged.size()) +
                " songs for " + std::to_string(label.classes.size()) + " classes say little");
  if (const size_t n_missing = context.judged.songs.size() - songs.judged.size(); n_missing > 0)
    log_warning(std::to_string(n_missing) + " songs have no " + escape_for_terminal(column) + " and are left out");
  log_info("separation by " + escape_for_terminal(column) + ": encoding");
  const std::vector<Regime> regimes = regimes_of(context, label, songs);
  ProofResult result;
  result.subject = column;
  for (const Regime& r : regimes) add_measures(context, label, songs, r, result);
  if (regimes.size() > 1) add_inferred(context, label, songs, result);
  add_family_measures(context, label, songs.judged_codes, regimes.back().judged, result);
  std::vector<Matrix> positions;
  Figure maps = maps_of(context, label, songs, regimes, positions);
  Table table{{"regime", "song", column, "x", "y"}, {}};
  for (size_t r = 0; r < regimes.size(); ++r)
    for (size_t i = 0; i < songs.judged.size(); ++i)
      table.add({regimes[r].name, std::string(context.judged.library->song(songs.judged[i]).path),
                 label.classes[static_cast<size_t>(songs.judged_codes[i])],
                 static_cast<double>(positions[r](static_cast<int64_t>(i), 0)),
                 static_cast<double>(positions[r](static_cast<int64_t>(i), 1))});
  result.tables.push_back({column, std::move(table)});
  result.figures.push_back({column, std::move(maps)});
  return result;
}

}  // namespace

ProofSpec separation_proof() {
  return {"separation", "whether the classes of a label lie apart in z: label given, shuffled, inferred",
          [](const ProofContext& c) -> std::optional<std::string> {
            if (auto reason = needs_whole_songs(c)) return reason;
            if (c.labels.empty() && c.options.condition.empty())
              return "the library has no label column of two classes or more";
            if (c.judged.songs.size() < 4) return "fewer than 4 songs to judge on";
            return std::nullopt;
          },
          prove_separation};
}

}  // namespace songscape
