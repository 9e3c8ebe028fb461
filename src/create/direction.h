// The direction in latent space along which an attribute grows.
//
// A linear model tells the attribute from z (ridge for numbers, logistic for classes); its weights w say what to read,
// not where songs lie.  The direction is that of the mean place of songs of a given value, Σw (Haufe et al. 2014, eq.
// 6), Σ being the covariance of z over the songs: the shortest way by Mahalanobis distance to the wanted value.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/matrix.h"
#include "create/attributes.h"

namespace songscape {

struct Direction {
  // [latent_dim]: one standard deviation, over the songs, of the attribute as z tells it.  Its length is 1 by
  // Mahalanobis distance, whatever the attribute: a step of the attribute's own deviation would leave the songs far
  // behind where z tells little of it.
  std::vector<double> step;
  double told_deviation = 0;       // of the attribute as z tells it, in its units; of a class, of its log-odds
  double mean = 0, deviation = 0;  // of the attribute over the songs
  int64_t n_songs = 0;             // that have it; others are left out
  // Cross-validated over five folds by group: R² of ridge; for a class 2 · balanced accuracy − 1 of logistic
  // regression.  1: told without error, ≤ 0: no better than the mean.
  double effect = 0;
};

// z [n × latent_dim] and groups, a row each as attribute.values.  Error `usage` where fewer than 10 songs have the
// attribute, or it is the same in all of them.
Direction fit_direction(MatrixView z, const Attribute& attribute, std::span<const int32_t> groups);

}  // namespace songscape
