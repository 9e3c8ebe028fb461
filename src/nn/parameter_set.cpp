#include "nn/parameter_set.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>

#include "core/error.h"
#include "core/random.h"

namespace songscape {

void ParameterSet::check_new(const std::string& name) const {
  for (const auto* list : {&parameters_, &buffers_})
    for (const NamedTensor& t : *list) check(t.name != name, "names of tensors are unique");
}

at::Tensor ParameterSet::add_parameter(std::string name, at::Tensor value) {
  check_new(name);
  value.set_requires_grad(true);
  parameters_.push_back({std::move(name), value});
  return value;
}

at::Tensor ParameterSet::add_buffer(std::string name, at::Tensor value) {
  check_new(name);
  buffers_.push_back({std::move(name), value});
  return value;
}

int64_t ParameterSet::n_values() const {
  int64_t n = 0;
  for (const NamedTensor& p : parameters_) n += p.value.numel();
  return n;
}

at::Device ParameterSet::device() const {
  return parameters_.empty() ? at::Device(at::kCPU) : parameters_.front().value.device();
}

void ParameterSet::move_to(at::Device device) {
  for (auto* list : {&parameters_, &buffers_})
    for (NamedTensor& t : *list)
      if (t.value.device() != device) t.value.set_data(t.value.detach().to(device));
}

Scope Scope::operator/(std::string_view child) const {
  return {set, seed, prefix.empty() ? std::string(child) : prefix + "." + std::string(child)};
}

at::Tensor Scope::uniform(std::string_view name, at::IntArrayRef shape, double bound) const {
  const std::string full = (*this / name).prefix;
  at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(stream_id(full, seed));
  return set.add_parameter(full, at::empty(shape, at::kFloat).uniform_(-bound, bound, generator));
}

at::Tensor Scope::constant(std::string_view name, at::IntArrayRef shape, double value) const {
  return set.add_parameter((*this / name).prefix, at::full(shape, value, at::kFloat));
}

at::Tensor Scope::buffer(std::string_view name, at::IntArrayRef shape, double value) const {
  return set.add_buffer((*this / name).prefix, at::full(shape, value, at::kFloat));
}

}  // namespace songscape
