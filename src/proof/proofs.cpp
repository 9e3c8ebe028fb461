#include "proof/proofs.h"

namespace songscape {

const std::vector<ProofSpec>& all_proofs() {
  static const std::vector<ProofSpec> proofs{
      smoothness_proof(),     filters_proof(),        reconstruction_proof(), disentanglement_proof(),
      traversal_proof(),      separation_proof(),     generate_proof(),       clustering_comparison_proof(),
      gmm_components_proof(), soft_clustering_proof(), music_proof()};
  return proofs;
}

}  // namespace songscape
