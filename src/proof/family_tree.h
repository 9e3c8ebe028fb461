// Whether the classes of a label stand in z as their families do: genres of one family close together.
#pragma once

#include <cstdint>
#include <vector>

#include "core/matrix.h"
#include "proof/context.h"

namespace songscape {

// Adds dendrogram purity of the classes' centres against the column "family", beside shuffled families, and the
// cophenetic correlation; nothing where each class has not one family.  codes: the label's class of each row of z.
void add_family_measures(const ProofContext& context, const SongLabel& label, const std::vector<int32_t>& codes,
                         const Matrix& z, ProofResult& result);

}  // namespace songscape
