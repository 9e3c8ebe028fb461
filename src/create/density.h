// Where in latent space pieces of a wanted number of notes a bar lie.
#pragma once

#include <span>
#include <string>
#include <variant>

#include "create/direction.h"
#include "create/music_run.h"
#include "stats/linear_model.h"

namespace songscape {

// "low", "medium" and "high" are what a tenth, half and nine tenths of the training windows stay below.
enum class DensityLevel { low, medium, high };
using AskedDensity = std::variant<DensityLevel, double>;  // double: notes a bar
// Error `usage` for neither such a word nor a number above 0, at most 1000.
AskedDensity parse_density(const std::string& text);

class DensityGuide {
 public:
  // Ridge regression of the notes a bar of training windows on their posterior means, and the direction along which
  // they grow (create/direction.h).
  DensityGuide(MusicRun& run, const AskedDensity& asked);

  double target() const { return target_; }            // notes a bar
  double effect() const { return direction_.effect; }  // R² of that regression, cross-validated over songs
  // Moves z until the regression tells the target, at most kFarthest; how far, by Mahalanobis distance.
  double move(std::span<float> z) const;
  static constexpr double kFarthest = 3;

 private:
  LinearModel reading_;
  Direction direction_;
  double target_ = 0;
};

}  // namespace songscape
