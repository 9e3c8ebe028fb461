// Training steps of the documents' sizes beside PyTorch's.
#include <cmath>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>

#include "bench/benchmark.h"
#include "bench/steps.h"
#include "core/file.h"
#include "core/text.h"

namespace songscape {
namespace {

constexpr int64_t kSteps = 3;  // a job
// What our own allocator is told (src/cli/allocator.cpp).
constexpr const char* kAllocator = "MALLOC_CONF=oversize_threshold:0,dirty_decay_ms:-1,muzzy_decay_ms:-1,thp:always";
constexpr const char* kJemalloc = "LD_PRELOAD=/usr/lib/x86_64-linux-gnu/libjemalloc.so.2";

Judgement judge(const fs::path&, const Json& ours, const Json& peer) {
  const double a = ours.at("first_error").get<double>(), b = peer.at("first_error").get<double>();
  const bool is_same_size = ours.at("n_parameters") == peer.at("n_parameters");
  return {is_same_size && std::abs(a - b) <= 1e-4 * b, std::to_string(ours.at("n_parameters").get<int64_t>()) +
                                                           " parameters" + (is_same_size ? "" : " (not equal)") +
                                                           ", first error " + format_number(a, 6) + " against " +
                                                           format_number(b, 6)};
}

std::vector<std::string> arguments(const std::string& model, int64_t batch, const std::string& mode) {
  return {"{threads}",     model, std::to_string(batch), mode, std::to_string(kSteps), "{folder}/weights.safetensors",
          "{folder}/x.f32"};
}

Benchmark steps_of(const StepSpec& spec, const std::string& what, const std::string& error,
                   std::vector<BenchPeer> peers) {
  return {.name = "step_" + spec.model,
          .job = std::to_string(kSteps) + " training steps of " + what + ", batch " + std::to_string(spec.batch) +
                 ": forward, backward, Adam",
          .equality = "parameters, and the " + error + " of the first pass by equal weights in f32: within .01 %",
          .peers = std::move(peers),
          .write_input = [spec](const fs::path& folder, double) { write_step_input(spec, folder); },
          .prepare =
              [spec](const fs::path& folder) {
                const auto steps = std::make_shared<BenchSteps>(spec, folder);
                return BenchJob{.run = [steps] { steps->run(kSteps); }, .answer = [steps] { return steps->answer(); }};
              },
          .judge = judge};
}

Benchmark row(const std::string& model, int64_t batch, double goal_eager, double goal_best) {
  return steps_of(
      {model, "spec", batch}, model + " as documented", "mean squared error",
      {{"PyTorch eager f32", goal_eager, "torch_step.py", arguments(model, batch, "eager")},
       {"PyTorch at its best", goal_best, "torch_step.py", arguments(model, batch, "best"), {kAllocator, kJemalloc}}});
}

// What the peer's script writes out: one level of z, which adapts every norm of the decoder.
constexpr const char* kMusicSettings = R"(
structure = false
token_dropout = 0.0
transpose = 0
tempo_shift = 0
latents.hierarchical = false
conditioning.position_aware = false
prior.context = false
loss.free_bits = 0.0
)";

Benchmark music_row() {
  const StepSpec spec{"music_transformer", "compact", 32, kMusicSettings};
  const auto peer_arguments = [](const char* mode) {
    return std::vector<std::string>{"{threads}",     "32", mode, std::to_string(kSteps), "{folder}/weights.safetensors",
                                    "{folder}/x.f32"};
  };
  return steps_of(spec, "music_transformer, compact, 3,000 tokens", "-log p of a token",
                  {{"PyTorch eager f32", 4, "torch_music_step.py", peer_arguments("eager")},
                   {"PyTorch at its best", 2, "torch_music_step.py", peer_arguments("best"), {kAllocator, kJemalloc}}});
}

}  // namespace

std::vector<Benchmark> step_benchmarks() {
  return {row("conv_vae", 16, 5, 1.3), row("basic_vae", 32, 1.3, 1.3), music_row()};
}

}  // namespace songscape
