#include "run/demo.h"

#include <chrono>
#include <functional>
#include <memory>

#include "core/error.h"
#include "core/file.h"
#include "core/log.h"
#include "core/text.h"
#include "data/library_source.h"
#include "data/split.h"
#include "library/corpus.h"
#include "library/ingest.h"
#include "report/page.h"
#include "run/grouping.h"
#include "run/labels.h"
#include "run/run_report.h"
#include "run/train_run.h"

namespace songscape {
namespace {

constexpr const char* kModels[] = {"basic_vae", "conv_vae"};

class Demo {
 public:
  explicit Demo(const DemoRequest& request) : request_(request) {}

  DemoResult run() {
    result_.stages = Table{{"stage", "seconds", "result"}, {}};
    result_.summary = Table{
        {"features", "clusters by", "ari, all songs", "ari, held out", "nmi", "purity", "silhouette", "validation mse"},
        {}};
    make_folder(request_.output);
    const fs::path library = request_.output / "library.songscape";
    const fs::path music = render();
    stage("ingest", [&] { return ingest_music(music, library); });
    for (const char* model : kModels) {
      stage(std::string("train ") + model, [&] { return train_model(model, library); });
      stage(std::string("cluster and report ") + model, [&] { return report_model(model); });
    }
    write_page();
    return std::move(result_);
  }

 private:
  void stage(const std::string& name, const std::function<std::string()>& work) {
    const auto start = std::chrono::steady_clock::now();
    const std::string outcome = work();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    result_.stages.add({name, seconds, outcome});
    log_info("[" + name + "] " + format_duration(seconds) + ": " + outcome);
  }

  fs::path render() {
    if (!request_.music.empty()) return request_.music;
    const fs::path corpus = request_.output / "corpus";
    if (fs::exists(corpus / "metadata.csv")) return corpus;
    stage("synth", [&] {
      const CorpusOutput out =
          write_corpus({.n_songs = request_.n_songs, .seed = request_.seed}, corpus, request_.n_threads);
      return std::to_string(out.n_songs) + " songs of the built-in corpus, a simulation, " +
             format_bytes(static_cast<double>(out.n_bytes));
    });
    return corpus;
  }

  std::string ingest_music(const fs::path& music, const fs::path& library) {
    IngestOptions options;
    options.music = music;
    options.library = library;
    options.n_threads = request_.n_threads;
    const IngestReport report = ingest(options);
    if (report.was_interrupted)
      fail(ExitCode::interrupted, {.what = "stopped by the user",
                                   .where = {},
                                   .seen = {},
                                   .wanted = {},
                                   .fix = "run the same command to go on"});
    result_.n_failed_files = static_cast<int64_t>(report.failures.size());
    index_ = std::make_shared<const LibraryIndex>(library, LibraryIndex::Songs::without_midi);
    return std::to_string(report.n_songs) + " songs, " + std::to_string(report.n_clips) + " clips, " +
           format_number(report.duration_hours, 3) + " hours, " + std::to_string(report.failures.size()) + " failed";
  }

  std::string train_model(const std::string& model, const fs::path& library) {
    TrainRequest request{.model = model,
                         .size = "compact",
                         .name = "demo",
                         .settings = {},
                         .runs = request_.output / "runs",
                         .resume = {},
                         .source_path = fs::absolute(library).string(),
                         .is_dry_run = false};
    request.settings.set("train.seed=" + std::to_string(request_.seed));
    request.settings.set("train.threads=" + std::to_string(request_.n_threads));
    if (request_.n_epochs > 0) request.settings.set("train.epochs=" + std::to_string(request_.n_epochs));
    outcome_ = train_run(request, LibrarySource(index_), clips_of_split(*index_, split_songs(*index_)));
    return std::to_string(outcome_.n_epochs) + " epochs, " +
           format_number(static_cast<double>(outcome_.n_parameters) / 1e6, 3) + " M parameters, validation MSE " +
           format_number(outcome_.best_validation_mse, 3) + "; " + outcome_.stop_reason;
  }

  std::string report_model(const std::string& model) {
    const bool has_labels = !song_labels(*index_).empty();
    const RunReport report = report_run({.run = outcome_.run,
                                         .library = {},
                                         .label = {},
                                         .k = has_labels ? "label" : "auto",
                                         .seed = request_.seed,
                                         .n_threads = request_.n_threads});
    for (const GroupingRow& r : report.grouping.rows) add_row(model, report.grouping, r);
    reports_.push_back(model + ": " + fs::relative(report.page, request_.output).string());
    return report.page.string();
  }

  // The latents by each algorithm, and, once, each control by k-means.
  void add_row(const std::string& model, const Grouping& g, const GroupingRow& r) {
    const bool is_latents = r.features == "vae latents";
    if (r.label != g.label || r.fitted_on != "all") return;
    if (!is_latents && (model != kModels[0] || r.algorithm != "kmeans")) return;
    Cell held_out;
    for (const GroupingRow& h : g.rows)
      if (h.features == r.features && h.algorithm == r.algorithm && h.label == r.label && h.fitted_on == "train")
        held_out = h.ari;
    auto& rows = is_latents ? result_.summary.rows : controls_;
    rows.push_back({is_latents ? model : "control: " + r.features, r.algorithm, r.ari, held_out, r.nmi, r.purity,
                    r.silhouette, is_latents ? Cell(outcome_.best_validation_mse) : Cell()});
  }

  void write_page() {
    result_.summary.rows.insert(result_.summary.rows.end(), controls_.begin(), controls_.end());
    ReportPage page{.title = "Songscape demo",
                    .subtitle = std::to_string(index_->n_songs()) + " songs",
                    .footer = "Written by songscape demo.",
                    .sections = {}};
    ReportSection models{"Models beside controls", {}};
    if (request_.music.empty())
      models.blocks.emplace_back(Notice{NoticeKind::note, "A simulation",
                                        "These songs are the built-in corpus, rendered by Songscape's own synthesiser: "
                                        "nothing here says how well a model does on music by people."});
    models.blocks.emplace_back(
        Paragraph{"Scores against the label, clusterers fitted on all songs; held out: fitted on training songs, "
                  "judged on the others. "
                  "Each model's own page has intervals, maps and examples:"});
    models.blocks.emplace_back(CodeBlock{join(reports_, "\n")});
    models.blocks.emplace_back(TableBlock{
        result_.summary, "Songs grouped by what was learnt, and by features that need no learning.", false, {}});
    page.sections.push_back(std::move(models));
    page.sections.push_back({"Time", {TableBlock{result_.stages, "Seconds of each stage.", false, {}}}});
    page.sections.push_back({"What the scores mean", {metric_glossary()}});
    result_.page = request_.output / "report.html";
    page.save_html(result_.page);
    result_.summary.write_csv(request_.output / "summary.csv");
  }

  const DemoRequest& request_;
  std::shared_ptr<const LibraryIndex> index_;
  TrainOutcome outcome_;
  std::vector<std::string> reports_;  // "conv_vae: runs/…/report.html"
  std::vector<std::vector<Cell>> controls_;
  DemoResult result_;
};

}  // namespace

DemoResult run_demo(const DemoRequest& request) { return Demo(request).run(); }

}  // namespace songscape
