#include "proof/proofs.h"

namespace songscape {

const std::vector<ProofSpec>& all_proofs() {
  static const std::vector<ProofSpec> proofs{smoothness_proof(),      filters_proof(),    reconstruction_proof(),
                                             disentanglement_proof(), separation_proof(), generate_proof()};
  return proofs;
}

}  // namespace songscape
