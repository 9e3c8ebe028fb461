#include "study/study_figures.h"

#include <algorithm>
#include <cmath>

#include "core/interrupt.h"
#include "report/bars.h"
#include "report/curves.h"
#include "report/map.h"
#include "report/scatter.h"
#include "run/map.h"
#include "run/report_figures.h"

namespace songscape {
namespace {

constexpr size_t kMostMaps = 12;

const Estimate* best_ari(const Comparison& c, const Variant& v) {
  const Estimate* best = nullptr;
  for (const char* a : {"kmeans", "ward", "gmm", kMixture})
    if (const Estimate* e = v.find(figure::of_groups("ari", c.label, a)); e && (!best || e->value > best->value))
      best = e;
  return best;
}

const ControlFigure* best_control(const Comparison& c) {
  const ControlFigure* best = nullptr;
  for (const ControlFigure& f : c.controls)
    if (f.fitted_on == "train" && (!best || f.ari.value > best->ari.value)) best = &f;
  return best;
}

const BaselineFigure* baseline(const Comparison& c, const std::string& name) {
  for (const BaselineFigure& b : c.baselines)
    if (b.name == name) return &b;
  return nullptr;
}

Bar bar_of(const std::string& name, const Estimate& e, int colour) {
  Bar bar{.name = name, .value = e.value, .colour = colour};
  if (!std::isnan(e.low) && !std::isnan(e.high)) bar.low = e.low, bar.high = e.high;
  return bar;
}

std::string shown_name(const Variant& v) { return v.name + (v.is_supervised() ? " *" : ""); }

BarPanel panel_of(const Comparison& c, std::string title, std::string unit, const auto& figure_of, int colour) {
  BarPanel panel{.title = std::move(title), .value_label = std::move(unit)};
  for (const Variant& v : c.variants)
    if (const Estimate* e = figure_of(v)) panel.bars.push_back(bar_of(shown_name(v), *e, colour));
  return panel;
}

}  // namespace

Figure comparison_figure(const Comparison& c) {
  BarPanel mse = panel_of(
      c, "Reconstruction: less is better", "held-out mean squared error on [0, 1]",
      [](const Variant& v) { return v.find(figure::kMse); }, 0);
  for (const BaselineFigure& b : c.baselines) mse.bars.push_back(bar_of(b.name, b.mse, -1));
  BarPanel ari = panel_of(
      c, "Clustering: more is better", "ARI against " + c.label + ", each with its best clusterer",
      [&](const Variant& v) { return best_ari(c, v); }, 2);
  if (const ControlFigure* control = best_control(c)) {
    ari.bars.push_back(bar_of(control->features + ", " + control->algorithm, control->ari, -1));
    ari.reference = control->ari.value;
    ari.reference_text = "best control";
  }
  if (const BaselineFigure* pca = baseline(c, "PCA-128"))
    mse.reference = pca->mse.value, mse.reference_text = "PCA-128";
  BarPanel mig = panel_of(
      c, "Disentanglement: more is better", "MIG less its shuffled null",
      [](const Variant& v) { return v.find(figure::kMig); }, 4);
  return draw_bars({.title = "Models compared on " + std::to_string(c.n_judged) + " held-out songs",
                    .caption =
                        "Lines: 95 % intervals over seeds and resampled songs (MIG: over seeds). Grey: what needs "
                        "no training. * was taught a label.",
                    .panels = {mse, ari, mig}});
}

Figure pareto_figure(const Comparison& c) {
  ScatterFigure f{.title = "Reconstruction, clustering and disentanglement",
                  .caption =
                      "Dashed steps: models that no other beats in both. Lines: 95 % intervals. Grey: the best "
                      "baseline and control that need no training. * was taught a label."};
  struct Side {
    std::string label;
    bool less_is_better;
    std::function<const Estimate*(const Variant&)> of;
    std::vector<ScatterReference> lines;
  };
  const ControlFigure* control = best_control(c);
  const BaselineFigure* pca = baseline(c, "PCA-128");
  const Side mse{"held-out MSE (less is better)", true, [](const Variant& v) { return v.find(figure::kMse); },
                 pca ? std::vector<ScatterReference>{{"PCA-128", pca->mse.value}} : std::vector<ScatterReference>{}};
  const Side ari{
      "ARI against " + c.label, false, [&](const Variant& v) { return best_ari(c, v); },
      control ? std::vector<ScatterReference>{{"best control", control->ari.value}} : std::vector<ScatterReference>{}};
  const Side mig{"MIG less its null", false, [](const Variant& v) { return v.find(figure::kMig); }, {}};
  for (const Variant& v : c.variants) f.names.push_back(shown_name(v));
  const auto add = [&](const char* title, const Side& x, const Side& y) {
    ScatterPanel panel{title, x.label, y.label, x.less_is_better, y.less_is_better, {}, x.lines, y.lines};
    for (size_t i = 0; i < c.variants.size(); ++i) {
      const Estimate *ex = x.of(c.variants[i]), *ey = y.of(c.variants[i]);
      if (ex && ey) panel.points.push_back({i, ex->value, ey->value, ex->low, ex->high, ey->low, ey->high});
    }
    f.panels.push_back(std::move(panel));
  };
  add("Clustering against reconstruction", mse, ari);
  add("Disentanglement against reconstruction", mse, mig);
  add("Clustering against disentanglement", mig, ari);
  return draw_scatter(f);
}

std::optional<Figure> beta_figure(const Comparison& c) {
  std::map<std::string, std::map<double, const Variant*>> forms;
  for (const Variant& v : c.variants)
    if (const Estimate* beta = v.find(figure::kBetaNorm); beta && v.model == "beta_vae" && v.find(figure::kMig))
      forms[c.runs[v.runs.front()].facts.form][beta->value] = &v;
  std::erase_if(forms, [](const auto& form) { return form.second.size() < 3; });
  if (forms.empty()) return std::nullopt;
  LineFigure f{.title = "beta_vae: what beta does",
               .caption =
                   "β_norm: β × latent dimensions ÷ values, as the loss weighs them. Bands: 95 % intervals over "
                   "seeds, where there are several."};
  const auto add = [&](const char* title, const char* unit, const char* key) {
    LinePanel panel{.title = title, .x_label = "β_norm", .y_label = unit, .x_scale = AxisScale::logarithmic};
    for (const auto& [form, points] : forms) {
      Line line{.name = forms.size() > 1 ? form : ""};
      for (const auto& [beta, variant] : points) {
        const Estimate* e = variant->find(key);
        if (!e) continue;
        line.x.push_back(beta), line.y.push_back(e->value);
        line.low.push_back(std::isnan(e->low) ? e->value : e->low);
        line.high.push_back(std::isnan(e->high) ? e->value : e->high);
      }
      panel.lines.push_back(std::move(line));
    }
    f.panels.push_back(std::move(panel));
  };
  add("Disentanglement: more is better", "MIG less its shuffled null", figure::kMig);
  add("Reconstruction: less is better", "held-out MSE", figure::kMse);
  return draw_lines(f);
}

std::vector<ModelMap> model_maps(const Comparison& c, const std::string& library, uint64_t seed, int n_threads) {
  std::vector<ModelMap> maps;
  for (const Variant& v : c.variants) {
    throw_if_interrupted();
    const StudyRun* best = nullptr;
    for (const size_t r : v.runs)
      if (c.runs[r].facts.has_library &&
          (!best || c.runs[r].facts.best_validation_loss < best->facts.best_validation_loss))
        best = &c.runs[r];
    if (!best || maps.size() == kMostMaps) continue;
    maps.push_back(
        {shown_name(v),
         map_run({.run = best->facts.path, .library = library, .method = "tsne", .seed = seed, .n_threads = n_threads})
             .positions});
  }
  return maps;
}

Figure maps_figure(const Comparison& c, const std::vector<ModelMap>& maps) {
  MapGrid grid{.title = "t-SNE of every model's latents, the same songs",
               .caption =
                   "The run of the lowest validation loss of each model. Distances between far groups mean "
                   "nothing. * was taught a label."};
  if (const SongLabel* label = find_label(c.labels, c.label))
    grid.classes = classes_of(*label, c.labels);
  else
    grid.classes.labels.assign(static_cast<size_t>(maps.front().positions.n_rows), -1);
  for (const ModelMap& m : maps) grid.cells.push_back({m.title, m.positions});
  return draw_map_grid(grid);
}

}  // namespace songscape
