// Maps of songs in two dimensions (t-SNE, UMAP, PCA), one panel a colouring.
#pragma once

#include <string>
#include <vector>

#include "core/matrix.h"
#include "report/classes.h"
#include "report/figure.h"

namespace songscape {

struct MapPanel {
  std::string title = {};     // "k-means, 45 clusters"
  Classes classes = {};       // a label for each row of positions
  bool names_on_map = false;  // each class's name at its median, where there is room: for short names
  MatrixView positions = {};  // a map of its own [n × 2]; empty: the figure's
};

struct SongMap {
  std::string title = {}, caption = {};
  MatrixView positions = {};          // [n × 2]; rows that are not finite are left out and counted in the caption
  std::vector<MapPanel> panels = {};  // side by side, each with its legend
};

// Above 4,000 songs the marks are a bitmap in the SVG too.
Figure draw_map(const SongMap& map);

// The same songs as several models see them, a panel each, with one legend.
struct MapCell {
  std::string title = {};     // "conv_vae"
  MatrixView positions = {};  // [n × 2]
};
struct MapGrid {
  std::string title = {}, caption = {};
  Classes classes = {};  // a label for each row of every cell
  std::vector<MapCell> cells = {};
  int n_columns = 3;
};
Figure draw_map_grid(const MapGrid& grid);

}  // namespace songscape
