#include "study/effects.h"

#include <cmath>
#include <map>
#include <numeric>

#include "core/error.h"

namespace songscape {
namespace {

constexpr double kRounding = 1e-12;

using Column = std::vector<double>;
// Which keys' levels, together, a set of indicators tells apart.
using Term = std::vector<size_t>;

double dot(const Column& a, const Column& b) { return std::inner_product(a.begin(), a.end(), b.begin(), 0.0); }

std::vector<Column> indicators(const EffectDesign& design, const Term& term) {
  std::map<std::vector<int>, Column> columns;
  for (size_t i = 0; i < design.values.size(); ++i) {
    std::vector<int> cell;
    for (const size_t k : term) cell.push_back(design.levels[i][k]);
    Column& column = columns.try_emplace(cell, design.values.size(), 0.0).first->second;
    column[i] = 1;
  }
  std::vector<Column> out;
  for (auto& [cell, column] : columns) out.push_back(std::move(column));
  return out;
}

struct Fit {
  double residual = 0;  // sum of squares
  int64_t rank = 0;
};

// Least squares of the values on a constant and the indicators of all terms, by Gram and Schmidt's orthogonal columns.
Fit fit(const EffectDesign& design, const std::vector<Term>& terms) {
  std::vector<Column> basis;
  Column rest = design.values;
  const auto add = [&](Column column) {
    const double size = std::sqrt(dot(column, column));
    for (int twice = 0; twice < 2; ++twice)
      for (const Column& b : basis) {
        const double along = dot(column, b);
        for (size_t i = 0; i < column.size(); ++i) column[i] -= along * b[i];
      }
    const double left = std::sqrt(dot(column, column));
    if (left < 1e-9 * size) return;
    for (double& v : column) v /= left;
    const double along = dot(rest, column);
    for (size_t i = 0; i < rest.size(); ++i) rest[i] -= along * column[i];
    basis.push_back(std::move(column));
  };
  add(Column(design.values.size(), 1.0));
  for (const Term& term : terms)
    for (Column& column : indicators(design, term)) add(std::move(column));
  return {dot(rest, rest), static_cast<int64_t>(basis.size())};
}

Term all_keys(const EffectDesign& design) {
  Term term(design.keys.size());
  std::iota(term.begin(), term.end(), size_t{0});
  return term;
}

class Analysis {
 public:
  explicit Analysis(const EffectDesign& design)
      : design_(design), total_(fit(design, {}).residual), within_(fit(design, {all_keys(design)})) {
    check(!design.values.empty() && design.levels.size() == design.values.size(), "a design has rows");
  }

  Effect effect(Term keys, const std::vector<Term>& others) const {
    std::vector<Term> with = others;
    with.push_back(keys);
    const Fit without = fit(design_, others), all = fit(design_, with);
    Effect e{.keys = std::move(keys)};
    e.n_degrees = all.rank - without.rank;
    const double squares = std::max(0.0, without.residual - all.residual);
    e.share = total_ > 0 ? squares / total_ : std::nan("");
    const int64_t n_left = static_cast<int64_t>(design_.values.size()) - within_.rank;
    e.f_ratio = e.n_degrees > 0 && n_left > 0 && within_.residual > kRounding * total_
                    ? squares / static_cast<double>(e.n_degrees) / (within_.residual / static_cast<double>(n_left))
                    : std::nan("");
    return e;
  }

  double seed_share() const { return total_ > 0 ? within_.residual / total_ : std::nan(""); }

 private:
  const EffectDesign& design_;
  double total_;
  Fit within_;
};

}  // namespace

std::vector<Effect> effects_of(const EffectDesign& design, bool with_pairs) {
  const Analysis analysis(design);
  std::vector<Term> mains;
  for (size_t k = 0; k < design.keys.size(); ++k) mains.push_back({k});
  std::vector<Effect> effects;
  for (size_t k = 0; k < mains.size(); ++k) {
    std::vector<Term> others = mains;
    others.erase(others.begin() + static_cast<ptrdiff_t>(k));
    effects.push_back(analysis.effect({k}, others));
  }
  for (size_t a = 0; with_pairs && a < mains.size(); ++a)
    for (size_t b = a + 1; b < mains.size(); ++b) effects.push_back(analysis.effect({a, b}, mains));
  return effects;
}

double seed_share(const EffectDesign& design) { return Analysis(design).seed_share(); }

}  // namespace songscape
