#include "study/ablation_text.h"

#include <algorithm>
#include <cmath>

#include "core/text.h"
#include "metrics/collapse.h"
#include "proof/measure.h"

namespace songscape {
namespace {

constexpr double kFewF = 4;  // an F ratio from which on a key speaks louder than seeds

struct Place {
  std::string value;
  const FigureSummary* figure;
};

std::string capitalised(std::string text) {
  if (std::islower(static_cast<unsigned char>(text[0]))) text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::vector<Place> places_of(const SweepSummary& sweep, const std::string& figure) {
  std::vector<Place> places;
  for (const SweepRow& row : sweep.rows)
    if (const FigureSummary* f = row.group.find(figure)) places.push_back({show_value(row.value), f});
  return places;
}

bool is_better(const FigureKind& kind, double a, double b) {
  return kind.better == FigureKind::Better::less ? a < b : a > b;
}

const Place& best_of(const std::vector<Place>& places, const FigureKind& kind) {
  return *std::ranges::min_element(
      places, [&](const Place& a, const Place& b) { return is_better(kind, a.figure->mean, b.figure->mean); });
}

std::vector<std::string> not_told_from(const Place& best, const std::vector<Place>& places) {
  std::vector<std::string> values;
  for (const Place& p : places)
    if (p.value != best.value && !std::isnan(seed_noise(*best.figure, *p.figure)) && !differ(*best.figure, *p.figure))
      values.push_back(p.value);
  return values;
}

bool has_noise(const std::vector<Place>& places) {
  return std::ranges::all_of(places, [](const Place& p) { return p.figure->n > 1; });
}

bool are_equal(const std::vector<Place>& places) {
  return std::ranges::all_of(places, [&](const Place& p) { return p.figure->mean == places.front().figure->mean; });
}

// "falls from a at 4 to b at 128, at every step"
std::string course(const std::vector<Place>& places) {
  const Place &first = places.front(), &last = places.back();
  const double change = last.figure->mean - first.figure->mean;
  if (are_equal(places)) return "is " + format_number(first.figure->mean, 3) + " throughout";
  const std::string ends = show(*first.figure) + " at " + first.value, end = show(*last.figure) + " at " + last.value;
  if (has_noise(places) && !differ(*first.figure, *last.figure))
    return "is " + ends + " and " + end + ", which the seeds do not tell apart";
  if (change == 0) return "is " + ends + " and " + end;
  bool is_steady = true;
  for (size_t i = 1; i < places.size(); ++i)
    is_steady &= (places[i].figure->mean - places[i - 1].figure->mean) * change > 0;
  return std::string(change > 0 ? "rises" : "falls") + " from " + ends + " to " + end +
         (is_steady && places.size() > 2 ? ", at every step" : "");
}

std::string lowest_and_highest(const std::vector<Place>& places) {
  const auto [low, high] = std::ranges::minmax_element(
      places, [](const Place& a, const Place& b) { return a.figure->mean < b.figure->mean; });
  const bool is_told = !has_noise(places) || differ(*low->figure, *high->figure);
  return "lies between " + show(*low->figure) + " (" + low->value + ") and " + show(*high->figure) + " (" +
         high->value + ")" + (is_told ? "" : ", which the seeds do not tell apart");
}

std::string sentence(const SweepSummary& sweep, const FigureKind& kind) {
  const std::vector<Place> places = places_of(sweep, kind.name);
  if (places.size() < 2) return {};
  std::string text = kind.title + " " + (sweep.is_numeric ? course(places) : lowest_and_highest(places));
  if (kind.better == FigureKind::Better::neither || are_equal(places)) return text + ".";
  const Place& best = best_of(places, kind);
  text += "; best at " + best.value + " (" + show(*best.figure) + ")";
  if (!has_noise(places)) return text + ".";
  const std::vector<std::string> near = not_told_from(best, places);
  return text +
         (near.empty() ? ", beyond the noise of seeds." : ", not told by the seeds from " + join(near, ", ") + ".");
}

const SweepSummary* find_sweep(const AblationSummary& summary, const std::string& key) {
  const auto it = std::ranges::find(summary.sweeps, key, &SweepSummary::key);
  return it == summary.sweeps.end() ? nullptr : &*it;
}

AblationClaim best_claim(const AblationSummary& summary, const std::string& key, const std::string& claimed) {
  AblationClaim claim{key + " " + claimed + " is best", claimed, {}, std::string(verdict_name(Verdict::not_measured))};
  const SweepSummary* sweep = find_sweep(summary, key);
  if (!sweep) return claim;
  const std::vector<Place> places = places_of(*sweep, summary.criterion);
  const auto own = std::ranges::find(places, claimed, &Place::value);
  if (own == places.end() || places.size() < 2) return claim;
  const FigureKind& kind = figure_kind(summary.criterion);
  const Place& best = best_of(places, kind);
  const bool is_best = best.value == claimed;
  claim.measured = kind.title + ": " + show(*best.figure) + " at " + best.value +
                   (is_best ? "" : ", " + show(*own->figure) + " at " + claimed);
  const std::vector<std::string> near = not_told_from(best, places);
  const bool is_told = has_noise(places) && (is_best ? near.empty() : std::ranges::find(near, claimed) == near.end());
  if (!is_told) {
    claim.measured += has_noise(places) ? "; the seeds do not tell it from " + join(near, ", ") : "; one seed";
    return claim;
  }
  claim.verdict = verdict_name(is_best ? Verdict::met : Verdict::missed);
  return claim;
}

AblationClaim beta_claim(const SweepSummary& sweep, const std::string& figure, bool rises) {
  const FigureKind& kind = figure_kind(figure);
  AblationClaim claim{"a higher beta: " + kind.title + (rises ? " rises" : " falls"),
                      rises ? "rises" : "falls",
                      {},
                      std::string(verdict_name(Verdict::not_measured))};
  const std::vector<Place> places = places_of(sweep, figure);
  if (places.size() < 2 || !has_noise(places)) return claim;
  claim.measured = course(places);
  const double change = places.back().figure->mean - places.front().figure->mean;
  const bool is_told = differ(*places.front().figure, *places.back().figure);
  claim.verdict = verdict_name(is_told && (change > 0) == rises ? Verdict::met : Verdict::missed);
  return claim;
}

}  // namespace

std::vector<std::string> sweep_sentences(const SweepSummary& sweep) {
  std::vector<std::string> figures = sweep.figures;
  for (const char* f : {"ari", "negative_elbo"})
    if (std::ranges::find(figures, f) == figures.end()) figures.emplace_back(f);
  std::vector<std::string> sentences;
  for (const std::string& f : figures)
    if (std::string text = sentence(sweep, figure_kind(f)); !text.empty())
      sentences.push_back(capitalised(std::move(text)));
  const bool is_one_seed = std::ranges::any_of(sweep.rows, [](const SweepRow& r) { return r.group.n_finished == 1; });
  if (is_one_seed && !sentences.empty())
    sentences.emplace_back(
        "Some values were tried with one seed only: which of these differences are noise is not known.");
  return sentences;
}

std::vector<std::string> collapse_sentences(const SweepSummary& sweep) {
  std::vector<std::string> sentences;
  for (const SweepRow& row : sweep.rows) {
    const FigureSummary *silhouette = row.group.find("silhouette"), *ari = row.group.find("ari");
    if (!silhouette || !ari) continue;
    if (const auto warning = collapse_warning({.silhouette = silhouette->mean, .ari = ari->mean}))
      sentences.push_back(sweep.column + " " + show_value(row.value) + ": " + *warning);
  }
  return sentences;
}

std::vector<std::string> best_sentences(const AblationSummary& summary) {
  if (!summary.best) return {"No trial has finished, so there is no best setting."};
  const FigureKind& kind = figure_kind(summary.criterion);
  const SettingSummary& best = summary.finalists[*summary.best];
  const FigureSummary& own = *best.group.find(kind.name);
  std::vector<std::string> sentences{"By " + kind.title + " the best setting is " + best.setting.name + " (" +
                                     show(own) + ", " + std::to_string(own.n) + (own.n == 1 ? " seed)." : " seeds).")};
  std::vector<std::string> near;
  for (size_t i = 0; i < summary.finalists.size(); ++i) {
    const FigureSummary* f = summary.finalists[i].group.find(kind.name);
    if (i != *summary.best && f && !std::isnan(seed_noise(own, *f)) && !differ(own, *f))
      near.push_back(summary.finalists[i].setting.name);
  }
  if (!near.empty()) sentences.push_back("The seeds do not tell it from: " + join(near, ", ") + ".");
  if (own.n == 1) sentences.emplace_back("One seed does not tell whether another setting is as good.");
  if (!summary.best_by_silhouette) return sentences;
  const SettingSummary& tight = summary.finalists[*summary.best_by_silhouette];
  sentences.push_back(tight.setting.name == best.setting.name
                          ? "The silhouette of training songs picks the same."
                          : "The silhouette of training songs picks " + tight.setting.name + " (" +
                                show(*tight.group.find("train_silhouette")) + ").");
  return sentences;
}

std::vector<std::string> effect_sentences(const AblationSummary& summary) {
  std::vector<std::string> sentences;
  if (!summary.has_pairs) return sentences;
  for (const std::string& figure : headline_figures(summary)) {
    const KeyEffect* strongest = nullptr;
    std::vector<std::string> pairs;
    for (const KeyEffect& e : summary.effects) {
      if (e.figure != figure || e.effect.keys.empty() || std::isnan(e.effect.share)) continue;
      if (e.other.empty() && (!strongest || e.effect.share > strongest->effect.share)) strongest = &e;
      if (!e.other.empty() && e.effect.f_ratio > kFewF)
        pairs.push_back(e.key + " with " + e.other + " (" + format_number(100 * e.effect.share, 2) + " %)");
    }
    if (!strongest) continue;
    std::string text = capitalised(figure_kind(figure).title) + ": " + strongest->key +
                       " accounts for the largest share of the differences (" +
                       format_number(100 * strongest->effect.share, 2) + " %" +
                       (std::isnan(strongest->effect.f_ratio)
                            ? ""
                            : ", " + format_number(strongest->effect.f_ratio, 2) + " times the seeds' variance") +
                       ")";
    sentences.push_back(
        text + (pairs.empty() ? "." : "; pairs that add to the sum of their keys: " + join(pairs, ", ") + "."));
  }
  return sentences;
}

std::vector<AblationClaim> ablation_claims(const AblationSummary& summary) {
  std::vector<AblationClaim> claims;
  const std::pair<const char*, const char*> best[] = {
      {"latent_dim", "16"}, {"hidden_dim", "256"}, {"train.lr", "0.001"}, {"train.batch", "32"}};
  for (const auto& [key, value] : best)
    if (find_sweep(summary, key)) claims.push_back(best_claim(summary, key, value));
  if (const SweepSummary* beta = find_sweep(summary, "loss.beta")) {
    claims.push_back(beta_claim(*beta, "disentanglement_score", true));
    claims.push_back(beta_claim(*beta, "silhouette", false));
    claims.push_back(beta_claim(*beta, "reconstruction_loss", false));
    claims.push_back(beta_claim(*beta, "kl_divergence", true));
  }
  return claims;
}

}  // namespace songscape
