// What z is expected to be, and how it is drawn.
//
// standard: N(0, I).  mixture: Gaussians with diagonal covariances, learnt.  planar, coupling: z = f⁻¹(ε), ε ~ N(0, I),
// where f is a chain of planar steps f(z) = z + u tanh(wᵀz + b) (Rezende & Mohamed 2015, "Variational inference with
// normalizing flows", eq. 10, and its appendix for wᵀu ≥ −1), inverted by a scalar equation each; or of affine
// couplings (Dinh, Sohl-Dickstein & Bengio 2017, "Density estimation using Real NVP", eq. 7), which are the stronger of
// both.
//
// Told a context (classes such as tempo, key, time signature), a small network gives p(ε|context), a Gaussian, or for a
// mixture the weights of its components.  It learns from z as it is and moves nothing else.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "nn/layers.h"
#include "nn/mixture_parameters.h"
#include "nn/transformer.h"

namespace songscape {

struct PriorConfig {
  std::string kind = "standard";
  int64_t n_components = 8;
  int64_t n_steps = 6;
  int64_t hidden_dim = 64;
  bool context = false;
  template <class V>
  void visit(V& v) {
    v("kind", kind, "N(0, I), a learnt mixture of Gaussians, or a normalising flow",
      OneOf{"standard", "mixture", "planar", "coupling"});
    v("n_components", n_components, "mixture: Gaussians", Range{2, 4096});
    v("n_steps", n_steps, "planar, coupling: steps of the flow", Range{1, 64});
    v("hidden_dim", hidden_dim, "coupling, context: hidden units of each small network", Range{1, 65536});
    v("context", context, "learn p(z given tempo, key and time signature) as well");
  }
  bool operator==(const PriorConfig&) const = default;
};

// Both ways through a flow's step; log_det: log |det ∂f/∂z|, [n].
struct FlowStep {
  struct Result {
    at::Tensor value, log_det;
  };
  virtual ~FlowStep() = default;
  virtual Result towards_noise(const at::Tensor& z) const = 0;
  virtual at::Tensor towards_z(const at::Tensor& noise) const = 0;  // without gradients
};

class LatentPrior {
 public:
  // context_sizes: how many classes each part of a context has.
  LatentPrior(const Scope& scope, const PriorConfig& config, int64_t latent_dim,
              const std::vector<int64_t>& context_sizes);

  bool is_standard() const { return config_.kind == "standard"; }
  // log p(z), [n].  z: [n, latent_dim]
  at::Tensor log_density(const at::Tensor& z) const;
  at::Tensor sample(int64_t n, at::Generator& noise) const;  // [n, latent_dim], without gradients

  bool has_context() const { return context_.has_value(); }
  // log p(z|context), [n], that moves the small network alone; z is detached.  context: [n, parts] int64, −1: not told.
  at::Tensor log_density_given(const at::Tensor& z, const at::Tensor& context) const;
  at::Tensor sample_given(const at::Tensor& context, at::Generator& noise) const;  // a row for each

  std::optional<LatentMixture> mixture() const;

 private:
  struct Context {
    std::vector<TokenTable> tables;  // one more row: not told
    Linear hidden, out;
  };
  at::Tensor told(const at::Tensor& context) const;
  FlowStep::Result towards_noise(const at::Tensor& z) const;
  at::Tensor towards_z(at::Tensor noise) const;

  PriorConfig config_;
  int64_t latent_dim_;
  std::optional<MixtureParameters> mixture_;
  std::vector<std::unique_ptr<FlowStep>> steps_;
  std::optional<Context> context_;
};

// log q(z), [n], of each row's own Gaussian.
at::Tensor log_normal(const at::Tensor& z, const Posterior& posterior);

}  // namespace songscape
