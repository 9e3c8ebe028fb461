// The named tensors of a model: what the optimiser steps and what a weights file holds.  Layers register theirs here
// under a dotted name ("encoder.0.weight"), in the order of their construction.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <string_view>
#include <vector>

namespace songscape {

struct NamedTensor {
  std::string name;
  at::Tensor value;
};

class ParameterSet {
 public:
  // The tensor itself is kept: whoever holds it sees every later change.  Names are unique.
  at::Tensor add_parameter(std::string name, at::Tensor value);  // trained; f32
  at::Tensor add_buffer(std::string name, at::Tensor value);     // stored, not trained
  const std::vector<NamedTensor>& parameters() const { return parameters_; }
  const std::vector<NamedTensor>& buffers() const { return buffers_; }
  int64_t n_values() const;  // of the trained ones
  at::Device device() const;
  // All of them, in place: whoever holds one holds it there.
  void move_to(at::Device device);

 private:
  void check_new(const std::string& name) const;
  std::vector<NamedTensor> parameters_, buffers_;
};

// Parameters whose names begin so are stepped by an optimiser of their own.
struct ParameterGroup {
  std::string prefix;
  double lr_factor = 1;  // their learning rate over the others'
  double beta1 = .9;     // Adam's decay of the gradient's mean
};

// Where a layer registers: a place in the tree of names, and the seed that its first weights come from.  First weights
// depend on (seed, name, shape) alone.
struct Scope {
  ParameterSet& set;
  uint64_t seed = 0;
  std::string prefix = {};
  Scope operator/(std::string_view child) const;

  // U(−bound, bound), f32.
  at::Tensor uniform(std::string_view name, at::IntArrayRef shape, double bound) const;
  at::Tensor constant(std::string_view name, at::IntArrayRef shape, double value) const;
  at::Tensor buffer(std::string_view name, at::IntArrayRef shape, double value) const;
};

}  // namespace songscape
