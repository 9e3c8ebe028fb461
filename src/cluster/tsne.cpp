#include "cluster/tsne.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "cluster/tsne_affinities.h"
#include "cluster/tsne_forces.h"
#include "core/random.h"
#include "stats/pairwise.h"
#include "stats/pca.h"

namespace songscape {
namespace {

constexpr int64_t kMostExactRows = 2500;  // up to here all pairs cost less than a grid
constexpr int64_t kBlock = 2048;

constexpr double kStartSpread = 1e-4;
constexpr int kEarlyIterations = 250;
constexpr double kEarlyExaggeration = 12, kMomentum = .8;
// Rates grow with the data, or large maps never unfold (Belkina et al. 2019); their n / 12 throws rows about that are
// neighbours of many others.
constexpr double kEarlyRate = 1.0 / 32, kRate = 1;  // times n
constexpr float kLongestStep = 5;                   // on the map

PlanePoints start(MatrixView x, uint64_t seed) {
  const Pca pca = fit_pca(x, 2);
  const Matrix z = pca.transform(x);
  const double deviation = std::sqrt(pca.explained_variance[0]);
  Random random(seed, stream_id("tsne"));
  PlanePoints out(x.n_rows);
  for (int64_t i = 0; i < x.n_rows; ++i)
    for (int64_t j = 0; j < 2; ++j)
      (j == 0 ? out.x : out.y)[static_cast<size_t>(i)] =
          static_cast<float>(kStartSpread * (j < z.n_cols && deviation > 0 ? z(i, j) / deviation : random.normal()));
  return out;
}

// Gradient descent with momentum and a gain for each coordinate (Jacobs 1988).
class Descent {
 public:
  Descent(MatrixView x, const TsneOptions& options, double perplexity)
      : attraction_(tsne_affinities(x, perplexity)),
        at_(start(x, options.seed)),
        force_(x.n_rows),
        velocity_(x.n_rows),
        gain_(x.n_rows) {
    std::fill(gain_.x.begin(), gain_.x.end(), 1.0f);
    std::fill(gain_.y.begin(), gain_.y.end(), 1.0f);
  }

  void step(double exaggeration) {
    const double rate = (exaggeration > 1 ? kEarlyRate : kRate) * static_cast<double>(at_.size());
    const double sum = at_.size() <= kMostExactRows ? exact_repulsion(at_, force_) : grid_(at_, force_);
    const float repulsion = static_cast<float>(1 / std::max(sum, 1e-30));
    for_each_block(at_.size(), kBlock, [&](int64_t first, int64_t n) {
      for (size_t i = static_cast<size_t>(first); i < static_cast<size_t>(first + n); ++i) {
        force_.x[i] *= -repulsion;
        force_.y[i] *= -repulsion;
      }
      attraction_.add(at_, first, n, static_cast<float>(exaggeration), force_);
    });
    speed_up(force_.x, velocity_.x, gain_.x, static_cast<float>(rate));
    speed_up(force_.y, velocity_.y, gain_.y, static_cast<float>(rate));
    move();
  }

  const PlanePoints& at() const { return at_; }

 private:
  void speed_up(std::vector<float>& gradient, std::vector<float>& velocity, std::vector<float>& gain, float rate) {
    for (size_t i = 0; i < gradient.size(); ++i) {
      const bool is_turning = (gradient[i] > 0) == (velocity[i] > 0);
      gain[i] = std::max(.01f, is_turning ? gain[i] * .8f : gain[i] + .2f);
      velocity[i] = static_cast<float>(kMomentum) * velocity[i] - rate * gain[i] * gradient[i];
    }
  }
  void move() {
    double sum_x = 0, sum_y = 0;
    for (size_t i = 0; i < at_.x.size(); ++i) {
      float &x = velocity_.x[i], &y = velocity_.y[i];
      const float squared = x * x + y * y;
      if (squared > kLongestStep * kLongestStep) {
        const float scale = kLongestStep / std::sqrt(squared);
        x *= scale;
        y *= scale;
      }
      sum_x += at_.x[i] += x;
      sum_y += at_.y[i] += y;
    }
    const double n = static_cast<double>(at_.size());
    for (float& v : at_.x) v -= static_cast<float>(sum_x / n);
    for (float& v : at_.y) v -= static_cast<float>(sum_y / n);
  }

  TsneAttraction attraction_;
  GridRepulsion grid_;
  PlanePoints at_, force_, velocity_, gain_;
};

}  // namespace

Matrix tsne(MatrixView x, const TsneOptions& options) {
  Matrix out(x.n_rows, 2);
  if (x.n_rows < 4) {
    for (int64_t i = 0; i < x.n_rows; ++i) out(i, 0) = static_cast<float>(i);
    return out;
  }
  Descent descent(x, options, std::min(options.perplexity, static_cast<double>(x.n_rows - 1) / 3));
  for (int i = 0; i < options.n_iterations; ++i) descent.step(i < kEarlyIterations ? kEarlyExaggeration : 1);
  for (int64_t i = 0; i < x.n_rows; ++i) {
    out(i, 0) = descent.at().x[static_cast<size_t>(i)];
    out(i, 1) = descent.at().y[static_cast<size_t>(i)];
  }
  return out;
}

}  // namespace songscape
