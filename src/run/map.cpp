#include "run/map.h"

#include <map>
#include <nlohmann/json.hpp>

#include "cluster/tsne.h"
#include "cluster/umap.h"
#include "core/csv.h"
#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "data/npy.h"
#include "metrics/trustworthiness.h"
#include "report/table.h"
#include "run/encode.h"

namespace songscape {
namespace {

constexpr int64_t kTrustNeighbours = 5;

// map_quality.csv keeps the last row of each method.
void keep_quality(const fs::path& file, const std::string& method, double trustworthiness) {
  std::map<std::string, std::string> rows;
  if (fs::exists(file))
    for (const auto& row : read_csv(file).rows)
      if (row.size() == 3) rows[row[0]] = row[2];
  rows[method] = format_number(trustworthiness);
  Table table{{"method", "neighbours", "trustworthiness"}, {}};
  for (const auto& [name, value] : rows)
    table.add({name, kTrustNeighbours, parse_number(value) ? Cell(*parse_number(value)) : Cell()});
  table.write_csv(file);
}

}  // namespace

MapResult map_run(const MapRequest& request) {
  const SongLatents latents = latents_of(request.run, request.library);
  const bool is_tsne = request.method == "tsne";
  check(is_tsne || request.method == "umap", "the map's method is umap or tsne");
  MapResult result;
  result.positions =
      is_tsne ? tsne(latents.songs, {.seed = request.seed}) : umap(latents.songs, {.seed = request.seed});
  result.n_neighbours = kTrustNeighbours;
  result.trustworthiness = trustworthiness(latents.songs, result.positions, kTrustNeighbours);
  const fs::path out = results_folder(request.run, request.library);
  write_npy(out / (request.method + "_2d.npy"), result.positions);
  keep_quality(out / "map_quality.csv", request.method, result.trustworthiness);
  return result;
}

}  // namespace songscape
