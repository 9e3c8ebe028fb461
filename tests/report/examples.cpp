#include "examples.h"

#include <algorithm>
#include <cmath>

#include "core/random.h"

namespace songscape::examples {
namespace {

const std::vector<std::string> kFamilies{"Rock",  "Electronic",  "Hip-hop",    "Jazz & blues", "Folk & country",
                                         "Latin", "South Asian", "Arab world", "Classical"};
const std::vector<std::string> kGenres{"rock",
                                       "punk",
                                       "metal",
                                       "post-rock instrumental & shoegaze revival",
                                       "indie",
                                       "house",
                                       "techno",
                                       "drum and bass",
                                       "ambient",
                                       "trance",
                                       "boom bap",
                                       "trap",
                                       "g-funk",
                                       "grime",
                                       "lo-fi",
                                       "swing",
                                       "bebop",
                                       "blues",
                                       "bossa jazz",
                                       "fusion",
                                       "bluegrass",
                                       "ballad",
                                       "fado",
                                       "celtic",
                                       "country",
                                       "salsa",
                                       "bachata",
                                       "cumbia",
                                       "reggaeton",
                                       "tango",
                                       "রবীন্দ্রসঙ্গীত",
                                       "বাউল গান",
                                       "हिन्दुस्तानी शास्त्रीय",
                                       "क़व्वाली",
                                       "bhangra",
                                       "موسيقى عربية",
                                       "شعبي",
                                       "raï",
                                       "dabke",
                                       "gnawa",
                                       "baroque",
                                       "romantic",
                                       "minimal music",
                                       "opera",
                                       "chamber"};

Line line(const std::string& name, double level, double slope, uint64_t seed) {
  Random random(seed);
  Line out{.name = name};
  for (int k = 2; k <= 60; k += 2) {
    out.x.push_back(k);
    out.y.push_back(level - slope * std::pow((k - 40) / 40.0, 2) + .006 * random.normal());
  }
  return out;
}

}  // namespace

Classes genres(int n_songs_each, bool has_families) {
  Classes out{.names = kGenres};
  for (int32_t c = 0; c < 45; ++c) {
    if (has_families) out.family_of.push_back(c / 5);
    out.labels.insert(out.labels.end(), static_cast<size_t>(n_songs_each), c);
  }
  if (has_families) out.families = kFamilies;
  return out;
}

Matrix positions(const Classes& classes, double spread) {
  Random random(5);
  std::vector<std::array<double, 2>> centres;
  for (size_t c = 0; c < classes.names.size(); ++c) {
    const double family = static_cast<double>(c / 5) * .698, r = 18 + 3 * random.normal();
    centres.push_back({r * std::cos(family) + 5 * random.normal(), .8 * r * std::sin(family) + 5 * random.normal()});
  }
  Matrix out(static_cast<int64_t>(classes.labels.size()), 2);
  for (int64_t i = 0; i < out.n_rows; ++i)
    for (int j = 0; j < 2; ++j) {
      const int32_t c = std::max(0, classes.labels[static_cast<size_t>(i)]);
      out(i, j) =
          static_cast<float>(centres[static_cast<size_t>(c)][static_cast<size_t>(j)] + spread * random.normal());
    }
  return out;
}

Classes clusters(const Classes& classes) {
  Random random(9);
  const int64_t n = static_cast<int64_t>(classes.names.size());
  std::vector<int32_t> out;
  for (const int32_t l : classes.labels) {
    const double u = random.uniform();
    int64_t c = l;
    if (u < .15)
      c = std::min<int64_t>(n - 1, l + 1);
    else if (u < .30)
      c = random.below(n);
    else if (u < .42 && l % 9 == 0)
      c = n + l / 9;
    out.push_back(static_cast<int32_t>((c * 7) % (n + 5)));
  }
  return numbered_classes(out);
}

Matrix mel(int seed, int64_t n_frames) {
  Random random(static_cast<uint64_t>(seed));
  Matrix out(128, n_frames);
  for (int64_t t = 0; t < n_frames; ++t) {
    const double beat = std::exp(-static_cast<double>(t % 43) / 9), bar = static_cast<double>((t / 172 * 5 + seed) % 7);
    for (int64_t b = 0; b < 128; ++b) {
      const double band = static_cast<double>(b);
      double v = .55 - band / 300 + .2 * beat * (band > 60 ? 1 : .4) + .05 * random.normal();
      for (int h = 1; h < 7; ++h)
        v += .35 / h * std::exp(-std::pow((band - 8 - 11 * std::log2(h) * 2 - bar * 2) / 1.6, 2));
      out(b, t) = static_cast<float>(std::clamp(v, 0.0, 1.0));
    }
  }
  return out;
}

Matrix blurred(const Matrix& x) {
  Matrix out(x.n_rows, x.n_cols);
  for (int64_t b = 0; b < x.n_rows; ++b)
    for (int64_t t = 0; t < x.n_cols; ++t) {
      float sum = 0;
      int n = 0;
      for (int64_t i = std::max<int64_t>(0, b - 2); i <= std::min(x.n_rows - 1, b + 2); ++i)
        for (int64_t j = std::max<int64_t>(0, t - 4); j <= std::min(x.n_cols - 1, t + 4); ++j, ++n) sum += x(i, j);
      out(b, t) = sum / static_cast<float>(n);
    }
  return out;
}

Figure training_curves() {
  Random random(3);
  TrainingCurves c{.title = "Training of conv_vae (compact), seed 1",
                   .caption =
                       "Means over the songs of an epoch. The total is reconstruction + β · KL; the checkpoint "
                       "with the lowest validation total is kept as best_model.",
                   .best_epoch = 41};
  TrainingTerm total{"Total", "nats a song"}, rec{"Reconstruction", "nats a song"}, kl{"KL", "nats a song"},
      beta{"β", ""};
  for (int e = 1; e <= 60; ++e) {
    const double fall = std::exp(-e / 9.0), over = std::max(0, e - 41) * 55.0;
    c.epochs.push_back(e);
    const double r = -182000 + 90000 * fall + 300 * random.normal(), k = 410 * (1 - fall) + 4 * random.normal();
    beta.train.push_back(std::min(1.0, e / 20.0));
    rec.train.push_back(r), rec.validation.push_back(r + 4200 + over);
    kl.train.push_back(k), kl.validation.push_back(k + 11);
    total.train.push_back(r + beta.train.back() * k), total.validation.push_back(r + 4200 + over + k);
  }
  c.terms = {total, rec, kl, beta};
  return draw_training_curves(c);
}

Figure cluster_selection() {
  ClusterSelection s{
      .title = "Choosing the number of clusters",
      .caption = "Mean silhouette of the training songs; the K of the highest is used. Labels play no part.",
      .n_classes = 45};
  for (const auto& [name, level, seed] : {std::tuple{"k-means", .31, 1}, {"Ward", .28, 2}, {"GMM", .22, 3}}) {
    const Line l = line(name, level, .09, static_cast<uint64_t>(seed));
    const auto best = std::max_element(l.y.begin(), l.y.end()) - l.y.begin();
    s.curves.push_back({name, l.x, l.y, l.x[static_cast<size_t>(best)]});
  }
  return draw_cluster_selection(s);
}

Figure song_map() {
  const Classes labels = genres();
  const Matrix p = positions(labels, 1.2);
  return draw_map({.title = "900 songs by t-SNE of the latent vectors",
                   .caption = "Perplexity 30, trustworthiness .96. Songs that sound alike to the model are close; "
                              "distances between far groups mean little. Colour and shape together name a class.",
                   .positions = p,
                   .panels = {{"k-means, 50 clusters", clusters(labels), true}, {"genre", labels, false}}});
}

Figure unlabelled_map() {
  Classes labels = genres(120, false);
  for (size_t i = 0; i < labels.labels.size(); i += 3) labels.labels[i] = -1;
  const Matrix p = positions(labels, 2);
  return draw_map({.title = "5,400 songs, a third without a label",
                   .caption = "",
                   .positions = p,
                   .panels = {{"genre", labels, false}}});
}

Figure reconstruction() {
  const Matrix a = mel(1), b = mel(4), c = mel(6), ra = blurred(a), rb = blurred(b), rc = blurred(c);
  return draw_reconstructions(
      {.title = "What the model keeps of a song",
       .caption = "Validation songs at the 10th, 50th and 90th percentile of error. Mean over "
                  "frames where there are more than pixels.",
       .pairs = {{"0012 Nadir Hossain – নদীর গান (best)", a, ra, -1},
                 {"0451 The Long Names of the Northern Sea – A Very Long Title That Never Ends, "
                  "Part II: The Return (median)",
                  b, rb, 900},
                 {"0777 فرقة البحر – ليل (worst)", c, rc, -1}}});
}

Figure spectrograms() {
  const Matrix a = mel(1), b = mel(4), c = mel(6), d = mel(7);
  return draw_spectrograms(
      {.title = "Four songs", .pictures = {{"one", a}, {"two", b}, {"three", c}, {"four", d}}, .n_columns = 2});
}

PianoRoll music(int n_bars, int n_parts) {
  PianoRoll roll{.title = "continuation-01: continuation",
                 .caption = "after the last 4 bars of pop/نغمة – ゆめ.mid; temperature 1"};
  roll.parts = {{"program 0, piano"}, {"program 48, ensemble"}, {"program 32, bass"}, {"drums", true}};
  for (int i = 4; i < n_parts; ++i) roll.parts.push_back({"program " + std::to_string(i) + ", synth effects"});
  Random random(6);
  for (int bar = 0; bar < n_bars; ++bar) {
    const double start = 4 * bar;
    roll.bars.push_back({start, 1});
    for (int i = 0; i < 8; ++i) {
      const int pitch = 67 + static_cast<int>(random.below(12));
      roll.notes.push_back({start + i * .5, .45, pitch, 0, .3 + .7 * random.uniform()});
      roll.notes.push_back({start + i * .5, .1, 42, 3, i % 2 == 0 ? .9 : .5});
      if (i % 4 == 0) roll.notes.push_back({start + i * .5, .1, i == 0 ? 36 : 38, 3, 1});
    }
    for (const int pitch : {60, 64, 67}) roll.notes.push_back({start, 3.8, pitch - bar % 3, 1, .4});
    roll.notes.push_back({start, 4, 36 + bar % 5, 2, .8});
    for (int i = 4; i < n_parts; ++i) roll.notes.push_back({start + i * .25, .25, 30 + 3 * i, i, random.uniform()});
  }
  roll.end = 4 * n_bars;
  return roll;
}

Figure piano_roll() { return draw_piano_roll(music(8, 4)); }
Figure crowded_piano_roll() { return draw_piano_roll(music(120, 14)); }

Figure confusion_matrix() {
  const Classes labels = genres();
  return draw_contingency({.title = "Which clusters the songs of each genre fall into",
                           .caption =
                               "A row is a genre and sums to 100 %; clusters stand in the order of the genre they "
                               "take most of. ARI .48, NMI .74, purity .66.",
                           .row_name = "genre",
                           .rows = labels,
                           .columns = clusters(labels)});
}

Figure small_confusion_matrix() {
  Classes labels{.names = {"Bangla", "Hindi", "English", "Arabic", "Spanish"}};
  std::vector<int32_t> found;
  Random random(2);
  for (int i = 0; i < 300; ++i) {
    labels.labels.push_back(i % 5);
    found.push_back(static_cast<int32_t>(random.uniform() < .8 ? (i * 3) % 5 : random.below(5)));
  }
  return draw_contingency(
      {.title = "Languages and clusters", .row_name = "language", .rows = labels, .columns = numbered_classes(found)});
}

Figure distributions() {
  const Classes labels = genres();
  return draw_distributions("How many songs a group holds", "Largest first.",
                            {{"clusters (k-means)", clusters(labels)}, {"genre", labels}});
}

Figure bars_with_intervals() {
  return draw_bars({.title = "ARI against genre",
                    .caption = "Bars: mean over 3 seeds; whiskers: 95 % interval over seeds and resampled songs.",
                    .panels = {{.title = "k-means",
                                .value_label = "ARI",
                                .bars = {{"conv_vae", .48, .44, .52, 0},
                                         {"basic_vae", .35, .31, .40, 0},
                                         {"per-band mean and deviation", .41, .38, .44, -1},
                                         {"raw mel", .12, .10, .15, -1},
                                         {"random encoder", .08, .06, .10, -1},
                                         {"shuffled labels", -.001, -.01, .008, -1},
                                         {"not run", std::nan(""), {}, {}, -1}},
                                .reference = .41,
                                .reference_text = "best control"}}});
}

Figure histogram() {
  Random random(8);
  Histogram h{.title = "Reconstruction error of the validation songs", .x_label = "MSE on [0, 1]"};
  for (int i = 0; i < 900; ++i) h.values.push_back(.012 * std::exp(.3 * random.normal()));
  return draw_histogram(h);
}

ReportPage page() {
  Table scores{{"representation", "clusterer", "K", "silhouette", "ARI", "NMI", "purity"}, {}};
  scores.add({std::string("conv_vae"), std::string("k-means"), int64_t{45}, .312, .483, .741, .66});
  scores.add({std::string("conv_vae"), std::string("Ward"), int64_t{45}, .284, .471, .733, .65});
  scores.add({std::string("band mean + deviation"), std::string("Ward"), int64_t{45}, .201, .415, .70, .61});
  scores.add({std::string("random encoder"), std::string("k-means"), int64_t{45}, .11, .082, .41, .22});
  scores.add({std::string("shuffled labels"), std::string("k-means"), int64_t{45}, .312, -.0008, .33, .12});
  Table config{{"setting", "value", "meaning"}, {}};
  config.add({std::string("model"), std::string("conv_vae"), std::string("convolutional encoder and decoder")});
  config.add({std::string("latent_dim"), int64_t{128}, std::string("size of z")});
  config.add({std::string("beta"), 1.0, std::string("weight of the KL term")});
  ReportPage p{.title = "conv_vae on Demo corpus",
               .subtitle = "Run 20250301T120000Z-conv_vae-s1-4f2a · 900 songs · seed 1"};
  p.footer = "Made by Songscape 0.1.0. This page loads nothing from elsewhere.";
  p.sections.push_back(
      {"Summary",
       {Cards{{{"reconstruction MSE", ".0119", "validation, on 0–1"},
               {"ARI against genre", ".483", "best control .415"},
               {"active dimensions", "61 of 128", "KL over .01 nats"},
               {"training", "3 min 20 s", "60 epochs, best 41"}}},
        Notice{NoticeKind::good, "The model beats every control", "ARI .483 against .415 for the best of them."},
        Notice{NoticeKind::warning, "Sign of a collapsed latent space",
               "Silhouette .93 beside an ARI of .004: the clusters are tight and mean nothing."},
        Notice{NoticeKind::note, "A simulation", "The built-in corpus is made by a small synthesiser."},
        TableBlock{scores, "Clustering of the validation songs.", false, {0}}, metric_glossary()}});
  p.sections.push_back({"Training", {FigureBlock(training_curves(), "Loss by epoch.", "training_curves")}});
  p.sections.push_back({"Maps",
                        {Paragraph{"Every point is a song."},
                         FigureBlock(song_map(), "Clusters and genres.", "latent_visualization/tsne_visualization")}});
  p.sections.push_back({"Reconstruction", {FigureBlock(reconstruction(), "Three songs.", "reconstruction_examples")}});
  p.sections.push_back(
      {"Clusters",
       {FigureBlock(cluster_selection(), "", "cluster_selection"),
        FigureBlock(confusion_matrix(), "", "confusion_matrix"), FigureBlock(distributions(), "", "distributions")}});
  p.sections.push_back({"This run",
                        {TableBlock{config, "Settings", true, {}},
                         CodeBlock{"songscape train conv_vae --library demo.songscape --seed 1\nsongscape report --run "
                                   "runs/20250301T120000Z-conv_vae-s1-4f2a"}}});
  return p;
}

const std::vector<Named>& all() {
  static const std::vector<Named> list{{"training_curves", training_curves},
                                       {"cluster_selection", cluster_selection},
                                       {"song_map", song_map},
                                       {"unlabelled_map", unlabelled_map},
                                       {"reconstruction_examples", reconstruction},
                                       {"spectrograms", spectrograms},
                                       {"piano_roll", piano_roll},
                                       {"crowded_piano_roll", crowded_piano_roll},
                                       {"confusion_matrix", confusion_matrix},
                                       {"small_confusion_matrix", small_confusion_matrix},
                                       {"distributions", distributions},
                                       {"bars_with_intervals", bars_with_intervals},
                                       {"histogram", histogram}};
  return list;
}

}  // namespace songscape::examples
