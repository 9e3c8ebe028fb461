// Splits of rows, and how a run's data.json keeps them.
#pragma once

#include <string>

#include "core/json.h"
#include "data/split.h"

namespace songscape {

// Every row its own group: for arrays.
Split split_rows(int64_t n_rows, double fraction = 0.2, uint64_t seed = 0);

// {"train_rows": […], "validation_rows": […]}
Json split_to_json(const Split& split);
// Error `damaged` where a list is missing, a row repeats, or lies outside 0 … n_rows−1.
Split split_from_json(const Json& json, int64_t n_rows, const std::string& where);

}  // namespace songscape
