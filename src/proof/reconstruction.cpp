// Reconstruction: the error of held-out songs beside baselines, and how much of their edges and beats is kept; of one
// run, or of two on the same songs.
#include <algorithm>
#include <cmath>
#include <map>

#include "core/error.h"
#include "core/progress.h"
#include "core/text.h"
#include "data/library_source.h"
#include "metrics/sharpness.h"
#include "proof/baselines.h"
#include "proof/proofs.h"
#include "proof/told.h"
#include "report/bars.h"
#include "report/spectrogram.h"
#include "run/run_rows.h"

namespace songscape {
namespace {

constexpr int64_t kBlock = 32, kPcaComponents = 128;
constexpr size_t kShown = 3;  // songs in the picture
// The documents' errors on [0, 1].
const std::map<std::string, double> kClaimedMse{
    {"basic_vae", .015}, {"conv_vae", .012}, {"beta_vae", .018}, {"cvae", .013}, {"vade", .014}};

// One way to say a clip again, judged on every song.
struct Rendering {
  std::string name;
  bool is_baseline = false;
  std::vector<double> mse = {}, onsets = {};  // a song each
  std::vector<double> edges = {};             // gradient energy over the original's
  std::vector<Matrix> shown = {};             // [1 × values] of the pictured songs
};

// A model that takes part, with the classes that it is told (none: it infers them or needs none).
struct Contender {
  std::string name;
  OpenRun* run;
  std::vector<int64_t> classes;
};

void judge(Rendering& rendering, MatrixView x, MatrixView x_hat, const std::vector<int64_t>& n_valid) {
  for (int64_t i = 0; i < x.n_rows; ++i) {
    const int64_t frames = n_valid[static_cast<size_t>(i)];
    double sum = 0;
    for (int64_t b = 0; b < kMelBands; ++b)
      for (int64_t t = 0; t < frames; ++t) {
        const double d = x(i, b * kMelFrames + t) - x_hat(i, b * kMelFrames + t);
        sum += d * d;
      }
    const MelView original{x.row(i), kMelBands, kMelFrames, frames}, said{x_hat.row(i), kMelBands, kMelFrames, frames};
    const double energy = gradient_energy(original);
    rendering.mse.push_back(sum / static_cast<double>(kMelBands * frames));
    rendering.edges.push_back(energy > 0 ? gradient_energy(said) / energy : std::nan(""));
    rendering.onsets.push_back(onset_correlation(original, said));
  }
}

void keep_shown(Rendering& rendering, const Matrix& x_hat, size_t first, const std::vector<size_t>& shown) {
  for (const size_t s : shown)
    if (s >= first && s < first + static_cast<size_t>(x_hat.n_rows)) {
      const std::vector<int64_t> row{static_cast<int64_t>(s - first)};
      rendering.shown.push_back(select_rows(x_hat, row));
    }
}

std::vector<size_t> songs_to_show(size_t n) {
  std::vector<size_t> shown;
  for (size_t i = 0; i < std::min(kShown, n); ++i) shown.push_back((2 * i + 1) * n / (2 * std::min(kShown, n)));
  return shown;
}

// Originals first (errors 0), then the contenders, then the baselines.
std::vector<Rendering> render(const ProofContext& context, const std::vector<int64_t>& clips,
                              const std::vector<Contender>& contenders) {
  const Baselines baselines(context.train, kPcaComponents);
  const LibrarySource source(context.judged.library);
  std::vector<Rendering> all{{"original"}};
  for (const Contender& c : contenders) all.push_back({c.name});
  for (const std::string& name : baselines.names()) all.push_back({name, true});
  const std::vector<size_t> shown = songs_to_show(clips.size());
  Progress progress("reconstruction", static_cast<int64_t>(clips.size()), "songs");
  for (size_t first = 0; first < clips.size(); first += kBlock) {
    const size_t n = std::min<size_t>(kBlock, clips.size() - first);
    const std::span<const int64_t> rows(clips.data() + first, n);
    std::vector<int64_t> n_valid;
    for (const int64_t c : rows) n_valid.push_back(context.judged.library->clip(c).n_valid_frames);
    Matrix x(static_cast<int64_t>(n), kMelValues);
    std::vector<int32_t> ignored(n);
    source.read(rows, x.values.data(), ignored.data());
    const auto take = [&](Rendering& rendering, const Matrix& x_hat) {
      judge(rendering, x, x_hat, n_valid);
      keep_shown(rendering, x_hat, first, shown);
    };
    take(all[0], x);
    for (size_t c = 0; c < contenders.size(); ++c) {
      const auto& told = contenders[c].classes;
      take(all[1 + c], reconstruct_told(*contenders[c].run->model, source, rows,
                                        told.empty() ? ToldClasses() : ToldClasses(told).subspan(first, n))
                           .from_mean);
    }
    const std::vector<Matrix> plain = baselines.reconstruct(x, n_valid);
    for (size_t b = 0; b < plain.size(); ++b) take(all[1 + contenders.size() + b], plain[b]);
    progress.add(static_cast<int64_t>(n));
  }
  return all;
}

double mean_of(const std::vector<double>& values, std::span<const int64_t> rows) {
  double sum = 0;
  int64_t n = 0;
  for (const int64_t r : rows)
    if (const double v = values[static_cast<size_t>(r)]; std::isfinite(v)) sum += v, ++n;
  return n > 0 ? sum / static_cast<double>(n) : std::nan("");
}

class Judge {
 public:
  Judge(const ProofContext& context, std::vector<int32_t> groups)
      : options_{.seed = context.options.seed}, groups_(std::move(groups)) {}
  Interval mean(const std::vector<double>& values) const {
    return bootstrap(
        static_cast<int64_t>(values.size()), [&](auto rows) { return mean_of(values, rows); }, options_, groups_);
  }
  Interval difference(const std::vector<double>& a, const std::vector<double>& b) const {
    return paired_bootstrap(
        static_cast<int64_t>(a.size()), [&](auto rows) { return mean_of(a, rows); },
        [&](auto rows) { return mean_of(b, rows); }, options_, groups_);
  }

 private:
  BootstrapOptions options_;
  std::vector<int32_t> groups_;
};

Table table_of(const std::vector<Rendering>& all, const Judge& judge_songs) {
  Table table{{"reconstruction", "mse", "mse_low", "mse_high", "edges_kept", "onset_correlation"}, {}};
  for (size_t i = 1; i < all.size(); ++i) {
    const Interval mse = judge_songs.mean(all[i].mse);
    table.add({all[i].name, mse.estimate, mse.low, mse.high, judge_songs.mean(all[i].edges).estimate,
               judge_songs.mean(all[i].onsets).estimate});
  }
  return table;
}

Figure bars_of(const std::string& title, const std::vector<Rendering>& all, const Judge& judge_songs) {
  BarFigure figure{.title = title, .caption = "Means over held-out songs with 95 % intervals.", .panels = {}};
  const auto panel = [&](const char* name, const char* unit, const auto& member) {
    BarPanel p{.title = name, .value_label = unit, .bars = {}};
    int colour = 0;
    for (size_t i = 1; i < all.size(); ++i) {
      const Interval v = judge_songs.mean(all[i].*member);
      p.bars.push_back({all[i].name, v.estimate, v.low, v.high, all[i].is_baseline ? -1 : colour++});
    }
    figure.panels.push_back(std::move(p));
  };
  panel("Error", "mean squared error on [0, 1]", &Rendering::mse);
  panel("Edges kept", "gradient energy, share of the original's", &Rendering::edges);
  panel("Beats kept", "correlation of onset envelopes", &Rendering::onsets);
  return draw_bars(figure);
}

Figure pictures_of(const std::string& title, const ProofContext& context, const std::vector<int64_t>& clips,
                   const std::vector<Rendering>& all) {
  std::vector<size_t> columns{0};
  for (size_t i = 1; i < all.size(); ++i)
    if (!all[i].is_baseline || all[i].name.starts_with("PCA")) columns.push_back(i);
  SpectrogramFigure figure{.title = title,
                           .caption = "Held-out songs, from the posterior mean; the number is the mean squared error.",
                           .scale = {},
                           .pictures = {},
                           .n_columns = static_cast<int>(columns.size())};
  const std::vector<size_t> shown = songs_to_show(clips.size());
  for (size_t s = 0; s < shown.size(); ++s)
    for (const size_t i : columns)
      figure.pictures.push_back({i == 0 ? "original" : all[i].name + ", " + format_number(all[i].mse[shown[s]], 3),
                                 {all[i].shown[s].row(0).data(), kMelBands, kMelFrames},
                                 context.judged.library->clip(clips[shown[s]]).n_valid_frames});
  return draw_spectrograms(figure);
}

// The rendering of the PCA is the last.
void add_model_measures(const Rendering& model, const std::vector<Rendering>& all, const Judge& judge_songs,
                        const std::string& model_name, const std::string& ending, ProofResult& result) {
  Measure mse = measured("mse" + ending, judge_songs.mean(model.mse));
  if (const auto claim = kClaimedMse.find(model_name); claim != kClaimedMse.end() && ending != ", label inferred")
    mse = judged(std::move(mse), {.most = claim->second});
  result.measures.push_back(std::move(mse));
  result.measures.push_back(
      judged_win(measured("mse below " + all.back().name + ending, judge_songs.difference(all.back().mse, model.mse),
                          "error of the baseline less the model's, same songs")));
  result.measures.push_back(
      measured("edges kept" + ending, judge_songs.mean(model.edges), "gradient energy over the original's"));
  result.measures.push_back(measured("onset correlation" + ending, judge_songs.mean(model.onsets)));
}

void add_differences(const Rendering& a, const Rendering& b, const Judge& judge_songs, ProofResult& result) {
  const std::string than = " than " + b.name;
  result.measures.push_back(judged_win(measured("lower mse" + than, judge_songs.difference(b.mse, a.mse))));
  result.measures.push_back(judged_win(measured("more edges kept" + than, judge_songs.difference(a.edges, b.edges))));
  result.measures.push_back(
      judged_win(measured("higher onset correlation" + than, judge_songs.difference(a.onsets, b.onsets))));
}

void require_same_songs(const OpenRun& a, const OpenRun& b) {
  if (a.train_keys == b.train_keys) return;
  fail(ExitCode::usage, {.what = "the two runs were not trained on the same songs",
                         .where = "--compare",
                         .seen = escape_for_terminal(a.source_path) + " and " + escape_for_terminal(b.source_path),
                         .wanted = "two runs of one library and split",
                         .fix = "train both on one library"});
}

// The second run's classes of the judged songs: true where all are known, else it infers them.
std::vector<int64_t> classes_of_other(const OpenRun& run, const ProofContext& context) {
  if (!find_label(context.labels, run.condition->column)) return {};
  const std::vector<int64_t> codes = song_codes(*context.judged.library, run.condition->column, run.condition->classes);
  std::vector<int64_t> classes;
  for (const int64_t s : context.judged.songs) classes.push_back(codes[static_cast<size_t>(s)]);
  return std::count(classes.begin(), classes.end(), -1) > 0 ? std::vector<int64_t>() : classes;
}

ProofResult prove_reconstruction(ProofContext& context) {
  std::vector<Contender> contenders;
  const KnownClasses known = known_classes(context);
  const std::vector<int64_t> told = known.are_true ? known.codes : std::vector<int64_t>();
  const std::string& name = context.run.model_name;
  if (!told.empty()) contenders.push_back({name + ", label given", &context.run, told});
  contenders.push_back({told.empty() ? name : name + ", label inferred", &context.run, classes_by_model(context)});
  const size_t n_own = contenders.size();
  std::optional<OpenRun> other;
  if (!context.options.compare.empty()) {
    other.emplace(open_run(context.options.compare));
    need_spectrograms(*other, "reconstruction");
    require_same_songs(context.run, *other);
    const std::string other_name = other->model_name == name ? "second " + name : other->model_name;
    contenders.push_back(
        {other_name, &*other, other->condition ? classes_of_other(*other, context) : std::vector<int64_t>()});
  }
  const std::vector<int64_t> clips = context.judged.middle_clips();
  const std::vector<Rendering> all = render(context, clips, contenders);
  const Judge judge_songs(context, context.judged.groups());

  ProofResult result;
  for (size_t i = 0; i < n_own && !other; ++i)
    add_model_measures(all[1 + i], all, judge_songs, name, n_own > 1 && i + 1 == n_own ? ", label inferred" : "",
                       result);
  std::string suffix, title = name + ": reconstruction";
  if (other) {
    result.subject = "against " + contenders.back().name;
    suffix = "vs_" + other->model_name;
    title = name + " and " + other->model_name + ": reconstruction";
    add_differences(all[1], all[contenders.size()], judge_songs, result);
  }
  result.tables.push_back({suffix, table_of(all, judge_songs)});
  result.figures.push_back({suffix, pictures_of(title, context, clips, all)});
  result.figures.push_back({suffix.empty() ? "bars" : suffix + "_bars", bars_of(title, all, judge_songs)});
  return result;
}

}  // namespace

ProofSpec reconstruction_proof() {
  return {"reconstruction", "error of held-out songs beside baselines, edges and beats kept; --compare: two runs",
          [](const ProofContext& c) -> std::optional<std::string> {
            if (auto reason = needs_spectrograms(c)) return reason;
            if (c.train.songs.empty()) return "the baselines need the run's training songs, and its library has none";
            return std::nullopt;
          },
          prove_reconstruction};
}

}  // namespace songscape
