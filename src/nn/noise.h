// Random numbers for tensors, keyed by what they are for: the same in any order and after any interruption.
//
// A stream belongs to the device that draws it: the same seed gives the same numbers on the CPU always, and on a GPU on
// every GPU for which CUDA runs the kernels with as many threads; CPU and GPU draw different ones.  Whoever wants a GPU
// to train as the CPU does, song by song, hands it a CPU generator: what is drawn then goes over to the tensors'
// device.
#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string_view>

namespace songscape {

// A generator at the start of the stream (seed, purpose, a, b), for training steps a is the epoch, b the step: the
// GPU's own where `device` is one, else the CPU's.
at::Generator noise_for(uint64_t seed, std::string_view purpose, uint64_t a = 0, uint64_t b = 0,
                        at::Device device = at::kCPU);
// What that generator is seeded with, for one that is used again and again.
uint64_t noise_seed(uint64_t seed, std::string_view purpose, uint64_t a = 0, uint64_t b = 0);

// Drawn on the generator's device, f32 (or f64) on `device`.
at::Tensor normal_noise(at::IntArrayRef shape, at::Generator& noise, at::Device device);
at::Tensor uniform_noise(at::IntArrayRef shape, double low, double high, at::Generator& noise, at::Device device,
                         at::ScalarType type = at::kFloat);
// 1 with this probability, else 0.
at::Tensor coin_noise(at::IntArrayRef shape, double probability, at::Generator& noise, at::Device device);
// Each value 1 with the probability that stands in its place, else 0.
at::Tensor coins(const at::Tensor& probabilities, at::Generator& noise);
// Whole numbers below `end`, int64.
at::Tensor index_noise(at::IntArrayRef shape, int64_t end, at::Generator& noise, at::Device device);
// n places, each of weights [places], with replacement; int64.
at::Tensor drawn_places(const at::Tensor& weights, int64_t n, at::Generator& noise);

}  // namespace songscape
