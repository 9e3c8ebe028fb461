#include "study/compare.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/error.h"
#include "core/file.h"
#include "core/log.h"
#include "core/text.h"
#include "run/find_run.h"
#include "study/claims.h"
#include "study/study_figures.h"
#include "study/study_report.h"
#include "study/tables.h"

namespace songscape {
namespace {

constexpr size_t kMostJudgedClasses = 100;

bool looks_like_a_run(const fs::path& p) { return fs::exists(p / "config.toml") || fs::exists(p / "status.json"); }

std::vector<fs::path> run_folders(const fs::path& runs) {
  std::vector<fs::path> found;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(runs, ignored))
    if (entry.is_directory() && looks_like_a_run(entry.path())) found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

[[noreturn]] void refuse_libraries(const std::map<std::string, std::vector<const RunFacts*>>& by_library) {
  std::vector<std::string> parts;
  for (const auto& [hash, runs] : by_library)
    parts.push_back(std::to_string(runs.size()) + " of " + runs.front()->source + " (" + hash.substr(0, 8) + "…; " +
                    runs.front()->name + ")");
  fail(ExitCode::usage, {.what = "the runs were trained on different data, so their figures cannot be compared",
                         .where = "compare",
                         .seen = escape_for_terminal(join(parts, ", ")),
                         .wanted = "runs of one library",
                         .fix = "name those of one library, or compare each library by itself"});
}

class Comparer {
 public:
  explicit Comparer(const CompareRequest& request) : request_(request) {}

  CompareOutcome run() {
    find();
    part_by_library();
    measure();
    measure_baselines();
    estimate(c_, request_.seed);
    write();
    for (const LeftOut& l : c_.left_out) outcome_.left_out.push_back({l.run, l.reason});
    outcome_.overview = overview_table(c_);
    return std::move(outcome_);
  }

 private:
  void leave_out(const fs::path& run, const std::string& reason) {
    c_.left_out.push_back({run.filename().string(), reason});
    log_warning(run.filename().string() + " is left out: " + reason);
  }

  template <class Job>
  void or_leave_out(const fs::path& run, const Job& job) {
    try {
      job();
    } catch (const Error& e) {
      if (e.exit_code() == ExitCode::interrupted) throw;
      leave_out(run, e.what());
    }
  }

  // A model's name means all its finished runs.
  std::vector<fs::path> folders_named(const std::string& name) const {
    for (const fs::path& path : {fs::path(name), request_.runs_folder / name})
      if (looks_like_a_run(path)) return {path.has_filename() ? path : path.parent_path()};
    std::vector<fs::path> found;
    for (const RunSummary& s : list_runs(request_.runs_folder))
      if (s.model == name && s.state == "finished") found.push_back(s.path);
    if (found.empty()) find_run(name, request_.runs_folder);  // fails and names the nearest
    return found;
  }

  void find() {
    std::vector<fs::path> folders = request_.runs.empty() ? run_folders(request_.runs_folder) : std::vector<fs::path>{};
    for (const std::string& name : request_.runs)
      for (const fs::path& path : folders_named(name))
        if (std::find(folders.begin(), folders.end(), path) == folders.end()) folders.push_back(path);
    if (folders.empty())
      fail(ExitCode::usage, {.what = "there is no run to compare",
                             .where = escape_for_terminal(request_.runs_folder.string()),
                             .seen = {},
                             .wanted = "runs that `songscape train` made",
                             .fix = "name them, or their folder with --runs"});
    for (const fs::path& path : folders)
      or_leave_out(path, [&] {
        RunFacts facts = read_run_facts(path);
        if (!facts.is_finished) log_warning(facts.name + " is not finished: its best epoch so far is compared");
        facts_.push_back(std::move(facts));
      });
  }

  // Runs of one library can be compared; those of others are refused where they were named, and parted where the folder
  // happened to hold them.
  void part_by_library() {
    std::map<std::string, std::vector<const RunFacts*>> by_library;
    for (const RunFacts& f : facts_) by_library[f.content_hash].push_back(&f);
    if (by_library.size() < 2) return;
    if (!request_.runs.empty()) refuse_libraries(by_library);
    const auto largest = std::max_element(by_library.begin(), by_library.end(), [](const auto& a, const auto& b) {
      return a.second.size() < b.second.size();
    });
    const std::string kept = largest->first, source = largest->second.front()->source;
    std::vector<RunFacts> same;
    for (RunFacts& f : facts_)
      if (f.content_hash == kept)
        same.push_back(std::move(f));
      else
        leave_out(f.path, "it was trained on " + f.source + ", most others on " + source);
    facts_ = std::move(same);
  }

  void measure() {
    for (const RunFacts& f : facts_)
      or_leave_out(f.path, [&] {
        log_info("measuring " + f.name);
        StudyRun run = measure_run(f, {.library = request_.library,
                                       .factor_library = request_.factor_library,
                                       .label = request_.label,
                                       .seed = request_.seed,
                                       .n_threads = request_.n_threads,
                                       .cache = &cache_});
        const auto with_songs =
            std::find_if(c_.runs.begin(), c_.runs.end(), [](const StudyRun& r) { return !r.held_out.empty(); });
        if (with_songs != c_.runs.end() && !run.held_out.empty() && run.held_out != with_songs->held_out)
          fail(ExitCode::damaged, {.what = "it is judged on other songs than the runs before it",
                                   .where = f.name,
                                   .seen = std::to_string(run.held_out.size()) + " songs",
                                   .wanted = "the same " + std::to_string(with_songs->held_out.size()),
                                   .fix = "judge all on another library with --library"});
        c_.runs.push_back(std::move(run));
      });
    if (c_.runs.empty())
      fail(ExitCode::damaged, {.what = "no run is left to compare",
                               .where = "compare",
                               .seen = std::to_string(c_.left_out.size()) + " runs, each left out for the reason above",
                               .wanted = {},
                               .fix = {}});
    c_.trained_on = c_.runs.front().facts.source;
    c_.judged_on = request_.library.empty() ? c_.trained_on : request_.library;
  }

  void measure_baselines() {
    const auto with_songs =
        std::find_if(c_.runs.begin(), c_.runs.end(), [](const StudyRun& r) { return !r.held_out.empty(); });
    if (with_songs == c_.runs.end()) return;
    const GroupingData data = open_grouping_data(with_songs->facts.path, request_.library);
    c_.n_judged = static_cast<int64_t>(data.held_out.size());
    c_.label = primary_label(data.labels, request_.label);
    for (const SongLabel& label : data.labels)
      if (label.classes.size() <= kMostJudgedClasses || label.name == c_.label) c_.labels.push_back(label);
    if (std::ranges::all_of(c_.runs, [](const StudyRun& r) { return r.reconstruction.mse.empty(); })) return;
    log_info("measuring what needs no model");
    for (const NamedReconstruction& b : reconstruction_baselines(data, request_.n_threads))
      c_.baselines.push_back({b.name, song_estimate(b.songs.mse, request_.seed),
                              song_estimate(b.songs.edge_energy, request_.seed),
                              song_estimate(b.songs.onset_correlation, request_.seed)});
  }

  void write_table(const Table& table, const std::string& name) {
    table.write_csv(request_.study / name);
    outcome_.files.push_back(request_.study / name);
  }

  void write() {
    std::vector<ContestResult> results;
    for (const std::string& size : sizes_of(c_))
      for (const Contest& contest : contests(c_.label))
        results.push_back(hold_contest(c_, contest, size, request_.seed));
    const std::vector<ClaimRow> claims = judge_claims(c_, request_.seed);
    make_folder(request_.study);
    write_table(model_comparison_table(c_), "model_comparison.csv");
    write_table(comparison_table(c_), "comparison_table.csv");
    write_table(outcome_.claims = claims_table(claims), "claims.csv");
    if (!c_.controls.empty()) write_table(control_wins_table(c_), "control_wins.csv");
    const std::vector<StudyFigure> figures = draw();
    for (const StudyFigure& f : figures) {
      f.figure.save(request_.study / f.name);
      outcome_.files.push_back(request_.study / (f.name + ".png"));
    }
    const ReportPage page = study_page(c_, results, claims, figures);
    page.save_html(request_.study / "model_comparison.html");
    page.save_markdown(request_.study / "MODEL_COMPARISON_RESULTS.md");
    for (const char* name : {"model_comparison.html", "MODEL_COMPARISON_RESULTS.md"})
      outcome_.files.push_back(request_.study / name);
    write_output(page);
  }

  std::vector<StudyFigure> draw() {
    std::vector<StudyFigure> figures;
    figures.push_back({comparison_figure(c_), "model_comparison", "Every model beside what needs no training."});
    figures.push_back({pareto_figure(c_), "pareto", "What each model trades for what."});
    if (auto beta = beta_figure(c_))
      figures.push_back({std::move(*beta), "mig_by_beta", "MIG against how hard the latents are pressed."});
    if (const auto maps = model_maps(c_, request_.library, request_.seed, request_.n_threads); !maps.empty())
      figures.push_back({maps_figure(c_, maps), "model_maps", "The same songs as each model sees them."});
    return figures;
  }

  void write_output(const ReportPage& page) {
    if (request_.output.empty()) return;
    const std::string ending = request_.output.extension().string();
    if (ending == ".csv")
      comparison_table(c_).write_csv(request_.output);
    else if (ending == ".md")
      page.save_markdown(request_.output);
    else
      page.save_html(request_.output);
    outcome_.files.push_back(request_.output);
  }

  const CompareRequest& request_;
  std::vector<RunFacts> facts_;
  ControlCache cache_;
  Comparison c_;
  CompareOutcome outcome_;
};

}  // namespace

fs::path study_folder(const std::string& study, const fs::path& runs_folder) {
  const fs::path path(study);
  if (path.has_parent_path()) return path;
  const fs::path runs = runs_folder.has_filename() ? runs_folder : runs_folder.parent_path();
  return runs.parent_path() / "studies" / path;
}

CompareOutcome compare_runs(const CompareRequest& request) {
  const std::string ending = request.output.extension().string();
  if (!request.output.empty() && ending != ".md" && ending != ".html" && ending != ".csv")
    fail(ExitCode::usage, {.what = "the output's ending is not known",
                           .where = "--output",
                           .seen = escape_for_terminal(request.output.string()),
                           .wanted = "FILE.md, FILE.html or FILE.csv",
                           .fix = {}});
  check(!request.study.empty(), "a comparison has a folder");
  return Comparer(request).run();
}

}  // namespace songscape
