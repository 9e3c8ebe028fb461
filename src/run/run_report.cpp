#include "run/run_report.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/csv.h"
#include "core/file.h"
#include "core/json.h"
#include "core/log.h"
#include "core/text.h"
#include "data/npy.h"
#include "report/bars.h"
#include "report/contingency.h"
#include "report/page.h"
#include "run/cluster_names.h"
#include "run/encode.h"
#include "run/grouping.h"
#include "run/map.h"
#include "run/music_training.h"
#include "run/report_figures.h"
#include "run/retrieval.h"
#include "run/song_training.h"
#include "train/run_folder.h"

namespace songscape {
namespace {

std::string shown(const Json& v) {
  if (v.is_string()) return v.get<std::string>();
  if (v.is_number_float()) return format_number(v.get<double>(), 6);
  return v.dump();
}

Table facts_of(const Json& object) {
  Table t{{"what", "value"}, {}};
  for (const auto& [key, value] : object.items())
    if (!value.is_array() && !value.is_object()) t.add({key, shown(value)});
  return t;
}

class Reporter {
 public:
  explicit Reporter(const ReportRequest& request)
      : request_(request),
        run_(open_run(request.run)),
        library_(open_library_of(run_, request.library)),
        out_(results_folder(request.run, request.library)),
        labels_(song_labels(*library_)),
        is_of_midi_(reads_tokens(run_.model_name)) {}

  RunReport run() {
    grouping_ = group_run({.run = request_.run,
                           .library = request_.library,
                           .algorithms = {"kmeans", "ward", "gmm"},
                           .k = request_.k,
                           .label = request_.label,
                           .seed = request_.seed,
                           .n_threads = request_.n_threads,
                           .tries_every_k = true});
    label_ = find_label(labels_, grouping_.label);
    page_.title = run_.model_name + " (" + run_.size + ")";
    page_.subtitle = fs::path(request_.run).filename().string() + ", " + std::to_string(library_->n_songs()) +
                     " songs of " + fs::path(library_->path()).filename().string();
    summary();
    maps();
    groups();
    lyrics();
    training();
    about();
    page_.footer =
        "Written by songscape report. Every figure here comes from this run's folder; nothing is loaded from "
        "elsewhere.";
    page_.save_html(out_ / "report.html");
    return {out_ / "report.html", std::move(grouping_)};
  }

 private:
  ReportSection& section(std::string title) { return page_.sections.emplace_back(ReportSection{std::move(title), {}}); }

  FigureBlock save(const Figure& figure, const std::string& name, std::string caption) {
    make_folder((out_ / name).parent_path());
    figure.save(out_ / name);
    return FigureBlock(figure, std::move(caption), name);
  }

  const GroupingRow* row(const std::string& features, const std::string& algorithm,
                         const std::string& fitted_on) const {
    for (const GroupingRow& r : grouping_.rows)
      if (r.features == features && r.algorithm == algorithm && r.fitted_on == fitted_on &&
          (r.label == grouping_.label || r.label.empty()))
        return &r;
    return nullptr;
  }

  void summary() {
    const Json status = read_json(RunFolder(request_.run).status());
    Cards cards;
    const auto card = [&](const char* label, std::string value, std::string note = {}) {
      cards.cards.push_back({label, std::move(value), std::move(note)});
    };
    card("parameters", format_number(static_cast<double>(run_.model->n_parameters()) / 1e6, 3) + " M");
    card("best validation loss", shown(status.value("best_validation_loss", Json())),
         std::string(is_of_midi_ ? "nats a window, epoch " : "nats a song, epoch ") +
             shown(status.value("best_epoch", Json())));
    card("reconstruction", shown(status.value("best_validation_mse", Json())),
         is_of_midi_                    ? "share of tokens that are not the likeliest, validation windows"
         : reads_songs(run_.model_name) ? "mean squared error, standardised, validation songs"
                                        : "mean squared error on [0, 1], validation songs");
    for (const char* fitted_on : {"train", "all"})
      if (const GroupingRow* r = row("vae latents", "kmeans", fitted_on); r && label_)
        card(fitted_on == std::string("train") ? "ARI, held-out songs" : "ARI, all songs", format_number(r->ari, 3),
             grouping_.label + ", k-means, k " + std::to_string(r->k));
    ReportSection& s = section("At a glance");
    s.blocks.emplace_back(cards);
    for (const std::string& w : grouping_.warnings) s.blocks.emplace_back(Notice{NoticeKind::warning, "Collapse", w});
    for (const ControlComparison& c : grouping_.comparisons) s.blocks.emplace_back(verdict(c));
  }

  static Notice verdict(const ControlComparison& c) {
    const bool wins = c.low > 0, loses = c.high < 0;
    const std::string on = c.fitted_on == "train" ? "held-out songs" : "all songs";
    return {wins    ? NoticeKind::good
            : loses ? NoticeKind::warning
                    : NoticeKind::note,
            std::string(wins    ? "The latents beat"
                        : loses ? "The latents lose to"
                                : "The latents do not differ from") +
                " the best control by " + c.algorithm + ", " + on,
            "ARI against " + c.label + ": latents " + format_number(c.ari, 3) + ", " + c.best_control + " " +
                format_number(c.control_ari, 3) + "; difference " + format_number(c.difference, 2) +
                ", 95 % interval " + format_number(c.low, 2) + " to " + format_number(c.high, 2) +
                " (paired half-samples of the songs)."};
  }

  void maps() {
    ReportSection& s = section("Maps");
    const auto clusters = NpyFile(out_ / "cluster_labels_kmeans.npy").read_integers();
    const std::vector<int32_t> labels(clusters.begin(), clusters.end());
    for (const std::string method : {"umap", "tsne"}) {
      const MapResult m = map_run({.run = request_.run,
                                   .library = request_.library,
                                   .method = method,
                                   .seed = request_.seed,
                                   .n_threads = request_.n_threads});
      const std::string name = method == "umap" ? "UMAP" : "t-SNE";
      s.blocks.emplace_back(save(map_figure({m.positions, name, m.trustworthiness, labels, labels_, grouping_.label}),
                                 "latent_visualization/" + method + "_visualization",
                                 name + ": one mark a song, coloured by cluster and by label."));
      if (is_of_midi_)
        s.blocks.emplace_back(save(attributes_map_figure(m.positions, name, *library_, labels_),
                                   "latent_visualization/" + method + "_attributes",
                                   name + ": the same, coloured by what is known of the songs."));
    }
  }

  void groups() {
    ReportSection& s = section("Groups and their controls");
    s.blocks.emplace_back(
        Paragraph{"Fitted on train: encoder, scaler and clusterer saw the training songs only, and the scores are of "
                  "held-out songs. Fitted on all: clusterer fitted on every song, scores over every song."});
    std::vector<size_t> strong;
    const Table table = grouping_.table();
    for (size_t i = 0; i < table.rows.size(); ++i)
      if (std::get<std::string>(table.rows[i][0]) == "vae latents") strong.push_back(i);
    s.blocks.emplace_back(
        TableBlock{table, "Scores against " + (label_ ? label_->name : "no label") + ".", false, strong});
    if (!grouping_.excerpts.empty()) {
      Table t{{"features", "clips", "nearest is same song", "chance"}, {}};
      for (const ExcerptRow& e : grouping_.excerpts) t.add({e.features, e.n_clips, e.same_song, e.chance});
      s.blocks.emplace_back(TableBlock{t, "How often the nearest excerpt is of the same song.", false, {0}});
    }
    name_clusters(s);
    judge_neighbourhoods(s);
    if (!grouping_.selection.empty())
      s.blocks.emplace_back(save(cluster_selection_figure(grouping_, label_), "cluster_selection",
                                 "How the number of clusters was chosen."));
    const auto codes = NpyFile(out_ / "cluster_labels_kmeans.npy").read_integers();
    const Classes clusters = numbered_classes({codes.begin(), codes.end()});
    std::vector<Distribution> distributions = {{"k-means clusters", clusters}};
    if (label_) {
      const Classes classes = classes_of(*label_, labels_);
      s.blocks.emplace_back(save(draw_contingency({.title = label_->name + " by cluster",
                                                   .caption = "Rows sum to 100 %.",
                                                   .row_name = label_->name,
                                                   .rows = classes,
                                                   .columns = clusters}),
                                 "confusion_matrix",
                                 "Which clusters the songs of each " + label_->name + " fall into."));
      distributions.push_back({label_->name, classes});
    }
    s.blocks.emplace_back(save(draw_distributions("Sizes of clusters and labels", "", distributions), "distributions",
                               "Songs a cluster and a label."));
  }

  void name_clusters(ReportSection& s) {
    std::vector<SongGroups> by_kmeans;
    for (const SongGroups& g : grouping_.groups)
      if (g.algorithm == "kmeans") by_kmeans.push_back(g);
    s.blocks.emplace_back(TableBlock{name_groups(library_, by_kmeans, request_.n_threads),
                                     "What tells each cluster of the latents from the rest of the songs (fitted on "
                                     "all): found after the clustering, and used by none.",
                                     true,
                                     {}});
  }

  void judge_neighbourhoods(ReportSection& s) {
    std::vector<NeighbourRow> rows;
    for (const NeighbourRow& r : grouping_.neighbours)
      if (r.label == grouping_.label) rows.push_back(r);
    if (!rows.empty())
      s.blocks.emplace_back(TableBlock{neighbour_table(rows),
                                       "How many of a song's ten nearest share its " + grouping_.label +
                                           " (neighbour_labels.csv): held-out songs, none of the same artist.",
                                       false,
                                       {0}});
  }

  void lyrics() {
    const std::vector<RetrievalRow> rows = retrieve(request_.run, request_.library);
    if (rows.empty()) return;
    section("Lyrics found by sound")
        .blocks.emplace_back(TableBlock{retrieval_table(rows),
                                        "Held-out songs: where the own lyrics stand among those of all, by the latents "
                                        "of the sound alone, and the other way.",
                                        false,
                                        {}});
  }

  void training() {
    ReportSection& s = section("Training");
    const Json status = read_json(RunFolder(request_.run).status());
    s.blocks.emplace_back(Paragraph{"Stopped: " + shown(status.value("message", Json("not finished"))) + "."});
    s.blocks.emplace_back(
        save(training_curves_figure(request_.run), "training_curves", "Every term, training and validation."));
    if (is_of_midi_)
      s.blocks.emplace_back(Paragraph{"What the model makes of held-out music, note by note: songscape prove music."});
    else
      s.blocks.emplace_back(save(reconstruction_figure(run_, library_, label_), "reconstruction_examples",
                                 "Held-out songs, what the model makes of them, and where it errs."));
  }

  void about() {
    const RunFolder folder(request_.run);
    ReportSection& s = section("This run");
    Table config{{"key", "value"}, {}};
    for (const auto& [key, entry] : ConfigMap::from_file(folder.config()).entries)
      config.add({key, format_value(entry.value)});
    s.blocks.emplace_back(TableBlock{config, "Settings, fully resolved (config.toml).", true, {}});
    s.blocks.emplace_back(
        TableBlock{facts_of(read_json(folder.environment())), "Machine and program (environment.json).", true, {}});
    s.blocks.emplace_back(TableBlock{facts_of(read_json(folder.data())), "Data (data.json).", true, {}});
    if (label_ && labels_.size() > 1)
      s.blocks.emplace_back(
          TableBlock{grouping_.full_table(), "Scores against every label (clustering_metrics.csv).", true, {}});
    const std::string run = request_.run.string();
    s.blocks.emplace_back(CodeBlock{"songscape encode --run " + run + "\nsongscape cluster --run " + run + " --k " +
                                    request_.k + "\nsongscape map --run " + run + "\nsongscape report --run " + run});
    section("What the scores mean").blocks.emplace_back(metric_glossary());
  }

  const ReportRequest& request_;
  OpenRun run_;
  std::shared_ptr<const LibraryIndex> library_;
  fs::path out_;
  std::vector<SongLabel> labels_;
  bool is_of_midi_;
  const SongLabel* label_ = nullptr;
  Grouping grouping_;
  ReportPage page_;
};

}  // namespace

RunReport report_run(const ReportRequest& request) { return Reporter(request).run(); }

}  // namespace songscape
