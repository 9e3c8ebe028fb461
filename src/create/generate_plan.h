// What is to be made: places in latent space with where each came from.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/matrix.h"
#include "create/generate.h"
#include "create/run_data.h"

namespace songscape {

struct PlannedItem {
  std::string name;     // of its files
  std::string source;   // "prior", "class prior", "component", "between", "axis", "posterior mean", "the song itself"
  std::string caption;  // for its picture
  std::vector<float> z;
  int64_t label = -1;                 // of a conditional model
  int64_t component = -1;             // of a mixture
  int64_t row = -1, row_b = -1;       // of the songs it came from
  std::optional<double> weight = {};  // of the second song, 0 … 1; along an axis: standard deviations
  std::optional<int64_t> dimension = {};
  int n_valid_frames = 0;
  bool is_original = false;  // the song's own mel, not decoded: what the vocoder alone makes of it
};

// Error `usage` for what the run has not, or for options that do not go together.
std::vector<PlannedItem> plan_generation(RunData& data, const GenerateRequest& request);

// A class by name; Error `usage` naming the nearest.
int64_t find_class(const RunData& data, const std::string& name);

}  // namespace songscape
