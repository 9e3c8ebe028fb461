// The proofs by name.  Adding one: its file, its line here and in proofs.cpp.
#pragma once

#include <vector>

#include "proof/context.h"

namespace songscape {

ProofSpec smoothness_proof();
ProofSpec filters_proof();
ProofSpec reconstruction_proof();
ProofSpec disentanglement_proof();
ProofSpec separation_proof();
ProofSpec generate_proof();
ProofSpec traversal_proof();
ProofSpec clustering_comparison_proof();
ProofSpec gmm_components_proof();
ProofSpec soft_clustering_proof();
ProofSpec music_proof();

// In the order in which `prove all` runs them.
const std::vector<ProofSpec>& all_proofs();

}  // namespace songscape
