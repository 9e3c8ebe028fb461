// A term that any encoder can be taught by: two views of one song should lie near each other, and apart from the other
// songs of the batch.  NT-Xent of Chen et al. 2020, "A simple framework for contrastive learning of visual
// representations", eq. 1, on the posterior means themselves.  No label takes part.
#pragma once

#include "nn/song_views.h"

namespace songscape {

struct AgreementConfig {
  double weight = 0;
  double temperature = 0.2;
  SongViewConfig views;
  template <class V>
  void visit(V& v) {
    v("weight", weight, "nats a song that the agreement of two views of a song counts; 0: not used", Range{0, 1e9});
    v("temperature", temperature, "below 1: near songs count for more", Range{1e-3, 100});
    v.section("views", views);
  }
  bool operator==(const AgreementConfig&) const = default;
};

// −log of the share that a song's other view has among all other views of the batch, by exp(cosine / temperature):
// mean over 2 · batch views, scalar; 0 where the batch is one song.  a, b: [batch, latent_dim].
at::Tensor nt_xent(const at::Tensor& a, const at::Tensor& b, double temperature);

class Agreement {
 public:
  Agreement(const AgreementConfig& config, int64_t n_bands);
  // Adds the term "agreement" to what the model's own loss gave for the batch.
  void add_to(VaeLoss& loss, Vae& model, const Batch& batch, Pass& pass) const;

 private:
  AgreementConfig config_;
  SongViews views_;
};

}  // namespace songscape
