// Time of the disentanglement scores on 10,000 rows × 128 dimensions and 8 factors:
//   ninja bench_scores && build/bench_scores
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>

#include "core/random.h"
#include "metrics/dci.h"
#include "metrics/factor_vae_score.h"
#include "metrics/mig.h"
#include "metrics/modularity.h"
#include "metrics/sap.h"

namespace songscape {
namespace {

template <class Job>
void time_of(const char* name, Job job) {
  const auto start = std::chrono::steady_clock::now();
  const std::clock_t cpu = std::clock();
  const double score = job();
  std::printf("%-12s %.2f s, %.2f s of all threads  %.3f\n", name,
              std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(),
              static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC, score);
}

int run() {
  constexpr int64_t kRows = 10000, kDimensions = 128, kFactors = 8;
  Random random(1);
  Matrix codes(kRows, kDimensions);
  for (float& v : codes.values) v = static_cast<float>(random.normal());
  std::vector<Factor> factors;
  for (int64_t f = 0; f < kFactors; ++f) {
    Factor factor{
        .name = "f" + std::to_string(f), .kind = f < 6 ? FactorKind::continuous : FactorKind::discrete, .values = {}};
    for (int64_t i = 0; i < kRows; ++i)
      factor.values.push_back(f < 6 ? codes(i, f) : std::floor(6 + 2 * std::tanh(codes(i, f)) * 3));
    factors.push_back(std::move(factor));
  }
  time_of("mig", [&] { return mutual_information_gap(codes, factors).score; });
  time_of("rotations", [&] { return mig_against_rotations(codes, factors).rotated_mean; });
  time_of("sap", [&] { return separated_predictability(codes, factors).score; });
  time_of("modularity", [&] { return modularity(codes, factors).informative_score; });
  time_of("factor_vae", [&] { return factor_vae_score(codes, factors).score; });
  time_of("dci", [&] { return dci(codes, factors).disentanglement; });
  return 0;
}

}  // namespace
}  // namespace songscape

int main() { return songscape::run(); }
