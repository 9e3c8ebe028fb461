// Generation: samples of the prior, class by class where the model has classes, scored by an independent judge against
// its own accuracy on held-out reconstructions; and whether samples are copies of training songs.
#include <algorithm>
#include <cmath>
#include <map>

#include "core/error.h"
#include "core/log.h"
#include "core/text.h"
#include "data/library_source.h"
#include "proof/judge.h"
#include "proof/memorisation.h"
#include "proof/proofs.h"
#include "proof/quantile.h"
#include "proof/told.h"
#include "report/contingency.h"
#include "report/tiles.h"

namespace songscape {
namespace {

constexpr int64_t kMemorySamples = 200;  // of a model without classes
constexpr int64_t kSamplesInAll = 300, kFewestOfClass = 4;
constexpr int64_t kShownClasses = 9, kShownSamples = 4;
constexpr Threshold kCopies{.most = .05};
const std::map<std::string, double> kRecognised{{"language", .9}, {"genre", .6}};

// Samples with the class that each was asked for; no classes for an unconditional model.
struct Samples {
  std::vector<int64_t> classes;
  Matrix x;  // [n × kMelValues]
};

std::vector<int64_t> asked_classes(const ProofContext& context) {
  std::vector<int64_t> classes;
  if (!context.run.condition) return classes;
  const std::vector<std::string>& names = context.run.condition->classes;
  std::vector<int64_t> kinds;
  if (context.options.class_name.empty()) {
    for (size_t c = 0; c < names.size(); ++c) kinds.push_back(static_cast<int64_t>(c));
  } else {
    const auto it = std::find(names.begin(), names.end(), context.options.class_name);
    if (it == names.end()) {
      const auto near = nearest_name(context.options.class_name, names);
      fail(ExitCode::usage, {.what = "the model knows no such class",
                             .where = "--class",
                             .seen = escape_for_terminal(context.options.class_name),
                             .wanted = "one of: " + escape_for_terminal(join(names, ", ")),
                             .fix = near ? "did you mean '" + escape_for_terminal(*near) + "'?" : ""});
    }
    kinds.push_back(it - names.begin());
  }
  const int64_t each = context.options.n_samples > 0
                           ? context.options.n_samples
                           : std::max(kFewestOfClass, kSamplesInAll / static_cast<int64_t>(kinds.size()));
  for (const int64_t c : kinds) classes.insert(classes.end(), static_cast<size_t>(each), c);
  return classes;
}

Samples draw_samples(ProofContext& context) {
  Samples samples{asked_classes(context), {}};
  const int64_t n = context.options.n_samples > 0 ? context.options.n_samples : kMemorySamples;
  Vae& model = *context.run.model;
  const Matrix z = drawn_from_prior(model, n, samples.classes, context.options.seed);
  log_info("generate: " + std::to_string(z.n_rows) + " samples");
  samples.x = decode_told(model, z, samples.classes);
  return samples;
}

double mean_at(const std::vector<double>& values, std::span<const int64_t> rows) {
  double sum = 0;
  for (const int64_t r : rows) sum += values[static_cast<size_t>(r)];
  return sum / static_cast<double>(rows.size());
}

Interval accuracy_of(const std::vector<int64_t>& said, const std::vector<int64_t>& truth, uint64_t seed) {
  std::vector<double> right;
  for (size_t i = 0; i < said.size(); ++i) right.push_back(said[i] == truth[i]);
  return bootstrap(static_cast<int64_t>(right.size()), [&](auto rows) { return mean_at(right, rows); }, {.seed = seed});
}

// The judge on held-out clips, on their reconstructions, and on samples.
struct Judgement {
  std::vector<int64_t> held_classes, of_clips, of_reconstructions, of_samples;
};

Judgement judge_all(ProofContext& context, const Samples& samples) {
  const Condition& condition = *context.run.condition;
  const Judge judge(context, condition.column, condition.classes);
  const std::vector<int64_t> codes = song_codes(*context.judged.library, condition.column, condition.classes);
  ProofSongs held{context.judged.library, {}};
  Judgement j;
  for (const int64_t s : context.judged.songs)
    if (const int64_t c = codes[static_cast<size_t>(s)]; c >= 0) held.songs.push_back(s), j.held_classes.push_back(c);
  if (held.songs.empty())
    fail(ExitCode::usage, {.what = "no song that is judged on carries a class the model knows",
                           .where = "--library",
                           .seen = escape_for_terminal(condition.column),
                           .wanted = "songs of: " + escape_for_terminal(join(condition.classes, ", ")),
                           .fix = {}});
  const std::vector<int64_t> clips = held.middle_clips();
  j.of_clips = judge.classify(held.library, clips);
  const LibrarySource source(held.library);
  for (size_t first = 0; first < clips.size(); first += 32) {
    const size_t n = std::min<size_t>(32, clips.size() - first);
    const Reconstruction r = reconstruct_told(*context.run.model, source, std::span(clips).subspan(first, n),
                                              ToldClasses(j.held_classes).subspan(first, n));
    const std::vector<int64_t> said = judge.classify(r.from_mean);
    j.of_reconstructions.insert(j.of_reconstructions.end(), said.begin(), said.end());
  }
  j.of_samples = judge.classify(samples.x);
  return j;
}

void add_judged_measures(const ProofContext& context, const Samples& samples, const Judgement& j, ProofResult& result) {
  const uint64_t seed = context.options.seed;
  const double chance = 1.0 / static_cast<double>(context.run.condition->classes.size());
  const Interval clips = accuracy_of(j.of_clips, j.held_classes, seed);
  const Interval again = accuracy_of(j.of_reconstructions, j.held_classes, seed);
  const Interval generated = accuracy_of(j.of_samples, samples.classes, seed);
  result.measures.push_back(measured("judge accuracy on held-out clips", clips, "chance " + format_number(chance, 2)));
  result.measures.push_back(
      measured("judge accuracy on held-out reconstructions", again, "told the true class, from the mean"));
  result.measures.push_back(measured("judge accuracy on samples", generated,
                                     std::to_string(samples.classes.size()) + " samples of the prior"));
  Measure share;
  if (clips.low <= chance) {
    share = not_measured("samples recognised", "the judge itself does no better than chance on real clips");
  } else if (again.low <= chance) {
    share = not_measured("samples recognised", "the judge does no better than chance on held-out reconstructions");
  } else {
    const double of = again.estimate;
    share = measured("samples recognised", {generated.estimate / of, generated.low / of, generated.high / of},
                     "accuracy on samples over that on held-out reconstructions");
  }
  const auto threshold = kRecognised.find(context.run.condition->column);
  result.measures.push_back(threshold == kRecognised.end() || share.verdict == Verdict::not_measured
                                ? share
                                : judged(std::move(share), {.least = threshold->second}));
}

// 8 frames averaged: a copy a few frames late is still near.
constexpr int64_t kPool = 8, kFrames = kMelFrames / kPool, kCoarseValues = kMelBands * kFrames;

Matrix coarse(MatrixView x) {
  Matrix out(x.n_rows, kCoarseValues);
  for (int64_t i = 0; i < x.n_rows; ++i)
    for (int64_t b = 0; b < kMelBands; ++b)
      for (int64_t t = 0; t < kFrames; ++t) {
        float sum = 0;
        for (int64_t k = 0; k < kPool; ++k) sum += x(i, b * kMelFrames + t * kPool + k);
        out(i, b * kFrames + t) = sum / kPool;
      }
  return out;
}

Matrix read_coarse(const ProofSongs& songs) {
  const std::vector<int64_t> clips = songs.middle_clips();
  Matrix out(static_cast<int64_t>(clips.size()), kCoarseValues);
  Matrix one(1, kMelValues);
  for (size_t i = 0; i < clips.size(); ++i) {
    songs.library->read_mel(clips[i], one.row(0));
    const Matrix c = coarse(one);
    std::copy(c.values.begin(), c.values.end(), out.row(static_cast<int64_t>(i)).begin());
  }
  return out;
}

// Root mean square of a value of the averaged spectrogram.
double median_distance(const std::vector<NearestSong>& songs) {
  std::vector<double> distances;
  for (const NearestSong& s : songs) distances.push_back(s.distance / std::sqrt(static_cast<double>(kCoarseValues)));
  return quantile(distances, .5);
}

// The first few songs as the model decodes them from the mean, by itself.
Matrix coarse_reconstructions(const ProofContext& context, const ProofSongs& songs) {
  const LibrarySource source(songs.library);
  std::vector<int64_t> clips = songs.middle_clips();
  clips.resize(std::min<size_t>(clips.size(), 200));
  const std::vector<int64_t> classes = inferred_classes(*context.run.model, source, clips);
  Matrix out(static_cast<int64_t>(clips.size()), kCoarseValues);
  for (size_t first = 0; first < clips.size(); first += 32) {
    const size_t n = std::min<size_t>(32, clips.size() - first);
    const Matrix some =
        coarse(reconstruct_told(*context.run.model, source, std::span(clips).subspan(first, n),
                                classes.empty() ? ToldClasses() : ToldClasses(classes).subspan(first, n))
                   .from_mean);
    std::copy(some.values.begin(), some.values.end(), out.row(static_cast<int64_t>(first)).begin());
  }
  return out;
}

void add_memory_measures(const ProofContext& context, const Samples& samples, ProofResult& result) {
  const Matrix train = read_coarse(context.train);
  const std::vector<NearestSong> of_samples = nearest_songs(train, coarse(samples.x)),
                                 of_clips = nearest_songs(train, read_coarse(context.judged)),
                                 unseen = nearest_songs(train, coarse_reconstructions(context, context.judged)),
                                 seen = nearest_songs(train, coarse_reconstructions(context, context.train));
  for (const auto& [of, songs] :
       {std::pair{"samples", &of_samples}, {"held-out reconstructions", &unseen}, {"held-out clips", &of_clips}})
    result.measures.push_back(
        measured(std::string("nearest training song, ") + of, median_distance(*songs), "median root mean square"));
  const std::string name = "samples that may be copies";
  const std::optional<double> share = share_of_copies(of_samples, seen, unseen);
  result.measures.push_back(
      share
          ? judged(measured(name, *share,
                            "as near to one training song rather than to two as reconstructions of training songs, "
                            "against those of held-out songs"),
                   kCopies)
          : not_measured(name, "reconstructions of training songs lie no nearer to them than those of held-out songs"));
}

Figure samples_figure(const ProofContext& context, const Samples& samples) {
  std::vector<int64_t> rows;
  std::map<int64_t, int64_t> n_shown;
  for (int64_t i = 0; i < samples.x.n_rows; ++i) {
    const int64_t c = samples.classes.empty() ? i / kShownSamples : samples.classes[static_cast<size_t>(i)];
    if (!n_shown.contains(c) && static_cast<int64_t>(n_shown.size()) == (samples.classes.empty() ? 4 : kShownClasses))
      continue;
    if (n_shown[c]++ < kShownSamples) rows.push_back(i);
  }
  TileFigure figure{
      .title = context.run.model_name + ": samples of the prior",
      .caption = samples.classes.empty() ? "Decoded from draws of p(z)." : "Decoded from draws of p(z), a row a class.",
      .n_columns = static_cast<int>(kShownSamples),
      .tile_width = 200,
      .tile_height = 90,
      .x_label = "each: 30 seconds to the right",
      .y_label = "128 mel bands upwards",
      .low = -80,
      .high = -10,
      .unit = "dB"};
  static constexpr float kRange = 80;
  Matrix shown = select_rows(samples.x, rows);
  for (float& v : shown.values) v = -kRange + kRange * v;
  int64_t before = -1;
  for (size_t r = 0; r < rows.size(); ++r) {
    if (!samples.classes.empty())
      if (const int64_t c = samples.classes[static_cast<size_t>(rows[r])]; c != before) {
        // A class of few samples leaves places free.
        while (figure.tiles.size() % kShownSamples != 0) figure.tiles.push_back({});
        figure.row_names.push_back(context.run.condition->classes[static_cast<size_t>(c)]);
        before = c;
      }
    figure.tiles.push_back({{shown.row(static_cast<int64_t>(r)).data(), kMelBands, kMelFrames}});
  }
  return draw_tiles(figure);
}

Figure confusion_of(const ProofContext& context, const Samples& samples, const Judgement& j) {
  const auto classes = [&](const std::vector<int64_t>& codes) {
    return Classes{context.run.condition->classes, {codes.begin(), codes.end()}};
  };
  return draw_contingency({.title = context.run.model_name + ": what the judge hears in the samples",
                           .caption = "Rows sum to 100 %. The judge is a small network trained on real training clips.",
                           .row_name = "asked for",
                           .column_name = "heard",
                           .rows = classes(samples.classes),
                           .columns = classes(j.of_samples)});
}

ProofResult prove_generate(ProofContext& context) {
  const Samples samples = draw_samples(context);
  ProofResult result;
  if (context.run.condition) {
    result.subject = context.run.condition->column;
    if (!context.options.class_name.empty()) result.subject += " " + context.options.class_name;
  }
  const std::string suffix = result.subject;
  Table table{{"sample", "class", "heard"}, {}};
  if (!samples.classes.empty()) {
    const Judgement j = judge_all(context, samples);
    add_judged_measures(context, samples, j, result);
    result.figures.push_back({suffix.empty() ? "heard" : suffix + "_heard", confusion_of(context, samples, j)});
    const auto& names = context.run.condition->classes;
    for (size_t i = 0; i < samples.classes.size(); ++i)
      table.add({static_cast<int64_t>(i), names[static_cast<size_t>(samples.classes[i])],
                 names[static_cast<size_t>(j.of_samples[i])]});
    result.tables.push_back({suffix, std::move(table)});
  }
  add_memory_measures(context, samples, result);
  result.figures.push_back({suffix, samples_figure(context, samples)});
  return result;
}

}  // namespace

ProofSpec generate_proof() {
  return {"generate", "samples of the prior: recognised by an independent judge, and no copies of training songs",
          [](const ProofContext& c) -> std::optional<std::string> {
            if (auto reason = needs_spectrograms(c)) return reason;
            if (c.train.songs.empty()) return "there are no training songs to compare samples with";
            if (c.run.model->n_classes() > 0 && !c.run.condition) return "the run does not say what its classes are";
            if (c.run.model->n_classes() == 0 && !c.options.class_name.empty())
              return "the model is not conditional: it has no class to sample";
            return std::nullopt;
          },
          prove_generate};
}

}  // namespace songscape
