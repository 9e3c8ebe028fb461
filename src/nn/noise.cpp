#include "nn/noise.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/ops/bernoulli.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/multinomial.h>

#include "core/random.h"

namespace songscape {
namespace {

at::Tensor room(at::IntArrayRef shape, const at::Generator& noise, at::ScalarType type = at::kFloat) {
  return at::empty(shape, at::TensorOptions(noise.device()).dtype(type));
}

}  // namespace

uint64_t noise_seed(uint64_t seed, std::string_view purpose, uint64_t a, uint64_t b) {
  return Random(seed, stream_id(purpose, a, b)).next_u64();
}

at::Generator noise_for(uint64_t seed, std::string_view purpose, uint64_t a, uint64_t b, at::Device device) {
  const uint64_t own = noise_seed(seed, purpose, a, b);
  if (!device.is_cuda()) return at::make_generator<at::CPUGeneratorImpl>(own);
  at::Generator generator = at::detail::getCUDAHooks().getNewGenerator(device.index());
  generator.set_current_seed(own);
  return generator;
}

at::Tensor normal_noise(at::IntArrayRef shape, at::Generator& noise, at::Device device) {
  return room(shape, noise).normal_(0, 1, noise).to(device);
}

at::Tensor uniform_noise(at::IntArrayRef shape, double low, double high, at::Generator& noise, at::Device device,
                         at::ScalarType type) {
  return room(shape, noise, type).uniform_(low, high, noise).to(device);
}

at::Tensor coin_noise(at::IntArrayRef shape, double probability, at::Generator& noise, at::Device device) {
  return room(shape, noise).bernoulli_(probability, noise).to(device);
}

at::Tensor coins(const at::Tensor& probabilities, at::Generator& noise) {
  return at::bernoulli(probabilities.to(noise.device()), noise).to(probabilities.device());
}

at::Tensor index_noise(at::IntArrayRef shape, int64_t end, at::Generator& noise, at::Device device) {
  return room(shape, noise, at::kLong).random_(0, end, noise).to(device);
}

at::Tensor drawn_places(const at::Tensor& weights, int64_t n, at::Generator& noise) {
  return at::multinomial(weights.to(noise.device()), n, true, noise).to(weights.device());
}

}  // namespace songscape
