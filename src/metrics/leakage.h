// What moves when one dimension of z is moved: a name for each axis, and how sure it is.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/matrix.h"

namespace songscape {

// Attributes measured on decodings: each of n_songs base songs, with one dimension set to each of the steps.
struct MeasuredTraversal {
  std::vector<std::string> attributes;  // "tempo", "brightness", …
  std::vector<double> spread;  // [attribute]: standard deviation over the corpus, in the attribute's units, > 0
  std::vector<double> steps;   // in standard deviations of the dimension, e.g. −3 … 3; not all equal
  std::vector<std::string> dimensions;  // "z17", …
  int64_t n_songs = 0;
  std::vector<double> values;  // [song × dimension × step × attribute]; NaN where it could not be measured

  double at(int64_t song, int64_t dimension, int64_t step, int64_t attribute) const;
};

struct AxisName {
  std::string dimension;
  std::string attribute;     // the one it moves most; "nothing" where its largest effect is below least_effect
  double effect = 0;         // on it, signed
  double low = 0, high = 0;  // 95 % bootstrap interval over songs
  double share = 0;          // of the sum of the dimension's |effects|: 1 where nothing else moves
  double confidence = 0;     // share of resamples of the songs in which the same attribute moves most
};

struct Leakage {
  // [dimension × attribute]: slope by least squares over the steps, in spreads of the attribute a standard deviation of
  // the dimension, mean over the songs where it can be fitted (two known steps or more); NaN where there is none.
  Matrix effect;
  // The same slopes' absolute values, mean over songs: what moves, though this way in one song and that way in another.
  Matrix movement;
  std::vector<AxisName> axes;  // one a dimension
};

struct LeakageOptions {
  double least_effect = .1;  // spreads a standard deviation
  int n_resamples = 1000;
  uint64_t seed = 0;
};
Leakage leakage(const MeasuredTraversal& traversal, const LeakageOptions& options = {});

}  // namespace songscape
