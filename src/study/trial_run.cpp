#include "study/trial_run.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/file.h"
#include "core/machine.h"
#include "core/random.h"
#include "models/registry.h"
#include "nn/vae.h"
#include "run/run_config.h"
#include "run/train_run.h"
#include "stats/pca.h"
#include "stats/standardiser.h"
#include "study/trial_figures.h"
#include "train/history.h"
#include "train/inference.h"
#include "train/run_folder.h"

namespace songscape {
namespace {

constexpr int64_t kEncodeBatch = 64;
constexpr int64_t kMostFactorSongs = 2000;
constexpr double kMostBaselineBytes = 4e9;
constexpr double kMegabyte = 1e6;

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

class TrialRun {
 public:
  explicit TrialRun(const fs::path& folder)
      : folder_(folder),
        trial_(Trial::from_json(read_json(folder / "trial.json"), (folder / "trial.json").string())),
        request_(read_ablation(folder.parent_path().parent_path())),
        data_(open_trial_data(request_, trial_.setting.is_conditional() ? NeedOfLabel::always : NeedOfLabel::none,
                              trial_.setting.is_baseline() ? nullptr : &trial_.setting)) {}

  void run() {
    const auto start = Clock::now();
    trial_.setting.is_baseline() ? run_baseline() : run_model();
    write_result(folder_, figures_, seconds_since(start));
  }

 private:
  void run_model() {
    const fs::path run = trained_run();
    const RunFolder files(run);
    const Json status = read_json(files.status());
    figures_["n_epochs"] = status.value("epoch", std::nan(""));
    figures_["best_epoch"] = status.value("best_epoch", std::nan(""));
    figures_["train_time_sec"] = status.value("wall_sec", std::nan(""));
    figures_["memory_mb"] = status.value("peak_memory_bytes", std::nan("")) / kMegabyte;
    add_history_figures(History::load(files.history()), status.value("best_epoch", int64_t{0}), figures_);
    measure(*open_model(run));
    for (const char* spare : {"last", "next", "previous"}) fs::remove_all(files.checkpoints() / spare);
    fs::remove(files.best_weights());
    fs::remove(files.final_weights());
  }

  // What was begun here and can go on, or is finished; the remains of anything else are removed.
  std::optional<fs::path> begun_run() const {
    std::optional<fs::path> begun;
    for (const auto& entry : fs::directory_iterator(folder_)) {
      if (!entry.is_directory()) continue;
      const RunFolder run(entry.path());
      const bool is_whole = fs::exists(run.config()) && fs::exists(run.data()) && fs::exists(run.status());
      if (is_whole && !begun && read_json(run.status()).value("state", "") != "failed")
        begun = entry.path();
      else
        fs::remove_all(entry.path());
    }
    return begun;
  }

  fs::path trained_run() {
    const auto begun = begun_run();
    if (begun && read_json(RunFolder(*begun).status()).value("state", "") == "finished") return *begun;
    TrainRequest r;
    r.model = trial_.setting.model;
    r.size = trial_.setting.size;
    r.form = trial_.setting.form;
    r.runs = folder_;
    r.source_path = data_.path;
    r.condition = data_.condition;
    r.resume = begun;
    if (!begun) {
      r.settings = trial_.setting.settings;
      r.settings.entries["train.seed"] = {trial_.seed, "--seed"};
    }
    return train_run(r, *data_.rows.source, data_.split()).run;
  }

  uint64_t seed() const { return static_cast<uint64_t>(trial_.seed); }

  std::vector<int64_t> all_rows() const {
    std::vector<int64_t> songs = data_.train_songs;
    songs.insert(songs.end(), data_.held_out.begin(), data_.held_out.end());
    return data_.rows.rows_of(songs);
  }

  void measure(Vae& model) {
    figures_["n_parameters"] = static_cast<double>(model.n_parameters());
    const std::vector<int64_t> rows = all_rows();
    const Matrix codes = encode_rows(model, *data_.rows.source, rows, kEncodeBatch).mean;
    const Matrix songs = data_.rows.mean_over_rows(rows, codes);
    add_grouping_figures(data_, songs, seed(), figures_);
    figures_["disentanglement_score"] =
        request_.factor_library.empty() ? disentanglement_of_held_out(songs) : disentanglement_of_factor_library(model);
  }

  double disentanglement_of_held_out(MatrixView songs) const {
    return disentanglement_of(data_.index, data_.held_out, select_rows(songs, data_.held_out));
  }

  double disentanglement_of_factor_library(Vae& model) const {
    const auto library =
        std::make_shared<const LibraryIndex>(request_.factor_library, LibraryIndex::Songs::without_midi);
    Random random(0, stream_id("songs of disentanglement"));
    std::vector<int64_t> some = permutation(library->n_songs(), random);
    some.resize(std::min<size_t>(some.size(), kMostFactorSongs));
    std::ranges::sort(some);
    const SongRows all = open_rows(library, trial_.setting.model, trial_.setting.settings, &data_.rows);
    const std::vector<int64_t> rows = all.rows_of(some);
    const Matrix codes = all.mean_over_rows(rows, encode_rows(model, *all.source, rows, kEncodeBatch).mean);
    return disentanglement_of(library, some, select_rows(codes, some));
  }

  Matrix read(const std::vector<int64_t>& rows) const {
    const int64_t n_values = item_size(*data_.rows.source);
    const double n_bytes = 4.0 * static_cast<double>(n_values) * static_cast<double>(rows.size());
    if (n_bytes > kMostBaselineBytes)
      fail(ExitCode::failed, {.what = "the rows are too many for a PCA at once",
                              .where = data_.path,
                              .seen = std::to_string(rows.size()) + " rows of " + std::to_string(n_values),
                              .wanted = {},
                              .fix = "leave the baseline out of the sweep of architectures"});
    Matrix x(static_cast<int64_t>(rows.size()), n_values);
    std::vector<int32_t> n_valid(rows.size());
    data_.rows.source->read(rows, x.values.data(), n_valid.data());
    return x;
  }

  // Features have units of their own and are standardised; pictures and mels are not.
  void run_baseline() {
    restart_peak_resident();
    const auto start = Clock::now();
    const std::vector<int64_t> rows = all_rows();
    Matrix songs = data_.rows.mean_over_rows(rows, read(rows));
    if (data_.rows.source->item_shape().size() == 1)
      songs = fit_standardiser(select_rows(songs, data_.train_songs)).transform(songs);
    const auto* n = std::get_if<int64_t>(&trial_.setting.settings.entries.at("latent_dim").value);
    const Pca pca = fit_pca(select_rows(songs, data_.train_songs), n ? *n : 1);
    songs = pca.transform(songs);
    figures_["train_time_sec"] = seconds_since(start);
    figures_["memory_mb"] = static_cast<double>(peak_resident_bytes()) / kMegabyte;
    figures_["n_parameters"] = 0;
    add_grouping_figures(data_, songs, seed(), figures_);
    if (request_.factor_library.empty()) figures_["disentanglement_score"] = disentanglement_of_held_out(songs);
  }

  fs::path folder_;
  Trial trial_;
  AblationRequest request_;
  TrialData data_;
  Figures figures_;
};

}  // namespace

void run_trial(const fs::path& folder) { TrialRun(folder).run(); }

}  // namespace songscape
