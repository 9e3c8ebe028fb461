// Whether a model repeats its training songs.
//
// A copy lies near one training song and far from the next; a smooth average lies about as far from many.  So what
// tells is the ratio of the distances to the nearest and the second nearest training song (Yoon et al. 2023, "Diffusion
// probabilistic models generalize when they fail to memorize").  Where the line lies is told by the model's
// reconstructions, which are as smooth as its samples: those of training songs are copies, those of songs that it never
// saw are none.
#pragma once

#include <optional>
#include <vector>

#include "core/matrix.h"

namespace songscape {

struct NearestSong {
  double distance = 0;  // Euclidean
  double ratio = 1;     // to that of the second nearest, 0 … 1; 1 where both are 0
};
// Of each query row among the reference rows, of which there are at least two.
std::vector<NearestSong> nearest_songs(MatrixView reference, MatrixView queries);

// The share of copies among songs, were each like those of `copies` or of `no_copies`: with l the ratio midway between
// both medians and s, c, n the shares below it, (s − n) / (c − n), from 0 to 1.  Nothing where c − n is below a
// quarter: copies cannot be told then.
std::optional<double> share_of_copies(const std::vector<NearestSong>& songs, const std::vector<NearestSong>& copies,
                                      const std::vector<NearestSong>& no_copies);

}  // namespace songscape
