// Minimising a smooth function by L-BFGS (Nocedal 1980; Nocedal and Wright 2006, algorithm 7.5) with a backtracking
// line search (Armijo's rule).
#pragma once

#include <Eigen/Core>
#include <functional>

namespace songscape {

struct LbfgsOptions {
  int n_pairs = 10;  // kept differences
  int max_iterations = 500;
  double tolerance = 1e-6;  // stop when the largest entry of the gradient is below it
};

// value(x, gradient) fills the gradient.  Returns where it stopped.
using SmoothFunction = std::function<double(const Eigen::VectorXd& x, Eigen::VectorXd& gradient)>;
Eigen::VectorXd minimise(const SmoothFunction& value, Eigen::VectorXd x, const LbfgsOptions& options = {});

}  // namespace songscape
