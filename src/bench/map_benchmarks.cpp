// Maps of 20,000 rows of 128 columns.
#include <memory>
#include <nlohmann/json.hpp>

#include "bench/inputs.h"
#include "bench/judging.h"
#include "bench/map_quality.h"
#include "cluster/tsne.h"
#include "cluster/umap.h"
#include "core/random.h"
#include "data/npy.h"

namespace songscape {
namespace {

constexpr int64_t kRows = 20000, kClouds = 50, kLeastRows = 500;
constexpr size_t kJudged = 2000;

void write_input(const fs::path& folder, double scale) {
  write_clouds(folder, scaled(kRows, scale, kLeastRows), kClouds);
}

BenchJob job_of(const fs::path& folder, std::function<Matrix(MatrixView)> draw) {
  const auto map = std::make_shared<Matrix>();
  return {.run = [x = std::make_shared<const Matrix>(read_npy_matrix(folder / "x.npy")), map,
                  draw = std::move(draw)] { *map = draw(*x); },
          .answer =
              [folder, map] {
                write_npy(folder / kOurFile, *map);
                return Json::object();
              }};
}

Judgement judge(const fs::path& folder, const Json&, const Json&) {
  const Matrix x = read_npy_matrix(folder / "x.npy");
  const BothResults maps = read_results(folder);
  Random random(0);
  std::vector<int64_t> rows = permutation(x.n_rows, random);
  rows.resize(std::min(rows.size(), kJudged));
  return judge_not_below("trustworthiness", trustworthiness_of(rows, x, maps.ours),
                         trustworthiness_of(rows, x, maps.peer), 0.005);
}

Benchmark row(const std::string& name, const std::string& method, const std::string& peer,
              std::function<Matrix(MatrixView)> draw) {
  return {.name = name,
          .job = "20,000 × 128, 50 overlapping clouds: " + method + " in two dimensions",
          .equality = "trustworthiness (5 neighbours) of 2,000 rows among all: at most .005 lower",
          .peers = {{peer, 3, "maps.py", {"{threads}", name, "{folder}"}}},
          .write_input = write_input,
          .prepare = [draw = std::move(draw)](const fs::path& folder) { return job_of(folder, draw); },
          .judge = judge};
}

}  // namespace

std::vector<Benchmark> map_benchmarks() {
  return {row("tsne", "t-SNE, perplexity 30", "openTSNE", [](MatrixView x) { return tsne(x, {}); }),
          row("umap", "UMAP, 15 neighbours", "umap-learn", [](MatrixView x) { return umap(x, {}); })};
}

}  // namespace songscape
