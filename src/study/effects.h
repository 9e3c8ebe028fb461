// What share of the differences between trials each swept key accounts for, alone and in pairs: analysis of variance by
// least squares on indicators (Fisher 1925), of type II where a search leaves the design unbalanced: the sum of squares
// of a key is what it adds to all other keys, that of a pair what it adds to all keys.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace songscape {

struct EffectDesign {
  std::vector<std::string> keys;
  std::vector<std::vector<int>> levels;  // [rows][keys], from 0
  std::vector<double> values;            // [rows], finite
};

struct Effect {
  std::vector<size_t> keys;  // one, or a pair
  int64_t n_degrees = 0;     // 0: the design does not tell it from other effects
  double share = 0;          // of the sum of squares about the mean, 0 … 1; NaN where all values are equal
  // Its mean square over that of equal settings (other seeds): about 1 where nothing but seeds speaks.  NaN where no
  // setting has two rows, or these are equal.
  double f_ratio = 0;
};

// Keys first, then pairs where `with_pairs`.
std::vector<Effect> effects_of(const EffectDesign& design, bool with_pairs);
// The share of differences between rows of equal levels: seeds.
double seed_share(const EffectDesign& design);

}  // namespace songscape
