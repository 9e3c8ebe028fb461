#include "bench/benchmark.h"

#include <algorithm>

namespace songscape {

const std::vector<Benchmark>& benchmarks() {
  static const std::vector<Benchmark> all = [] {
    std::vector<Benchmark> list;
    for (auto family :
         {step_benchmarks, clip_benchmarks, file_benchmarks, sound_benchmarks, cluster_benchmarks, map_benchmarks})
      for (Benchmark& b : family()) list.push_back(std::move(b));
    return list;
  }();
  return all;
}

const Benchmark* find_benchmark(const std::string& name) {
  const auto it = std::ranges::find(benchmarks(), name, &Benchmark::name);
  return it == benchmarks().end() ? nullptr : &*it;
}

}  // namespace songscape
