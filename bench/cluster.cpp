// bench_cluster DATA.npy K THREADS JOB: one line of JSON with the wall and processor seconds of a clustering job
// (reading the data and scoring the result are left out) and its quality.  bench/peers/sklearn_cluster.py is its
// counterpart.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <map>
#include <string>

#include "cluster/clusterer.h"
#include "cluster/kmeans.h"
#include "cluster/tsne.h"
#include "cluster/umap.h"
#include "core/parallel.h"
#include "data/npy.h"
#include "metrics/silhouette.h"
#include "metrics/trustworthiness.h"

namespace {

using namespace songscape;

struct Times {
  double wall = 0, cpu = 0;
};

template <class Job>
Times timed(Job job) {
  const auto start = std::chrono::steady_clock::now();
  const std::clock_t cpu = std::clock();
  job();
  return {std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(),
          static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC};
}

void print(const std::string& job, const Times& t, double quality) {
  std::printf("{\"job\": \"%s\", \"wall\": %.4f, \"cpu\": %.4f, \"quality\": %.6g}\n", job.c_str(), t.wall, t.cpu,
              quality);
}

void map_job(const std::string& job, MatrixView x) {
  Matrix map;
  const Times t = timed([&] { map = job == "tsne" ? tsne(x, {}) : umap(x, {}); });
  print(job, t, trustworthiness(x, map));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5)
    return std::fprintf(stderr, "usage: bench_cluster DATA.npy K THREADS kmeans|silhouette|ward|gmm|tsne|umap\n"), 2;
  const Matrix x = read_npy_matrix(argv[1]);
  const int64_t k = std::atol(argv[2]);
  set_worker_threads(std::atoi(argv[3]));
  const std::string job = argv[4];
  if (job == "kmeans") {
    KMeans fit;
    const Times t = timed([&] { fit = fit_kmeans(x, {.k = k}); });
    print(job, t, fit.inertia);
  } else if (job == "silhouette") {
    std::vector<int32_t> labels;
    for (int64_t i = 0; i < x.n_rows; ++i) labels.push_back(static_cast<int32_t>(i % k));
    double score = 0;
    const Times t = timed([&] { score = silhouette(x, labels); });
    print(job, t, score);
  } else if (job == "ward" || job == "gmm") {
    Clustering fit;
    const Times t = timed([&] { fit = fit_clusters(parse_cluster_algorithms(job)[0], x, k, 0); });
    double within = 0;
    for (int64_t i = 0; i < x.n_rows; ++i)
      for (int64_t j = 0; j < x.n_cols; ++j) {
        const double difference = x(i, j) - fit.centres(fit.labels[static_cast<size_t>(i)], j);
        within += difference * difference;
      }
    print(job, t, within);
  } else {
    map_job(job, x);
  }
  return 0;
}
