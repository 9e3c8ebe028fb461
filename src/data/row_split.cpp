#include "data/row_split.h"

#include <nlohmann/json.hpp>
#include <set>

#include "core/error.h"

namespace songscape {

Split split_rows(int64_t n_rows, double fraction, uint64_t seed) {
  std::vector<SplitItem> items;
  for (int64_t i = 0; i < n_rows; ++i) items.push_back({static_cast<int32_t>(i), "row " + std::to_string(i)});
  return split_by_group(items, fraction, seed);
}

Json split_to_json(const Split& split) { return {{"train_rows", split.train}, {"validation_rows", split.validation}}; }

Split split_from_json(const Json& json, int64_t n_rows, const std::string& where) {
  Split split;
  std::set<int64_t> seen;
  const auto take = [&](const char* key, std::vector<int64_t>& rows) {
    if (!json.contains(key) || !json[key].is_array())
      fail(ExitCode::damaged, {.what = std::string("the split lacks '") + key + "'",
                               .where = where,
                               .seen = {},
                               .wanted = "a list of rows",
                               .fix = {}});
    for (const Json& row : json[key]) {
      const bool is_good = row.is_number_integer() && row.get<int64_t>() >= 0 && row.get<int64_t>() < n_rows &&
                           seen.insert(row.get<int64_t>()).second;
      if (!is_good)
        fail(ExitCode::damaged, {.what = std::string("a row of '") + key + "' is out of range or stands twice",
                                 .where = where,
                                 .seen = row.dump(),
                                 .wanted = "0 to " + std::to_string(n_rows - 1) + ", each once",
                                 .fix = {}});
      rows.push_back(row.get<int64_t>());
    }
  };
  take("train_rows", split.train);
  take("validation_rows", split.validation);
  return split;
}

}  // namespace songscape
