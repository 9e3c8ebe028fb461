// Small pictures in rows and columns: what a latent dimension does step by step, the filters of a layer, samples of a
// class.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/matrix.h"
#include "report/figure.h"

namespace songscape {

struct Tile {
  MatrixView values = {};             // [n_rows × n_columns]; the first row lies lowest.  Empty: the place stays free
  std::string title = {}, note = {};  // above and below
  int colour = -1;                    // of kClassColours, as a frame; −1: a thin grey one
};

struct TileFigure {
  std::string title = {}, caption = {};
  std::vector<Tile> tiles = {};  // row by row
  int n_columns = 1;
  std::vector<std::string> row_names = {}, column_names = {};  // each empty, or one a row or column
  double tile_width = 100, tile_height = 70;
  std::string x_label = {}, y_label = {};  // of each tile's axes, said once
  bool is_diverging = false;               // colours about 0, else from low to high
  double low = 0, high = 1;                // values at the ends of the colour bar (diverging: −high … high)
  std::string unit = {};                   // of the colour bar
};
Figure draw_tiles(const TileFigure& figure);

}  // namespace songscape
