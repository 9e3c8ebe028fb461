// Figures of runs that read songs with sound and words.
#pragma once

#include <memory>

#include "data/library_index.h"
#include "report/figure.h"
#include "run/open_run.h"

namespace songscape {

// Two held-out songs that have both parts, or either: bars of the 39 features, standardised over the held-out songs,
// and of the strongest words; grey as they are, coloured as the model reconstructs them from the posterior mean.
Figure song_reconstruction_figure(OpenRun& run, const std::shared_ptr<const LibraryIndex>& library);

}  // namespace songscape
