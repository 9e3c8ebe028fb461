// Who attracts whom on a t-SNE map (van der Maaten and Hinton 2008, equations 1 and 10, over the nearest neighbours).
#pragma once

#include "core/matrix.h"
#include "stats/neighbour_graph.h"

namespace songscape {

// p_j|i = exp(−β_i d²) over each row's ⌈3 · perplexity⌉ nearest, β_i such that the entropy is log(perplexity);
// p_ij = (p_j|i + p_i|j) / 2n.  x: at least two rows, finite; 1 ≤ perplexity.
Graph tsne_affinities(MatrixView x, double perplexity);

}  // namespace songscape
