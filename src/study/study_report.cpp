#include "study/study_report.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/text.h"
#include "study/tables.h"

namespace songscape {
namespace {

std::string counted(size_t n, const std::string& one, const std::string& many) {
  return std::to_string(n) + " " + (n == 1 ? one : many);
}

class StudyPage {
 public:
  StudyPage(const Comparison& comparison, const std::vector<ContestResult>& results,
            const std::vector<ClaimRow>& claims, const std::vector<StudyFigure>& figures)
      : c_(comparison), results_(results), claims_(claims), figures_(figures) {}

  ReportPage make() {
    page_.title = "Models compared";
    page_.subtitle = counted(c_.runs.size(), "run", "runs") + " of " +
                     counted(c_.variants.size(), "model", "models and settings") + "; trained on " + c_.trained_on +
                     ", judged on " + std::to_string(c_.n_judged) + " songs of " + c_.judged_on;
    glance();
    models();
    winners();
    claims();
    controls();
    runs();
    page_.footer =
        "Written by songscape compare. Every figure and verdict comes from the runs' own folders; nothing is loaded "
        "from "
        "elsewhere.";
    return std::move(page_);
  }

 private:
  ReportSection& section(std::string title) { return page_.sections.emplace_back(ReportSection{std::move(title), {}}); }

  void add_figure(ReportSection& s, const std::string& name) {
    for (const StudyFigure& f : figures_)
      if (f.name == name) s.blocks.emplace_back(FigureBlock(f.figure, f.caption, f.name));
  }

  const ContestResult* result(const std::string& contest) const {
    for (const ContestResult& r : results_)
      if (r.contest.name == contest && !r.placings.empty()) return &r;
    return nullptr;
  }

  void glance() {
    ReportSection& s = section("At a glance");
    Cards cards;
    for (const char* name : {"reconstruction", "unsupervised clustering", "supervised clustering", "interpretability"})
      if (const ContestResult* r = result(name))
        cards.cards.push_back({name, c_.variants[r->placings[0].variant].name,
                               r->contest.what + " " + interval_text(r->placings[0].estimate)});
    std::map<std::string, int> verdicts;
    for (const ClaimRow& row : claims_) ++verdicts[std::string(verdict_name(row.verdict))];
    for (const auto& [verdict, n] : verdicts) cards.cards.push_back({"claims " + verdict, std::to_string(n), ""});
    s.blocks.emplace_back(std::move(cards));
    if (const ContestResult* r = result("unsupervised clustering")) s.blocks.emplace_back(best_against_control(*r));
    for (const LeftOut& l : c_.left_out)
      s.blocks.emplace_back(Notice{NoticeKind::warning, "Left out: " + l.run, l.reason});
    add_figure(s, "model_comparison");
    add_figure(s, "pareto");
  }

  Notice best_against_control(const ContestResult& r) const {
    const Placing& first = r.placings[0];
    const Variant& v = c_.variants[first.variant];
    for (const ControlWin& w : v.wins)
      if (w.fitted_on == "train" && first.figure == figure::of_groups("ari", w.label, w.algorithm)) {
        const std::string text = "ARI against " + w.label + " by " + w.algorithm + ": " + interval_text(w.own) + "; " +
                                 w.control + " by " + w.control_algorithm + " " + interval_text(w.best) +
                                 "; difference " + interval_text(w.difference) + ".";
        if (w.wins()) return {NoticeKind::good, v.name + " groups the songs better than every control", text};
        if (w.loses())
          return {NoticeKind::warning, "A control that needs no training groups better than every model", text};
        return {NoticeKind::note, "The best model and the best control do not differ", text};
      }
    return {NoticeKind::note, "No control to compare with", ""};
  }

  void models() {
    ReportSection& s = section("Models");
    s.blocks.emplace_back(Paragraph{
        "Mean over seeds, in brackets the 95 % interval over seeds and resampled songs (for MIG, time and memory over "
        "seeds alone; none where there is one seed). ARI: the clusterer was fitted on training songs, the held-out "
        "songs were assigned to its groups; each model with the clusterer that suits it best."});
    s.blocks.emplace_back(TableBlock{overview_table(c_), "Click on a column's name to sort.", false, {}, true});
    if (!c_.differing.empty())
      s.blocks.emplace_back(TableBlock{
          differing_settings_table(c_), "Settings that differ; all others are alike in every run.", false, {}, true});
    if (!c_.baselines.empty())
      s.blocks.emplace_back(
          TableBlock{baselines_table(c_), "What needs no model, on the same songs.", false, {}, true});
    add_figure(s, "model_maps");
  }

  void winners() {
    ReportSection& s = section("Which model wins what");
    s.blocks.emplace_back(
        Paragraph{"The lead is that of the first over the second, with the paired 95 % interval over the same songs "
                  "and over seeds; "
                  "a lead that is not clear of 0 is no win."});
    s.blocks.emplace_back(TableBlock{contests_table(c_, results_), "", false, {}, true});
    section("Which to take").blocks.emplace_back(TableBlock{selection_guide(c_, results_), "", false, {}});
  }

  void claims() {
    ReportSection& s = section("What was promised, and what was measured");
    s.blocks.emplace_back(
        Paragraph{"met, missed, refuted (it cannot hold as stated; the reason says why) or not measured (the reason "
                  "names what would measure it)."});
    s.blocks.emplace_back(TableBlock{claims_table(claims_), "", false, {}, true});
  }

  void controls() {
    if (c_.controls.empty()) return;
    ReportSection& s = section("Controls");
    s.blocks.emplace_back(
        TableBlock{control_wins_table(c_),
                   "Each model's groups beside the best control by the same clusterer, against " + c_.label + ".",
                   false,
                   {},
                   true});
    s.blocks.emplace_back(TableBlock{controls_table(c_), "Every control with every clusterer.", true, {}, true});
  }

  void runs() {
    ReportSection& s = section("Runs");
    Table t{{"model", "size", "seed", "epochs", "best epoch", "held-out MSE", "ARI, " + c_.label + ", k-means",
             "best validation loss", "run"},
            {}};
    for (const StudyRun& r : c_.runs) {
      auto figures = figures_of(r, c_.labels);
      const auto cell = [&](const std::string& name) {
        const auto it = figures.find(name);
        return it == figures.end() || std::isnan(it->second) ? Cell() : Cell(it->second);
      };
      t.add({r.facts.model, r.facts.size, r.facts.seed, r.facts.n_epochs, r.facts.best_epoch, cell(figure::kMse),
             cell(figure::of_groups("ari", c_.label, "kmeans")), cell(figure::kValidationLoss), r.facts.path.string()});
    }
    s.blocks.emplace_back(TableBlock{std::move(t), "", false, {}, true});
    if (!c_.left_out.empty()) s.blocks.emplace_back(TableBlock{left_out_table(c_), "Runs left out.", false, {}});
    s.blocks.emplace_back(metric_glossary());
  }

  const Comparison& c_;
  const std::vector<ContestResult>& results_;
  const std::vector<ClaimRow>& claims_;
  const std::vector<StudyFigure>& figures_;
  ReportPage page_;
};

}  // namespace

ReportPage study_page(const Comparison& comparison, const std::vector<ContestResult>& results,
                      const std::vector<ClaimRow>& claims, const std::vector<StudyFigure>& figures) {
  return StudyPage(comparison, results, claims, figures).make();
}

}  // namespace songscape
