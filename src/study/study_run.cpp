#include "study/study_run.h"

#include <algorithm>
#include <cmath>

#include "core/csv.h"
#include "core/file.h"
#include "core/log.h"
#include "core/text.h"
#include "metrics/mig.h"
#include "run/encode.h"
#include "run/music_training.h"
#include "run/song_training.h"

namespace songscape {
namespace {

// The claimed factors that the library has, over the held-out songs.
std::vector<Factor> claimed_factors(const GroupingData& data) {
  std::vector<Factor> factors;
  for (const char* name : kClaimedFactors) {
    const IndexColumn* column = data.judged->find_column(name);
    if (!column) continue;
    const bool is_label = column->kind == ColumnKind::label;
    Factor factor{name, is_label ? FactorKind::discrete : FactorKind::continuous, {}};
    for (const int64_t s : data.held_out)
      factor.values.push_back(is_label ? static_cast<double>(column->codes[static_cast<size_t>(s)])
                                       : column->values[static_cast<size_t>(s)]);
    if (why_unusable(factor).empty()) factors.push_back(std::move(factor));
  }
  return factors;
}

std::map<std::string, double> mig_of(const GroupingData& data, const StudyRun& run, const std::string& library) {
  std::map<std::string, double> scores;
  const std::vector<Factor> factors = claimed_factors(data);
  if (factors.empty() || data.held_out.size() < 2) return scores;
  const Matrix z = select_rows(latents_of(run.facts.path, library).songs, data.held_out);
  for (const FactorScore& f : mutual_information_gap(z, factors).factors)
    if (f.excluded.empty()) scores[f.factor] = f.above_null;
  return scores;
}

// Classes are matched by name: another library may number them otherwise.
std::vector<double> inferred_right(const GroupingData& data, const StudyRun& run) {
  const SongLabel* truth = data.run.condition ? find_label(data.labels, data.run.condition->column) : nullptr;
  const SongGroups* inferred = run.find_groups(kInferredLabels, kInferred, "train");
  if (!truth || !inferred) return {};
  std::vector<double> right;
  const auto& classes = data.run.condition->classes;
  for (size_t i = 0; i < inferred->songs.size(); ++i) {
    const int32_t code = truth->codes[static_cast<size_t>(inferred->songs[i])];
    right.push_back(code < 0 ? std::nan("")
                             : truth->classes[static_cast<size_t>(code)] ==
                                   classes.at(static_cast<size_t>(inferred->clusters[i])));
  }
  return right;
}

double number_in(const std::string& cell) { return parse_number(cell).value_or(std::nan("")); }

void add_proofs(const fs::path& file, std::vector<ProofRow>& rows) {
  if (!fs::exists(file)) return;
  const CsvTable table = read_csv(file);
  if (table.columns !=
      std::vector<std::string>{"proof", "measure", "value", "low", "high", "threshold", "verdict", "reason"}) {
    log_warning(escape_for_terminal(file.string()) + " is not read: its columns are not those of proofs");
    return;
  }
  for (const auto& r : table.rows) {
    const bool is_known =
        std::any_of(rows.begin(), rows.end(), [&](const ProofRow& p) { return p.proof == r[0] && p.measure == r[1]; });
    if (!is_known) rows.push_back({r[0], r[1], number_in(r[2]), number_in(r[3]), number_in(r[4]), r[5], r[6], r[7]});
  }
}

}  // namespace

const SongGroups* StudyRun::find_groups(const std::string& features, const std::string& algorithm,
                                        const std::string& fitted_on) const {
  for (const SongGroups& g : groups.groups)
    if (g.features == features && g.algorithm == algorithm && g.fitted_on == fitted_on) return &g;
  return nullptr;
}

std::vector<ProofRow> read_proofs(const fs::path& run, const fs::path& results) {
  std::vector<ProofRow> rows;
  add_proofs(results / "proofs.csv", rows);
  add_proofs(run / "proofs.csv", rows);
  std::vector<fs::path> others;
  for (const auto& entry : fs::directory_iterator(run))
    if (entry.is_directory() && entry.path().filename().string().starts_with("on-")) others.push_back(entry.path());
  std::sort(others.begin(), others.end());
  for (const fs::path& folder : others) add_proofs(folder / "proofs.csv", rows);
  return rows;
}

StudyRun measure_run(const RunFacts& facts, const MeasureRequest& request) {
  StudyRun run{.facts = facts, .results = results_folder(facts.path, request.library)};
  run.proofs = read_proofs(facts.path, run.results);
  if (!facts.has_library) {
    const OpenRun open = open_run(facts.path);
    add_defaults(run.facts, *open.model);
    run.n_parameters = open.model->n_parameters();
    run.latent_dim = open.model->latent_dim();
    return run;
  }
  GroupingData data = open_grouping_data(facts.path, request.library);
  add_defaults(run.facts, *data.run.model);
  run.n_parameters = data.run.model->n_parameters();
  run.latent_dim = data.run.model->latent_dim();
  run.held_out = data.held_out;
  run.groups = grouped_songs_of({.run = facts.path,
                                 .library = request.library,
                                 .algorithms = {"kmeans", "ward", "gmm"},
                                 .k = data.labels.empty() ? "auto" : "label",
                                 .label = request.label,
                                 .seed = request.seed,
                                 .n_threads = request.n_threads,
                                 .cache = request.cache});
  if (!data.held_out.empty() && !reads_songs(facts.model) && !reads_tokens(facts.model))
    run.reconstruction = reconstruct_held_out(data, run.results);
  run.inferred_right = inferred_right(data, run);
  run.mig = request.factor_library.empty()
                ? mig_of(data, run, request.library)
                : mig_of(open_grouping_data(facts.path, request.factor_library), run, request.factor_library);
  return run;
}

}  // namespace songscape
