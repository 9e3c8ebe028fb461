// The `generate` command's work: new things from a trained model, or known ones seen through it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "report/table.h"

namespace songscape {

struct GenerateRequest {
  std::filesystem::path run;
  std::string library = {};                    // other songs than the run's own; empty: those
  std::filesystem::path output;                // a folder that does not exist, or is empty
  std::optional<std::string> class_name = {};  // of a conditional model
  std::optional<int64_t> component = {};       // of a mixture prior, from 0
  std::vector<std::string> between = {};       // two songs
  std::string song = {};                       // to reconstruct, or where a traversal starts
  std::optional<int64_t> traverse = {};        // a latent dimension, from 0
  std::optional<int64_t> n_samples = {};       // 4 of the prior, 10 between two songs, 7 along an axis
  uint64_t seed = 0;
  int n_threads = 1;
};

// Writes to `output`, for every item NAME: NAME.wav (where the model makes mels), NAME.png and .svg, NAME.npy (its mel
// [128 × frames], or the array's shape); and z.npy [n × latent_dim], overview.png and .svg, generation.csv, which is
// also what it returns.  Stopped by Ctrl-C it keeps what is finished, with its table (Error `interrupted`).
// Error `usage` for what the run has not, telling what it has; nothing is written then.
Table generate(const GenerateRequest& request);

}  // namespace songscape
