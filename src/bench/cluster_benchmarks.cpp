// Groups and neighbours of 20,000 rows of 128 columns.
#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "bench/inputs.h"
#include "bench/judging.h"
#include "cluster/gaussian_mixture.h"
#include "cluster/kmeans.h"
#include "cluster/ward.h"
#include "core/text.h"
#include "data/npy.h"
#include "metrics/adjusted_rand.h"
#include "metrics/silhouette.h"
#include "stats/neighbours.h"

namespace songscape {
namespace {

constexpr int64_t kRows = 20000, kClouds = 50, kNeighbours = 15;

void write_input(const fs::path& folder, double scale) {
  write_clouds(folder, scaled(kRows, scale, 2 * kClouds), kClouds);
}

std::shared_ptr<const Matrix> rows_of(const fs::path& folder) {
  return std::make_shared<const Matrix>(read_npy_matrix(folder / "x.npy"));
}

std::vector<int32_t> read_labels(const fs::path& path) {
  const std::vector<int64_t> read = NpyFile(path).read_integers();
  return {read.begin(), read.end()};
}

BenchJob prepare_kmeans(const fs::path& folder) {
  const auto inertia = std::make_shared<double>();
  return {.run = [x = rows_of(folder), inertia] { *inertia = fit_kmeans(*x, {.k = kClouds}).inertia; },
          .answer =
              [inertia] {
                return Json{{"inertia", *inertia}};
              }};
}

Judgement judge_kmeans(const fs::path&, const Json& ours, const Json& peer) {
  const double theirs = peer.at("inertia").get<double>();
  return judge_not_above("inertia", ours.at("inertia").get<double>(), theirs, theirs / 1000);
}

BenchJob prepare_silhouette(const fs::path& folder) {
  const auto score = std::make_shared<double>();
  return {.run = [x = rows_of(folder), labels = read_labels(folder / "labels.npy"),
                  score] { *score = silhouette(*x, labels); },
          .answer =
              [score] {
                return Json{{"score", *score}};
              }};
}

Judgement judge_silhouette(const fs::path&, const Json& ours, const Json& peer) {
  const double a = ours.at("score").get<double>(), b = peer.at("score").get<double>();
  return {std::abs(a - b) <= 1e-6, "silhouette " + format_number(a, 8) + " against " + format_number(b, 8)};
}

BenchJob prepare_ward(const fs::path& folder) {
  const auto labels = std::make_shared<std::vector<int32_t>>();
  return {.run = [x = rows_of(folder), labels] { *labels = cut_ward_tree(build_ward_tree(*x), kClouds); },
          .answer =
              [folder, labels] {
                write_npy<int32_t>(folder / kOurFile, {static_cast<int64_t>(labels->size())}, *labels);
                return Json::object();
              }};
}

// Rounding may turn one near tie in 20,000 merges around.
Judgement judge_ward(const fs::path& folder, const Json&, const Json&) {
  const double ari = adjusted_rand_index(read_labels(folder / kPeerFile), read_labels(folder / kOurFile));
  return {ari >= 0.99, "adjusted Rand index between both " + format_number(ari, 5)};
}

BenchJob prepare_gmm(const fs::path& folder) {
  const auto fit = std::make_shared<GaussianMixture>();
  return {.run = [x = rows_of(folder), fit] { *fit = fit_gaussian_mixture(*x, {.k = kClouds}); },
          .answer =
              [fit] {
                return Json{{"log_likelihood", fit->mean_log_likelihood}};
              }};
}

Judgement judge_gmm(const fs::path&, const Json& ours, const Json& peer) {
  const double theirs = peer.at("log_likelihood").get<double>();
  return judge_not_below("mean log-likelihood", ours.at("log_likelihood").get<double>(), theirs,
                         std::abs(theirs) / 1000);
}

BenchJob prepare_knn(const fs::path& folder) {
  const auto found = std::make_shared<Neighbours>();
  return {.run = [x = rows_of(folder), found] { *found = find_neighbours(*x, kNeighbours); },
          .answer =
              [folder, found] {
                write_npy<int32_t>(folder / kOurFile, {found->n_rows, found->k}, found->index);
                return Json::object();
              }};
}

Judgement judge_knn(const fs::path& folder, const Json&, const Json&) {
  const BothResults r = read_results(folder);
  int64_t n_shared = 0;
  for (int64_t i = 0; i < r.ours.n_rows; ++i) {
    const auto ours = r.ours.row(i), peer = r.peer.row(i);
    const std::set<float> known(peer.begin(), peer.end());
    n_shared += std::ranges::count_if(ours, [&](float j) { return known.contains(j); });
  }
  const double share = static_cast<double>(n_shared) / static_cast<double>(r.ours.values.size());
  return {share >= 0.999, "shared neighbours " + format_number(share, 5)};
}

Benchmark row(const std::string& name, double goal, const std::string& job, const std::string& equality) {
  return {.name = name,
          .job = "20,000 × 128, 50 overlapping clouds: " + job,
          .equality = equality,
          .peers = {{"scikit-learn", goal, "sklearn_cluster.py", {"{threads}", name, "{folder}"}}},
          .write_input = write_input,
          .prepare = {},
          .judge = {}};
}

}  // namespace

std::vector<Benchmark> cluster_benchmarks() {
  Benchmark kmeans = row("kmeans", 4, "k-means, k 50, 10 starts", "inertia at most .1 % above");
  kmeans.prepare = prepare_kmeans, kmeans.judge = judge_kmeans;
  Benchmark score = row("silhouette", 8, "mean silhouette of the clouds", "within .000001");
  score.prepare = prepare_silhouette, score.judge = judge_silhouette;
  Benchmark ward = row("ward", 4, "Ward's tree, cut into 50", "adjusted Rand index of the two partitions at least .99");
  ward.prepare = prepare_ward, ward.judge = judge_ward;
  Benchmark gmm = row("gmm", 1, "Gaussian mixture, 50 components, diagonal", "mean log-likelihood at most .1 % lower");
  gmm.prepare = prepare_gmm, gmm.judge = judge_gmm;
  Benchmark knn =
      row("knn", 1, "the 15 nearest other rows of each, exact", "at least .999 of the neighbours are shared");
  knn.prepare = prepare_knn, knn.judge = judge_knn;
  return {kmeans, score, ward, gmm, knn};
}

}  // namespace songscape
