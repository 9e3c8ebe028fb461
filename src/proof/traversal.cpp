// Traversal: one dimension of z moved while the others stay, decoded, and the result measured: what moves with it, and
// what leaks along.
#include <algorithm>
#include <cmath>

#include "audio/mel_attributes.h"
#include "core/error.h"
#include "core/log.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "core/text.h"
#include "data/library_source.h"
#include "metrics/leakage.h"
#include "proof/factors.h"
#include "proof/latent_summary.h"
#include "proof/proofs.h"
#include "proof/told.h"
#include "report/curves.h"
#include "report/heat_map.h"
#include "report/tiles.h"

namespace songscape {
namespace {

constexpr int64_t kBaseSongs = 8, kSteps = 7, kStrongest = 8, kClipsMeasured = 200;
constexpr double kReach = 3;  // standard deviations to either side
constexpr double kSure = .95;

struct Attribute {
  std::string name, factor;  // "pitch" is the corpus's "register"
  std::string unit;
  double MelAttributes::*value;
};
const Attribute kAttributes[] = {{"tempo", "tempo", "BPM", &MelAttributes::tempo_bpm},
                                 {"pitch", "register", "MIDI", &MelAttributes::register_midi},
                                 {"loudness", "loudness", "dB", &MelAttributes::loudness_db},
                                 {"brightness", "brightness", "Hz", &MelAttributes::brightness_hz}};

// The documents' names of beta_vae's first dimensions.
struct ClaimedAxis {
  int64_t dimension;
  const char* attribute;
};
constexpr ClaimedAxis kClaimedAxes[] = {{0, "tempo"}, {1, "pitch"}, {2, "loudness"}};

// Loudness means nothing where each clip is stored against its own maximum.
std::vector<Attribute> attributes_of(const ProofContext& context) {
  std::vector<Attribute> out;
  for (const Attribute& a : kAttributes)
    if (a.name != "loudness" || context.judged.library->mel_reference() != "clip") out.push_back(a);
  return out;
}

std::vector<MelAttributes> measure_clips(const ProofContext& context, const std::vector<int64_t>& clips) {
  std::vector<MelAttributes> out(clips.size());
  parallel_for(static_cast<int64_t>(clips.size()), worker_threads(), [&](int64_t i) {
    std::vector<float> mel(kMelValues);
    context.judged.library->read_mel(clips[static_cast<size_t>(i)], mel);
    out[static_cast<size_t>(i)] = measure_mel(
        mel, {.n_valid_frames = context.judged.library->clip(clips[static_cast<size_t>(i)]).n_valid_frames});
  });
  return out;
}

double deviation(const std::vector<double>& values) {
  double sum = 0, squares = 0, n = 0;
  for (const double v : values)
    if (std::isfinite(v)) sum += v, squares += v * v, ++n;
  if (n < 2) return std::nan("");
  return std::sqrt(std::max(0.0, squares / n - sum / n * (sum / n)));
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  double n = 0, sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!std::isfinite(a[i]) || !std::isfinite(b[i])) continue;
    ++n, sa += a[i], sb += b[i], saa += a[i] * a[i], sbb += b[i] * b[i], sab += a[i] * b[i];
  }
  const double va = saa - sa * sa / n, vb = sbb - sb * sb / n;
  return n >= 3 && va > 0 && vb > 0 ? (sab - sa * sb / n) / std::sqrt(va * vb) : std::nan("");
}

std::vector<double> column_of(const std::vector<MelAttributes>& measured_clips, const Attribute& attribute) {
  std::vector<double> out;
  for (const MelAttributes& m : measured_clips) out.push_back(m.*attribute.value);
  return out;
}

// Real clips, as the estimators hear them: the attributes' spread, and the estimators' own error.
struct Ears {
  ProofSongs songs;  // some of those that are judged
  std::vector<MelAttributes> heard;
};

Ears listen(const ProofContext& context) {
  Ears ears{{context.judged.library, {}}, {}};
  const auto n = static_cast<int64_t>(context.judged.songs.size());
  for (int64_t i = 0; i < std::min(n, kClipsMeasured); ++i)
    ears.songs.songs.push_back(context.judged.songs[static_cast<size_t>(i * n / std::min(n, kClipsMeasured))]);
  ears.heard = measure_clips(context, ears.songs.middle_clips());
  return ears;
}

void add_estimator_errors(const Ears& ears, const std::vector<Attribute>& attributes, ProofResult& result) {
  for (const Attribute& a : attributes) {
    const std::vector<double> truth = factor_values(ears.songs, a.factor), heard = column_of(ears.heard, a);
    const std::string name = a.name + " estimator, correlation with the songs' own";
    if (truth.empty()) {
      result.measures.push_back(not_measured(name, "the library has no column " + a.factor));
      continue;
    }
    std::string reason = std::to_string(ears.heard.size()) + " real clips";
    if (a.name == "tempo") {
      const auto is_near = [&](size_t i) { return std::abs(heard[i] - truth[i]) <= .04 * truth[i]; };
      int64_t n_near = 0;
      for (size_t i = 0; i < truth.size(); ++i) n_near += is_near(i);
      reason += "; within 4 % in " +
                format_number(100.0 * static_cast<double>(n_near) / static_cast<double>(truth.size()), 3) + " %";
    }
    result.measures.push_back(measured(name, correlation(truth, heard), reason));
  }
}

// Whether what is heard in a reconstruction is what is heard in the song.
void add_rendering_errors(ProofContext& context, const Ears& ears, const std::vector<Attribute>& attributes,
                          ProofResult& result) {
  std::vector<int64_t> clips = ears.songs.middle_clips();
  clips.resize(std::min<size_t>(clips.size(), 64));
  const Reconstruction r = reconstruct_told(*context.run.model, LibrarySource(context.judged.library), clips, {});
  std::vector<MelAttributes> again(clips.size());
  parallel_for(r.from_mean.n_rows, worker_threads(), [&](int64_t i) {
    again[static_cast<size_t>(i)] =
        measure_mel(r.from_mean.row(i),
                    {.n_valid_frames = context.judged.library->clip(clips[static_cast<size_t>(i)]).n_valid_frames});
  });
  for (const Attribute& a : attributes) {
    std::vector<double> original = column_of(ears.heard, a);
    original.resize(again.size());
    result.measures.push_back(measured(a.name + " kept by reconstruction", correlation(original, column_of(again, a)),
                                       "correlation of what is heard in songs and in their reconstructions"));
  }
}

struct Moved {
  std::vector<int64_t> dimensions;
  Matrix base;                   // z of the base songs
  std::vector<int64_t> classes;  // told with each, of a conditional model
  MeasuredTraversal traversal;
};

double step_at(int64_t s) { return -kReach + 2 * kReach * static_cast<double>(s) / (kSteps - 1); }

// Decodes every step of one dimension of one song and measures it.
void measure_path(ProofContext& context, const LatentSummary& summary, const std::vector<Attribute>& attributes,
                  int64_t song, size_t dimension, Moved& moved) {
  const auto d = static_cast<size_t>(moved.dimensions[dimension]);
  Matrix z(kSteps, moved.base.n_cols);
  for (int64_t s = 0; s < kSteps; ++s) {
    std::copy(moved.base.row(song).begin(), moved.base.row(song).end(), z.row(s).begin());
    z.row(s)[d] = static_cast<float>(summary.mean[d] + step_at(s) * summary.sd[d]);
  }
  const std::vector<int64_t> told(moved.classes.empty() ? 0 : kSteps,
                                  moved.classes.empty() ? 0 : moved.classes[static_cast<size_t>(song)]);
  const Matrix x = decode_told(*context.run.model, z, told);
  // The middle step's tempo is the one beside which others are looked for.
  const double near = measure_mel(x.row(kSteps / 2)).tempo_bpm;
  std::vector<MelAttributes> heard(kSteps);
  parallel_for(kSteps, worker_threads(), [&](int64_t s) {
    heard[static_cast<size_t>(s)] = measure_mel(x.row(s), {.tempo_near_bpm = std::isfinite(near) ? near : 0});
  });
  const size_t n = attributes.size();
  const size_t place = (static_cast<size_t>(song) * moved.dimensions.size() + dimension) * kSteps * n;
  for (size_t s = 0; s < kSteps; ++s)
    for (size_t a = 0; a < n; ++a) moved.traversal.values[place + s * n + a] = heard[s].*attributes[a].value;
}

Moved move_all(ProofContext& context, const LatentSummary& summary, const std::vector<Attribute>& attributes,
               Moved moved) {
  MeasuredTraversal& t = moved.traversal;
  for (const Attribute& a : attributes) t.attributes.push_back(a.name);
  for (const int64_t d : moved.dimensions) t.dimensions.push_back("z" + std::to_string(d));
  for (int64_t s = 0; s < kSteps; ++s) t.steps.push_back(step_at(s));
  t.n_songs = moved.base.n_rows;
  t.values.resize(static_cast<size_t>(t.n_songs) * moved.dimensions.size() * kSteps * attributes.size());
  Progress progress("traversal", static_cast<int64_t>(moved.dimensions.size()), "dimensions");
  for (size_t d = 0; d < moved.dimensions.size(); ++d) {
    for (int64_t song = 0; song < t.n_songs; ++song) measure_path(context, summary, attributes, song, d, moved);
    progress.add(1);
  }
  return moved;
}

std::vector<int64_t> dimensions_asked(const ProofContext& context, const LatentSummary& summary) {
  const auto n = static_cast<int64_t>(summary.mean.size());
  if (const auto asked = context.options.dimension) {
    if (*asked >= n)
      fail(ExitCode::usage, {.what = "the model has no such dimension",
                             .where = "--dimension",
                             .seen = std::to_string(*asked),
                             .wanted = "0 to " + std::to_string(n - 1),
                             .fix = {}});
    return {*asked};
  }
  std::vector<int64_t> out;
  for (int64_t d = 0; d < std::min<int64_t>(n, 4); ++d) out.push_back(d);
  const std::vector<int64_t> by_kl = summary.by_kl();
  for (size_t i = 0; i < std::min<size_t>(by_kl.size(), kStrongest); ++i)
    if (by_kl[i] >= 4) out.push_back(by_kl[i]);
  return out;
}

void add_axes(const ProofContext& context, const Moved& moved, const Leakage& leaks, ProofResult& result) {
  for (size_t d = 0; d < leaks.axes.size(); ++d) {
    const AxisName& axis = leaks.axes[d];
    Measure m = measured(axis.dimension + " moves " + axis.attribute, {axis.effect, axis.low, axis.high},
                         "spreads of the attribute a standard deviation of z; share " + format_number(axis.share, 2) +
                             " of all it moves, confidence " + format_number(axis.confidence, 2));
    for (const ClaimedAxis& claim : kClaimedAxes)
      if (context.run.model_name == "beta_vae" && claim.dimension == moved.dimensions[d]) {
        m.threshold = std::string("names ") + claim.attribute + " with confidence 0.95";
        m.verdict = axis.attribute == claim.attribute && axis.confidence >= kSure ? Verdict::met : Verdict::missed;
      }
    result.measures.push_back(std::move(m));
  }
  double share = 0;
  int64_t n_named = 0;
  for (const AxisName& axis : leaks.axes)
    if (axis.attribute != "nothing") share += axis.share, ++n_named;
  result.measures.push_back(measured("axes that move something", static_cast<double>(n_named),
                                     "of " + std::to_string(leaks.axes.size()) + " dimensions tried"));
  result.measures.push_back(n_named == 0
                                ? not_measured("share of the strongest attribute", "no dimension moves anything")
                                : measured("share of the strongest attribute", share / static_cast<double>(n_named),
                                           "mean over axes that move something; 1: one dimension moves one attribute"));
}

Table table_of(const Moved& moved) {
  Table table{{"song", "dimension", "step", "attribute", "value"}, {}};
  const MeasuredTraversal& t = moved.traversal;
  for (int64_t song = 0; song < t.n_songs; ++song)
    for (size_t d = 0; d < t.dimensions.size(); ++d)
      for (size_t s = 0; s < t.steps.size(); ++s)
        for (size_t a = 0; a < t.attributes.size(); ++a) {
          const double v = t.at(song, static_cast<int64_t>(d), static_cast<int64_t>(s), static_cast<int64_t>(a));
          table.add({song, t.dimensions[d], t.steps[s], t.attributes[a], std::isfinite(v) ? Cell(v) : Cell()});
        }
  return table;
}

Figure leakage_figure(const ProofContext& context, const Moved& moved, const Leakage& leaks) {
  HeatMap map{
      .title = context.run.model_name + ": what each dimension moves",
      .caption = "Slopes on " + std::to_string(moved.traversal.n_songs) +
                 " songs, in standard deviations of the attribute over real songs for one of the dimension. The "
                 "name is the attribute moved most; its confidence is the share of resamples that agree.",
      .row_names = moved.traversal.dimensions,
      .column_names = moved.traversal.attributes,
      .values = leaks.effect,
      .most = .5};
  for (const float v : leaks.effect.values)
    if (std::isfinite(v)) map.most = std::max(map.most, static_cast<double>(std::abs(v)));
  for (const AxisName& axis : leaks.axes)
    map.row_notes.push_back(axis.attribute + ", confidence " + format_number(axis.confidence, 2));
  return draw_heat_map(map);
}

// One panel an attribute: a thin line a song.
Figure paths_figure(const ProofContext& context, const Moved& moved, const std::vector<Attribute>& attributes) {
  LineFigure figure{.title = context.run.model_name + ": " + moved.traversal.dimensions[0] + " moved",
                    .caption = "Each line: one song with this dimension set to each step, the others as they were."};
  for (size_t a = 0; a < attributes.size(); ++a) {
    LinePanel panel{.title = attributes[a].name,
                    .x_label = "standard deviations",
                    .y_label = attributes[a].unit,
                    .y_scale = AxisScale::linear};
    for (int64_t song = 0; song < moved.traversal.n_songs; ++song) {
      Line line{.name = "song " + std::to_string(song + 1), .x = moved.traversal.steps};
      for (int64_t s = 0; s < kSteps; ++s) line.y.push_back(moved.traversal.at(song, 0, s, static_cast<int64_t>(a)));
      panel.lines.push_back(std::move(line));
    }
    figure.panels.push_back(std::move(panel));
  }
  return draw_lines(figure);
}

ProofResult prove_traversal(ProofContext& context) {
  const std::vector<Attribute> attributes = attributes_of(context);
  const LibrarySource source(context.judged.library);
  const std::vector<int64_t> clips = context.judged.middle_clips();
  const std::vector<int64_t> classes = known_classes(context).codes;
  const Encoded encoded = encode_told(*context.run.model, source, clips, classes);
  const LatentSummary summary = summarise(encoded, has_standard_prior(*context.run.model));
  Moved moved{.dimensions = dimensions_asked(context, summary), .base = {}, .classes = {}, .traversal = {}};
  const auto n = static_cast<int64_t>(clips.size()), n_base = std::min(n, kBaseSongs);
  std::vector<int64_t> base;
  for (int64_t i = 0; i < n_base; ++i) base.push_back((2 * i + 1) * n / (2 * n_base));
  moved.base = select_rows(encoded.mean, base);
  for (const int64_t b : base)
    if (!classes.empty()) moved.classes.push_back(classes[static_cast<size_t>(b)]);
  const Ears ears = listen(context);
  ProofResult result;
  for (const Attribute& a : attributes) {
    const double spread = deviation(column_of(ears.heard, a));
    moved.traversal.spread.push_back(spread > 0 ? spread : 1);
  }
  moved = move_all(context, summary, attributes, std::move(moved));
  const Leakage leaks = leakage(moved.traversal, {.seed = context.options.seed});
  const std::string suffix = context.options.dimension ? moved.traversal.dimensions[0] : "";
  result.subject = suffix;
  add_axes(context, moved, leaks, result);
  add_estimator_errors(ears, attributes, result);
  add_rendering_errors(context, ears, attributes, result);
  if (attributes.size() < std::size(kAttributes))
    result.measures.push_back(
        not_measured("loudness", "each clip is stored against its own maximum, which erases level"));
  if (context.run.model_name == "beta_vae" && suffix.empty())
    result.measures.push_back(
        not_measured("z3 moves genre", "genre is no attribute of one decoded mel; see disentanglement"));
  result.tables.push_back({suffix, table_of(moved)});
  result.figures.push_back(
      {suffix, suffix.empty() ? leakage_figure(context, moved, leaks) : paths_figure(context, moved, attributes)});
  return result;
}

}  // namespace

ProofSpec traversal_proof() {
  return {"traversal", "what one dimension of z moves in the decoded sound: tempo, pitch, loudness, brightness",
          [](const ProofContext& c) -> std::optional<std::string> {
            if (auto reason = needs_spectrograms(c)) return reason;
            if (c.judged.songs.size() < 2) return "fewer than 2 songs to judge on";
            return std::nullopt;
          },
          prove_traversal};
}

}  // namespace songscape
