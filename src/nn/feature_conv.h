// Convolutions along a song's features, for models of a few dozen values: each stage halves their number.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nn/parameter_set.h"

namespace songscape {

// [batch, n_values] → [batch, n_out()]: a stage of kernel 3, stride 2 and padding 1 for each number of channels, each
// followed by the activation.
class FeatureConv {
 public:
  FeatureConv(const Scope& scope, int64_t n_values, const std::vector<int64_t>& channels, std::string activation);
  int64_t n_out() const { return n_out_; }
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  struct Stage {
    at::Tensor weight, bias;  // [channels, channels before, 3]
  };
  std::vector<Stage> stages_;
  std::string activation_;
  int64_t n_out_;
};

// Its mirror, [batch, n_in()] → [batch, n_values], without an activation after the last stage.
class FeatureConvTranspose {
 public:
  FeatureConvTranspose(const Scope& scope, int64_t n_values, const std::vector<int64_t>& channels,
                       std::string activation);
  int64_t n_in() const { return n_in_; }
  at::Tensor operator()(const at::Tensor& h) const;

 private:
  struct Stage {
    at::Tensor weight, bias;  // [channels before, channels, 3]
    int64_t n_values;         // that it makes of half as many
  };
  std::vector<Stage> stages_;
  std::string activation_;
  int64_t n_in_;
};

}  // namespace songscape
