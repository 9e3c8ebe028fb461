#include "stats/lbfgs.h"

#include <algorithm>
#include <deque>
#include <vector>

namespace songscape {
namespace {

struct Pair {
  Eigen::VectorXd step, change;  // of x and of the gradient
  double scale;                  // 1 / (step · change)
};

// −H · gradient by the two-loop recursion.
Eigen::VectorXd descent_direction(const std::deque<Pair>& pairs, const Eigen::VectorXd& gradient) {
  Eigen::VectorXd direction = -gradient;
  std::vector<double> shares(pairs.size());
  for (size_t i = pairs.size(); i-- > 0;) {
    shares[i] = pairs[i].scale * pairs[i].step.dot(direction);
    direction -= shares[i] * pairs[i].change;
  }
  if (!pairs.empty()) direction /= pairs.back().scale * pairs.back().change.squaredNorm();
  for (size_t i = 0; i < pairs.size(); ++i)
    direction += (shares[i] - pairs[i].scale * pairs[i].change.dot(direction)) * pairs[i].step;
  return direction;
}

}  // namespace

Eigen::VectorXd minimise(const SmoothFunction& value, Eigen::VectorXd x, const LbfgsOptions& options) {
  Eigen::VectorXd gradient(x.size()), next_gradient(x.size());
  double height = value(x, gradient);
  std::deque<Pair> pairs;
  for (int i = 0; i < options.max_iterations && gradient.cwiseAbs().maxCoeff() > options.tolerance; ++i) {
    Eigen::VectorXd direction = descent_direction(pairs, gradient);
    double slope = direction.dot(gradient);
    if (slope >= 0) {  // rounding has spoilt the pairs
      pairs.clear();
      direction = -gradient;
      slope = -gradient.squaredNorm();
    }
    double length = pairs.empty() ? std::min(1.0, 1 / gradient.norm()) : 1.0;
    Eigen::VectorXd next = x + length * direction;
    double next_height = value(next, next_gradient);
    for (int halvings = 0; !(next_height <= height + 1e-4 * length * slope) && halvings < 40; ++halvings) {
      length /= 2;
      next = x + length * direction;
      next_height = value(next, next_gradient);
    }
    if (!(next_height < height)) break;
    Pair pair{.step = next - x, .change = next_gradient - gradient, .scale = 0};
    const double curvature = pair.step.dot(pair.change);
    if (curvature > 1e-12 * pair.change.squaredNorm()) {
      pair.scale = 1 / curvature;
      pairs.push_back(std::move(pair));
      if (static_cast<int>(pairs.size()) > options.n_pairs) pairs.pop_front();
    }
    x = std::move(next);
    gradient = next_gradient;
    height = next_height;
  }
  return x;
}

}  // namespace songscape
