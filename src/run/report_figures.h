// The figures of one run's folder, drawn from what the run's other steps left there.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "data/library_index.h"
#include "report/classes.h"
#include "report/figure.h"
#include "run/grouping.h"
#include "run/labels.h"
#include "run/open_run.h"

namespace songscape {

Figure training_curves_figure(const std::filesystem::path& run);

// Six songs of the validation part (or fewer), spread over the label's classes where there are labels: original,
// reconstruction from the mean, difference.
Figure reconstruction_figure(OpenRun& run, const std::shared_ptr<const LibraryIndex>& library, const SongLabel* label);

Figure cluster_selection_figure(const Grouping& grouping, const SongLabel* label);

// A library's label with its families, where a column "family" tells each class's.
Classes classes_of(const SongLabel& label, const std::vector<SongLabel>& all);

// A row of maps: one panel for the clusters, one for the label, one for each further label of at most 12 classes.
// The same map once for each label of at most 24 classes, and each factor in its quarters.
Figure attributes_map_figure(MatrixView positions, const std::string& method, const LibraryIndex& library,
                             const std::vector<SongLabel>& labels);

struct MapFigureRequest {
  MatrixView positions;
  std::string method;  // "t-SNE"
  double trustworthiness;
  const std::vector<int32_t>& clusters;
  const std::vector<SongLabel>& labels;
  std::string label;
};
Figure map_figure(const MapFigureRequest& request);

}  // namespace songscape
