#include "metrics/modularity.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "metrics/information_table.h"

namespace songscape {
namespace {

double modularity_of(const std::vector<double>& information) {
  const double largest = *std::ranges::max_element(information);
  if (largest <= 0) return 0;
  double others = -largest * largest;
  for (const double m : information) others += m * m;
  return 1 - others / (largest * largest * static_cast<double>(information.size() - 1));
}

}  // namespace

Modularity modularity(MatrixView codes, const std::vector<Factor>& factors, const ScoreOptions& options) {
  check(options.n_shuffles >= 1, "modularity takes a shuffled null");
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  Modularity out;
  out.score = out.informative_score = kNone;
  std::vector<FactorInformation> usable;
  for (FactorInformation& info : information_table(codes, factors, options)) {
    if (info.excluded.empty())
      usable.push_back(std::move(info));
    else
      out.excluded.push_back(info.factor + " " + info.excluded);
  }
  out.n_factors = static_cast<int64_t>(usable.size());
  if (usable.size() < 2 || codes.n_cols == 0) return out;
  double sum = 0, informative_sum = 0;
  for (size_t j = 0; j < static_cast<size_t>(codes.n_cols); ++j) {
    std::vector<double> found, above_null;
    bool is_informative = false;
    for (const FactorInformation& info : usable) {
      double null = 0, largest_null = 0;
      for (const auto& shuffled : info.shuffled) {
        null += shuffled[j] / static_cast<double>(info.shuffled.size());
        // The largest of noise over all dimensions: one of many is above its own by chance.
        largest_null = std::max(largest_null, *std::ranges::max_element(shuffled));
      }
      found.push_back(info.information[j]);
      above_null.push_back(std::max(0.0, info.information[j] - null));
      is_informative = is_informative || info.information[j] > largest_null;
    }
    out.of_dimension.push_back(modularity_of(found));
    out.is_informative.push_back(is_informative);
    sum += out.of_dimension.back();
    if (!is_informative) continue;
    informative_sum += modularity_of(above_null);
    ++out.n_informative;
  }
  out.score = sum / static_cast<double>(codes.n_cols);
  if (out.n_informative > 0) out.informative_score = informative_sum / static_cast<double>(out.n_informative);
  return out;
}

}  // namespace songscape
