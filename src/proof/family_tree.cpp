#include "proof/family_tree.h"

#include <algorithm>

#include "cluster/dendrogram_scores.h"
#include "core/text.h"
#include "run/report_figures.h"

namespace songscape {
namespace {

constexpr double kChance = .05;

// The mean of each class's rows, and the family of each that has rows.
struct Centres {
  Matrix z;
  std::vector<int32_t> families;
};

Centres centres_of(const Matrix& z, const std::vector<int32_t>& codes, const std::vector<int32_t>& family_of) {
  std::vector<int64_t> counts(family_of.size(), 0);
  Matrix sums(static_cast<int64_t>(family_of.size()), z.n_cols);
  for (int64_t i = 0; i < z.n_rows; ++i) {
    const int32_t c = codes[static_cast<size_t>(i)];
    if (c < 0) continue;
    ++counts[static_cast<size_t>(c)];
    for (int64_t j = 0; j < z.n_cols; ++j) sums(c, j) += z(i, j);
  }
  std::vector<int64_t> present;
  Centres out;
  for (size_t c = 0; c < counts.size(); ++c) {
    if (counts[c] == 0) continue;
    present.push_back(static_cast<int64_t>(c));
    out.families.push_back(family_of[c]);
    for (float& v : sums.row(static_cast<int64_t>(c))) v /= static_cast<float>(counts[c]);
  }
  out.z = select_rows(sums, present);
  return out;
}

}  // namespace

void add_family_measures(const ProofContext& context, const SongLabel& label, const std::vector<int32_t>& codes,
                         const Matrix& z, ProofResult& result) {
  const Classes classes = classes_of(label, context.labels);
  if (classes.family_of.empty()) return;
  const Centres centres = centres_of(z, codes, classes.family_of);
  if (centres.z.n_rows < 3) return;
  const WardTree tree = build_ward_tree(centres.z);
  const DendrogramPurity purity = dendrogram_purity_beside_chance(tree, centres.families, 1000, context.options.seed);
  Measure m = measured("family dendrogram purity", purity.purity,
                       "Ward's tree of the centres of each " + label.name + " in z; shuffled families " +
                           format_number(purity.null_mean, 3) + " ± " + format_number(purity.null_sd, 2) + ", p " +
                           format_number(purity.p_value, 2));
  m.threshold = "above chance, p < 0.05";
  m.verdict = purity.p_value < kChance ? Verdict::met : Verdict::missed;
  result.measures.push_back(std::move(m));
  result.measures.push_back(measured("cophenetic correlation", cophenetic_correlation(tree, centres.z),
                                     "of that tree with the distances of the centres"));
}

}  // namespace songscape
