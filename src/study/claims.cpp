#include "study/claims.h"

#include <algorithm>
#include <cmath>

#include "core/text.h"
#include "study/contests.h"
#include "study/tables.h"

namespace songscape {
namespace {

std::string seeds_text(const Estimate& e) { return std::to_string(e.n_seeds) + (e.n_seeds == 1 ? " seed" : " seeds"); }

Verdict met_if(bool holds) { return holds ? Verdict::met : Verdict::missed; }

class Judge {
 public:
  Judge(const Comparison& comparison, uint64_t seed) : c_(comparison), seed_(seed) {
    for (const std::string& size : sizes_of(c_))
      for (const Contest& contest : contests(c_.label.empty() ? "genre" : c_.label))
        results_[size].push_back(hold_contest(c_, contest, size, seed_));
  }

  std::vector<ClaimRow> rows() {
    for (const Claim& claim : all_claims()) {
      const size_t before = rows_.size();
      if (claim.rule != ClaimRule::elsewhere)
        for (const std::string& size : sizes_of(c_)) judge(claim, size);
      if (rows_.size() == before) rows_.push_back({claim, "", "", "", {}, Verdict::not_measured, why_not(claim)});
    }
    return std::move(rows_);
  }

 private:
  std::string why_not(const Claim& claim) const {
    const bool has_model = std::any_of(c_.variants.begin(), c_.variants.end(), [&](const Variant& v) {
      return v.model == claim.model && (claim.condition.empty() || v.condition == claim.condition);
    });
    std::string why = !claim.model.empty() && !has_model
                          ? "no run of " + claim.model +
                                (claim.condition.empty() ? "" : " told the " + claim.condition) + " in this comparison"
                          : "the runs compared do not tell";
    return why + (claim.command.empty() ? "" : "; to measure: " + claim.command);
  }

  std::vector<const Variant*> variants_of(const Claim& claim, const std::string& size) const {
    std::vector<const Variant*> found;
    for (const Variant& v : c_.variants)
      if (v.size == size && v.model == claim.model && (claim.condition.empty() || v.condition == claim.condition))
        found.push_back(&v);
    const auto rank = [&](const Variant* v) {
      return std::pair(c_.runs[v->runs.front()].facts.is_documented(), v->runs.size());
    };
    std::stable_sort(found.begin(), found.end(), [&](const Variant* a, const Variant* b) { return rank(a) > rank(b); });
    return found;
  }

  // The first variant that has the figure, and the one whose figure is best where it is another.
  std::vector<const Variant*> claimants(const Claim& claim, const std::string& size, const std::string& figure) const {
    const double sign = claim.rule == ClaimRule::at_least ? 1 : -1;
    const Variant *first = nullptr, *best = nullptr;
    for (const Variant* v : variants_of(claim, size)) {
      const Estimate* e = v->find(figure);
      if (!e) continue;
      if (!first) first = v;
      if (!best || sign * e->value > sign * best->find(figure)->value) best = v;
    }
    if (!first) return {};
    const bool is_cost = claim.rule == ClaimRule::about || figure == figure::kHours;
    return best == first || is_cost ? std::vector{first} : std::vector{first, best};
  }

  void add(const Claim& claim, const std::string& size, const std::string& variant, const Estimate& e, Verdict verdict,
           std::string reason) {
    if (e.n_seeds == 1) reason += std::string(reason.empty() ? "" : "; ") + "1 seed";
    rows_.push_back({claim, size, variant, "", e, verdict, std::move(reason)});
  }

  void judge(const Claim& claim, const std::string& size) {
    switch (claim.rule) {
      case ClaimRule::at_most:
      case ClaimRule::at_least:
      case ClaimRule::about:
        return judge_figure(claim, size);
      case ClaimRule::at_most_baseline:
        return judge_baseline(claim, size);
      case ClaimRule::wins_contest:
        return claim.figure == "versatility" ? judge_versatility(claim, size) : judge_contest(claim, size);
      case ClaimRule::over_control:
        return judge_controls(claim, size);
      case ClaimRule::above_kmeans:
        return judge_kmeans(claim, size);
      case ClaimRule::sum_at_most:
        return judge_sum(claim, size);
      case ClaimRule::proof:
        return judge_proof(claim, size);
      case ClaimRule::elsewhere:
        return;
    }
  }

  void judge_figure(const Claim& claim, const std::string& size) {
    for (const Variant* v : claimants(claim, size, claim.figure)) judge_figure_of(*v, claim, size);
  }

  void judge_figure_of(const Variant& v, const Claim& claim, const std::string& size) {
    const Estimate& e = *v.find(claim.figure);
    std::string reason;
    if (claim.figure == figure::kHours) reason = "extrapolated";
    if (claim.figure == figure::kMig) reason = "over " + std::to_string(c_.n_judged) + " songs";
    if (claim.rule == ClaimRule::about) {
      const bool is_near = e.value <= 1.1 * claim.bound;
      return add(claim, size, v.name, e, is_near ? Verdict::met : Verdict::refuted,
                 is_near ? "" : "the layers of this size have " + format_number(e.value) + " parameters");
    }
    const bool holds = claim.rule == ClaimRule::at_most ? e.value <= claim.bound : e.value >= claim.bound;
    add(claim, size, v.name, e, met_if(holds), reason);
  }

  void judge_baseline(const Claim& claim, const std::string& size) {
    const auto baseline = std::find_if(c_.baselines.begin(), c_.baselines.end(),
                                       [&](const BaselineFigure& b) { return b.name == claim.figure; });
    if (baseline == c_.baselines.end()) return;
    for (const Variant* v : claimants(claim, size, figure::kMse)) {
      const Estimate& e = *v->find(figure::kMse);
      add(claim, size, v->name, e, met_if(e.value <= baseline->mse.value),
          claim.figure + " has " + interval_text(baseline->mse));
    }
  }

  void judge_contest(const Claim& claim, const std::string& size) {
    for (const ContestResult& r : results_[size]) {
      if (r.contest.name != claim.figure || r.placings.size() < 2) continue;
      const auto own = std::find_if(r.placings.begin(), r.placings.end(),
                                    [&](const Placing& p) { return c_.variants[p.variant].model == claim.model; });
      if (own == r.placings.end()) return;
      const Placing& first = r.placings.front();
      const bool is_first = own == r.placings.begin();
      const std::string name = c_.variants[own->variant].name;
      if (is_first) {
        const std::string second = c_.variants[r.placings[1].variant].name;
        return add(
            claim, size, name, own->estimate, met_if(r.is_clear()),
            "leads " + second + " by " + interval_text(*r.lead) + (r.is_clear() ? "" : ", which is not clear of 0"));
      }
      return add(claim, size, name, own->estimate, Verdict::missed,
                 c_.variants[first.variant].name + " has " + interval_text(first.estimate));
    }
  }

  void judge_versatility(const Claim& claim, const std::string& size) {
    const std::vector<MeanRank> ranks = mean_ranks(results_[size]);
    const auto own = std::find_if(ranks.begin(), ranks.end(),
                                  [&](const MeanRank& r) { return c_.variants[r.variant].model == claim.model; });
    if (own == ranks.end() || ranks.size() < 2) return;
    const Variant& first = c_.variants[ranks.front().variant];
    const auto n = static_cast<int64_t>(c_.variants[own->variant].runs.size());
    add(claim, size, c_.variants[own->variant].name, {own->rank, std::nan(""), std::nan(""), n, 0},
        met_if(own == ranks.begin()),
        own == ranks.begin() ? "mean rank over " + std::to_string(own->n_contests) + " contests"
                             : first.name + " has a mean rank of " + format_number(ranks.front().rank, 3));
  }

  void judge_controls(const Claim& claim, const std::string& size) {
    const Variant* chosen = nullptr;
    const ControlWin* best = nullptr;
    for (const Variant& v : c_.variants)
      for (const ControlWin& w : v.wins) {
        if (v.size != size || v.is_supervised() || w.fitted_on != "train") continue;
        if (!best || w.own.value > best->own.value) chosen = &v, best = &w;
      }
    if (!best || best->best.value <= 0) return;
    const double ratio = best->own.value / best->best.value;
    add(claim, size, chosen->name, {ratio, std::nan(""), std::nan(""), best->own.n_seeds, best->own.n_songs},
        met_if(ratio >= claim.bound && best->wins()),
        best->algorithm + ": ARI against " + best->label + " " + interval_text(best->own) + ", " + best->control +
            " by " + best->control_algorithm + " " + interval_text(best->best) + ", difference " +
            interval_text(best->difference));
  }

  void judge_kmeans(const Claim& claim, const std::string& size) {
    const std::string mixture = figure::of_groups("ari", c_.label, kMixture),
                      kmeans = figure::of_groups("ari", c_.label, "kmeans");
    for (size_t i = 0; i < c_.variants.size(); ++i) {
      const Variant& v = c_.variants[i];
      if (v.size != size || v.model != claim.model || !v.find(mixture)) continue;
      const Placing own{i, mixture, *v.find(mixture)};
      std::vector<std::string> told;
      bool is_above = true;
      for (size_t j = 0; j < c_.variants.size(); ++j) {
        const Variant& o = c_.variants[j];
        if (o.size != size || o.is_supervised() || !o.find(kmeans)) continue;
        const Estimate d = difference_of(c_, own, {j, kmeans, *o.find(kmeans)}, seed_);
        is_above = is_above && d.low > 0;
        told.push_back("over " + o.name + " + k-means by " + interval_text(d));
      }
      add(claim, size, v.name, own.estimate, met_if(is_above && !told.empty()), join(told, "; "));
    }
  }

  void judge_sum(const Claim& claim, const std::string& size) {
    double sum = 0;
    int64_t n_seeds = 0;
    for (const char* model : {"basic_vae", "conv_vae", "beta_vae", "cvae", "vade"}) {
      Claim one = claim;
      one.model = model;
      const auto variants = variants_of(one, size);
      const Estimate* e = variants.empty() ? nullptr : variants.front()->find(claim.figure);
      if (!e) return;
      sum += e->value;
      n_seeds = n_seeds == 0 ? e->n_seeds : std::min(n_seeds, e->n_seeds);
    }
    add(claim, size, "all five", {sum, std::nan(""), std::nan(""), n_seeds, 0}, met_if(sum <= claim.bound),
        "extrapolated");
  }

  // Of every variant that was proved, over its seeds: met where every seed's proof is.
  void judge_proof(const Claim& claim, const std::string& size) {
    for (const Variant* v : variants_of(claim, size)) {
      std::vector<std::string> measures;
      for (const size_t r : v->runs)
        for (const ProofRow& p : c_.runs[r].proofs)
          if (p.proof == claim.figure && !p.verdict.empty() && p.measure.find(claim.measure) != std::string::npos &&
              std::find(measures.begin(), measures.end(), p.measure) == measures.end())
            measures.push_back(p.measure);
      for (const std::string& m : measures) add_proof(claim, *v, m);
    }
  }

  void add_proof(const Claim& claim, const Variant& v, const std::string& measure) {
    std::vector<double> values;
    std::map<std::string, int> verdicts;
    const ProofRow* first = nullptr;
    for (const size_t r : v.runs)
      for (const ProofRow& p : c_.runs[r].proofs)
        if (p.proof == claim.figure && p.measure == measure) {
          if (!first) first = &p;
          values.push_back(p.value);
          ++verdicts[p.verdict];
        }
    const Interval over_seeds = mean_interval(values);
    Estimate e{over_seeds.estimate, over_seeds.low, over_seeds.high, static_cast<int64_t>(values.size()), 0};
    if (values.size() == 1) e.low = first->low, e.high = first->high;
    Verdict verdict = Verdict::missed;
    for (const Verdict one : {Verdict::met, Verdict::refuted, Verdict::not_measured})
      if (verdicts.size() == 1 && verdicts.begin()->first == verdict_name(one)) verdict = one;
    std::string reason = first->threshold.empty() ? "" : "threshold " + first->threshold;
    if (!first->reason.empty()) reason += (reason.empty() ? "" : "; ") + first->reason;
    if (verdicts.size() > 1)
      for (const auto& [name, n] : verdicts)
        reason += "; " + name + " for " + std::to_string(n) + " of " + seeds_text(e);
    if (e.n_seeds == 1) reason += std::string(reason.empty() ? "" : "; ") + "1 seed";
    rows_.push_back({claim, v.size, v.name, measure, std::isnan(e.value) ? std::nullopt : std::optional<Estimate>(e),
                     verdict, reason});
  }

  const Comparison& c_;
  uint64_t seed_;
  std::map<std::string, std::vector<ContestResult>> results_;
  std::vector<ClaimRow> rows_;
};

Cell number(double x) { return std::isnan(x) ? Cell() : Cell(x); }

}  // namespace

std::vector<ClaimRow> judge_claims(const Comparison& comparison, uint64_t seed) {
  return Judge(comparison, seed).rows();
}

Table claims_table(const std::vector<ClaimRow>& rows) {
  Table t{{"area", "promise", "claimed", "size", "run", "measured", "low", "high", "seeds", "verdict", "reason", "how"},
          {}};
  for (const ClaimRow& r : rows) {
    const std::string promise = r.claim.promise + (r.measure.empty() ? "" : ": " + r.measure);
    std::vector<Cell> row = {r.claim.area, promise, r.claim.claimed, r.size, r.variant};
    if (r.measured)
      row.insert(row.end(),
                 {number(r.measured->value), number(r.measured->low), number(r.measured->high), r.measured->n_seeds});
    else
      row.insert(row.end(), {Cell(), Cell(), Cell(), Cell()});
    row.insert(row.end(), {std::string(verdict_name(r.verdict)), r.reason, r.claim.how});
    t.add(std::move(row));
  }
  return t;
}

}  // namespace songscape
