#include "study/ablation_report.h"

#include <algorithm>
#include <cmath>

#include "core/text.h"
#include "report/bars.h"
#include "report/curves.h"
#include "report/heat_map.h"
#include "study/ablation_tables.h"
#include "study/ablation_text.h"

namespace songscape {
namespace {

constexpr const char* kIntervals =
    "Means over seeds; lines and bands: Student's 95 % intervals, where there are several.";

// Of the documents' columns, ARI and −ELBO, those that some value has.
std::vector<std::string> drawn_figures(const SweepSummary& sweep) {
  std::vector<std::string> names = sweep.figures;
  for (const char* f : {"ari", "negative_elbo"})
    if (std::ranges::find(names, f) == names.end()) names.emplace_back(f);
  std::erase_if(names, [&](const std::string& f) {
    return std::ranges::none_of(sweep.rows, [&](const SweepRow& r) { return r.group.find(f); });
  });
  return names;
}

LinePanel line_panel(const SweepSummary& sweep, const std::string& figure) {
  LinePanel panel{.title = figure_kind(figure).title, .x_label = sweep.column, .y_label = "", .lines = {Line{}}};
  Line& line = panel.lines.front();
  for (const SweepRow& row : sweep.rows) {
    const FigureSummary* f = row.group.find(figure);
    if (!f) continue;
    line.x.push_back(*parse_number(show_value(row.value)));
    line.y.push_back(f->mean);
    line.low.push_back(std::isnan(f->low) ? f->mean : f->low);
    line.high.push_back(std::isnan(f->high) ? f->mean : f->high);
  }
  const auto [low, high] = std::ranges::minmax(line.x);
  panel.x_scale = low > 0 && high / low >= 8 ? AxisScale::logarithmic : AxisScale::linear;
  return panel;
}

BarPanel bar_panel(const SweepSummary& sweep, const std::string& figure, int colour) {
  BarPanel panel{.title = figure_kind(figure).title, .value_label = ""};
  for (const SweepRow& row : sweep.rows) {
    const FigureSummary* f = row.group.find(figure);
    Bar bar{.name = show_value(row.value), .value = f ? f->mean : std::nan(""), .colour = colour};
    if (f && !std::isnan(f->low)) bar.low = f->low, bar.high = f->high;
    if (bar.name == kPcaBaseline) bar.colour = -1;
    panel.bars.push_back(std::move(bar));
  }
  return panel;
}

class AblationPage {
 public:
  AblationPage(const AblationRequest& request, const AblationFacts& facts, const AblationPlan& plan,
               const std::vector<TrialRecord>& trials, const AblationSummary& summary,
               const std::vector<AblationFigure>& figures)
      : request_(request), facts_(facts), plan_(plan), trials_(trials), summary_(summary), figures_(figures) {}

  ReportPage make() {
    page_.title = "Ablation of " + request_.model;
    page_.subtitle = std::to_string(trials_.size()) + " trials of " + std::to_string(summary_.settings.size()) +
                     " settings; " + facts_.data + ": " + std::to_string(facts_.n_train) + " songs to train on, " +
                     std::to_string(facts_.n_held_out) + " held out" +
                     (facts_.label.empty() ? ", no label" : ", judged by " + facts_.label);
    best();
    claims();
    for (const SweepSummary& s : summary_.sweeps) sweep(s);
    if (summary_.has_pairs) effects();
    failures();
    trials();
    how();
    page_.footer = "Written by songscape ablate from the trials' own folders.";
    return std::move(page_);
  }

 private:
  ReportSection& section(std::string title) { return page_.sections.emplace_back(ReportSection{std::move(title), {}}); }

  static void add_sentences(ReportSection& s, const std::vector<std::string>& sentences) {
    for (const std::string& text : sentences) s.blocks.emplace_back(Paragraph{text});
  }

  void add_figures(ReportSection& s, const std::string& sweep) {
    for (const AblationFigure& f : figures_)
      if (f.sweep == sweep) s.blocks.emplace_back(FigureBlock(f.figure, f.figure.description(), f.name));
  }

  void best() {
    ReportSection& s = section("The best setting");
    add_sentences(s, best_sentences(summary_));
    s.blocks.emplace_back(TableBlock{best_table(summary_)});
    const std::string why =
        summary_.criterion == "negative_elbo"
            ? "The −ELBO of held-out songs decides: reconstruction and KL, both at weight 1, so that settings of "
              "another "
              "beta can be compared. It knows no label. The silhouette of training songs knows none either, but it is "
              "high for a collapsed latent space too, so it is only shown."
            : "The validation loss of the last epoch decides, since these trials tell no −ELBO. It knows no label.";
    s.blocks.emplace_back(Paragraph{why});
    if (std::ranges::any_of(summary_.sweeps, [](const SweepSummary& w) { return w.key.starts_with("likelihood."); }))
      s.blocks.emplace_back(Notice{NoticeKind::warning, "Likelihoods were swept",
                                   "Their nats are of different scales: the criterion does not compare them."});
    if (!facts_.taught.empty())
      s.blocks.emplace_back(Notice{NoticeKind::warning, "Taught by a label: " + join(facts_.taught, ", "),
                                   "It was told the " + facts_.condition +
                                       " of the training songs. Groups of its latents are not found without labels."});
    if (facts_.ran_out_of_budget)
      s.blocks.emplace_back(Notice{NoticeKind::note, "The budget ended the search",
                                   std::to_string(count(TrialState::not_started)) + " of " +
                                       std::to_string(trials_.size()) + " trials were not started."});
  }

  void claims() {
    const std::vector<AblationClaim> claims = ablation_claims(summary_);
    if (claims.empty()) return;
    ReportSection& s = section("What the documents promise");
    Table table{{"promise", "claimed", "measured", "verdict"}, {}};
    for (const AblationClaim& c : claims) table.add({c.promise, c.claimed, c.measured, c.verdict});
    s.blocks.emplace_back(TableBlock{table});
  }

  void sweep(const SweepSummary& w) {
    ReportSection& s = section("Sweep of " + w.column);
    if (request_.search != AblationSearch::each)
      s.blocks.emplace_back(Paragraph{
          "Each row is the mean over all trials with this value, whatever the other keys" +
          std::string(request_.search == AblationSearch::halving ? ", after the epochs of the first rung." : ".")});
    add_sentences(s, sweep_sentences(w));
    for (const std::string& text : collapse_sentences(w))
      s.blocks.emplace_back(Notice{NoticeKind::warning, "Tight groups that mean little", text});
    add_figures(s, w.key);
    s.blocks.emplace_back(TableBlock{shown_table(w), "Mean ± standard deviation over trials.", false, {}, true});
  }

  static Table shown_table(const SweepSummary& w) {
    Table table{{w.column}, {}};
    const std::vector<std::string> figures = drawn_figures(w);
    for (const std::string& f : figures) table.columns.push_back(f);
    table.columns.emplace_back("n");
    for (const SweepRow& row : w.rows) {
      std::vector<Cell> cells{show_value(row.value)};
      for (const std::string& f : figures) cells.push_back(row.group.find(f) ? Cell(show(*row.group.find(f))) : Cell());
      cells.emplace_back(row.group.n_finished);
      table.add(std::move(cells));
    }
    return table;
  }

  void effects() {
    ReportSection& s = section("Which keys matter");
    add_sentences(s, effect_sentences(summary_));
    add_figures(s, "");
    s.blocks.emplace_back(
        TableBlock{effects_table(summary_),
                   "Share: of the sum of squares about the mean. F ratio: the mean square over that of "
                   "other seeds of one setting; about 1 where only seeds speak.",
                   true,
                   {},
                   true});
    s.blocks.emplace_back(TableBlock{pairs_table(summary_), "Means by pairs of values.", true, {}, true});
  }

  void failures() {
    Table table{{"trial", "attempts", "message"}, {}};
    for (const TrialRecord& r : trials_)
      if (r.state == TrialState::failed) table.add({r.trial.name(), r.n_attempts, r.message});
    if (!table.rows.empty()) section("Failed trials").blocks.emplace_back(TableBlock{table});
  }

  void trials() {
    Table table{{"trial", "state", "silhouette", "ari", "negative_elbo", "train_time_sec"}, {}};
    for (const TrialRecord& r : trials_) {
      std::vector<Cell> cells{r.trial.name(), std::string(state_name(r.state))};
      for (size_t c = 2; c < table.columns.size(); ++c) {
        const auto it = r.figures.find(table.columns[c]);
        cells.push_back(it == r.figures.end() || std::isnan(it->second) ? Cell() : Cell(it->second));
      }
      table.add(std::move(cells));
    }
    section("Every trial")
        .blocks.emplace_back(
            TableBlock{table, "Each has its folder in trials/; all figures are in ablation.csv.", true, {}, true});
  }

  void how() {
    ReportSection& s = section("How it was measured");
    s.blocks.emplace_back(Paragraph{
        "k-means was fitted on the latents of the training songs, the held-out songs were assigned to its groups; " +
        std::string(facts_.label.empty() ? "K is the one of the highest silhouette on training songs."
                                         : "K is the number of classes of " + facts_.label + ".") +
        " KL, error and −ELBO are of the held-out songs at the best epoch, final_loss of the last one. An epoch "
        "is converged from the first one whose validation loss lies within 1 % of the whole drop of the last "
        "one's. Convergence stability is the variance of the last fifth of the validation losses over the whole "
        "drop. Memory is the peak of the trial's own process while it trained. Differences are beyond the noise "
        "of seeds where Welch's t says so at 95 %, each pair by itself."});
    s.blocks.emplace_back(metric_glossary());
  }

  int64_t count(TrialState state) const { return std::ranges::count(trials_, state, &TrialRecord::state); }

  const AblationRequest& request_;
  const AblationFacts& facts_;
  const AblationPlan& plan_;
  const std::vector<TrialRecord>& trials_;
  const AblationSummary& summary_;
  const std::vector<AblationFigure>& figures_;
  ReportPage page_;
};

}  // namespace

std::optional<Figure> sweep_figure(const SweepSummary& sweep) {
  std::vector<std::string> figures = drawn_figures(sweep);
  if (figures.empty()) return std::nullopt;
  if (!sweep.is_numeric) {
    BarFigure f{.title = "Sweep of " + sweep.column, .caption = kIntervals};
    std::erase(figures, "n_parameters");
    for (size_t i = 0; i < figures.size(); ++i)
      f.panels.push_back(bar_panel(sweep, figures[i], static_cast<int>(i % 8)));
    return draw_bars(f);
  }
  LineFigure f{.title = "Sweep of " + sweep.column, .caption = kIntervals, .n_columns = 3};
  for (const std::string& name : figures) f.panels.push_back(line_panel(sweep, name));
  return draw_lines(f);
}

std::optional<Figure> effects_figure(const AblationSummary& summary) {
  if (!summary.has_pairs) return std::nullopt;
  BarFigure f{.title = "What the differences come from",
              .caption = "Share of the sum of squares about the mean: keys, pairs beyond their keys, seeds (grey)."};
  for (const std::string& figure : headline_figures(summary)) {
    BarPanel panel{.title = figure_kind(figure).title, .value_label = "share"};
    for (const KeyEffect& e : summary.effects)
      if (e.figure == figure)
        panel.bars.push_back({.name = e.key + (e.other.empty() ? "" : " × " + e.other),
                              .value = e.effect.share,
                              .colour = e.effect.keys.empty() ? -1
                                        : e.other.empty()     ? 0
                                                              : 1});
    if (!panel.bars.empty()) f.panels.push_back(std::move(panel));
  }
  if (f.panels.empty()) return std::nullopt;
  return draw_bars(f);
}

std::optional<Figure> interactions_figure(const AblationSummary& summary) {
  if (!summary.has_pairs) return std::nullopt;
  const auto n = static_cast<int64_t>(summary.sweeps.size());
  Matrix shares(n, n, std::nanf(""));
  const auto place = [&](const std::string& key) {
    return std::ranges::find(summary.sweeps, key, &SweepSummary::key) - summary.sweeps.begin();
  };
  float most = 0;
  for (const KeyEffect& e : summary.effects) {
    if (e.figure != summary.criterion || e.effect.keys.empty() || std::isnan(e.effect.share)) continue;
    const auto a = place(e.key), b = e.other.empty() ? a : place(e.other);
    shares(a, b) = shares(b, a) = static_cast<float>(e.effect.share);
    most = std::max(most, static_cast<float>(e.effect.share));
  }
  if (most <= 0) return std::nullopt;
  HeatMap map{
      .title = "Keys and pairs of keys: " + figure_kind(summary.criterion).title,
      .caption = "Share of the differences between trials; the diagonal: a key alone, beside it: what a pair adds.",
      .values = shares,
      .is_diverging = false,
      .most = most};
  for (const SweepSummary& s : summary.sweeps) map.row_names.push_back(s.column), map.column_names.push_back(s.column);
  return draw_heat_map(map);
}

ReportPage ablation_page(const AblationRequest& request, const AblationFacts& facts, const AblationPlan& plan,
                         const std::vector<TrialRecord>& trials, const AblationSummary& summary,
                         const std::vector<AblationFigure>& figures) {
  return AblationPage(request, facts, plan, trials, summary, figures).make();
}

}  // namespace songscape
