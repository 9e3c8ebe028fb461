// Our side of every timed benchmark, on the smallest input.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "audio/features.h"
#include "audio/griffin_lim.h"
#include "audio/mel_filters.h"
#include "bench/benchmark.h"
#include "bench/inputs.h"
#include "bench/judging.h"
#include "bench/map_quality.h"
#include "bench/spectra.h"
#include "core/random.h"
#include "data/npy.h"
#include "metrics/trustworthiness.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

class BenchJobs : public testing::TestWithParam<std::string> {};

TEST_P(BenchJobs, DoTheirWorkAgainAndAgainAndAreEqualToThemselvesOnly) {
  const Benchmark& benchmark = *find_benchmark(GetParam());
  const TemporaryFolder folder;
  benchmark.write_input(folder.path(), 0.001);
  const BenchJob job = benchmark.prepare(folder.path());
  job.run();
  const Json first = job.answer();
  const fs::path ours = folder.path() / kOurFile, peer = folder.path() / kPeerFile;
  if (fs::exists(ours)) fs::copy_file(ours, peer);
  job.run();
  const Json second = job.answer();
  EXPECT_TRUE(benchmark.judge(folder.path(), first, second).is_equal);

  Json better;  // no figure of ours reaches it
  for (const auto& [name, value] : first.items()) better[name] = value.get<double>() - 1;
  if (first.contains("log_likelihood")) better["log_likelihood"] = first["log_likelihood"].get<double>() + 1;
  if (first.contains("inertia")) better["inertia"] = first["inertia"].get<double>() / 2;
  if (fs::exists(ours)) {
    fs::rename(peer, folder.path() / "right.npy");
    Matrix wrong = read_npy_matrix(ours);
    fs::rename(ours, peer);  // ours gets what is wrong
    Random random(1);
    for (float& v : wrong.values) v = static_cast<float>(random.below(2));
    if (NpyFile(peer).header().type == NpyType::i4)
      write_npy<int32_t>(ours, NpyFile(peer).header().shape,
                         std::vector<int32_t>(wrong.values.begin(), wrong.values.end()));
    else
      write_npy(ours, wrong);
  }
  EXPECT_FALSE(benchmark.judge(folder.path(), first, better).is_equal);
}

std::vector<std::string> names() {
  std::vector<std::string> out;
  for (const Benchmark& b : benchmarks()) out.push_back(b.name);
  return out;
}
INSTANTIATE_TEST_SUITE_P(All, BenchJobs, testing::ValuesIn(names()),
                         [](const auto& benchmark) { return benchmark.param; });

TEST(Benchmarks, EachSaysWhatItDoesAndHasAPeerWithAScriptAndAGoal) {
  for (const Benchmark& b : benchmarks()) {
    EXPECT_FALSE(b.job.empty() || b.equality.empty()) << b.name;
    ASSERT_FALSE(b.peers.empty()) << b.name;
    for (const BenchPeer& p : b.peers) {
      EXPECT_GE(p.goal, 1) << b.name;
      EXPECT_TRUE(fs::exists(fs::path(SONGSCAPE_SOURCE_DIR) / "bench/peers" / p.script)) << p.script;
    }
  }
}

TEST(MelImage, IsTheMelOfTheWholeExtraction) {
  const TemporaryFolder folder;
  write_clips(folder.path(), 1);
  const Matrix clip = read_npy_matrix(folder.path() / "clips.npy");
  EXPECT_EQ(mel_image(MelFilters(), clip.row(0)), FeatureExtractor(MelReference::full_scale).extract(clip.row(0)).mel);
}

TEST(SpectralConvergence, IsNothingForTheSoundItselfAndOneForSilence) {
  Random random(2);
  std::vector<float> noise(20 * 512);
  for (float& v : noise) v = static_cast<float>(random.uniform(-0.5, 0.5));
  EXPECT_EQ(spectral_convergence(noise, magnitudes_of(noise)), 0);
  EXPECT_NEAR(spectral_convergence(std::vector<float>(noise.size()), magnitudes_of(noise)), 1, 1e-6);
}

TEST(TrustworthinessOf, AllRowsIsThatOfTheMap) {
  Random random(3);
  Matrix x(120, 6), map(120, 2);
  for (float& v : x.values) v = static_cast<float>(random.normal());
  for (int64_t i = 0; i < 120; ++i)
    for (int64_t j = 0; j < 2; ++j) map(i, j) = x(i, j) + static_cast<float>(0.3 * random.normal());
  EXPECT_DOUBLE_EQ(trustworthiness_of(permutation(120, random), x, map), trustworthiness(x, map));
  EXPECT_EQ(trustworthiness_of({5, 17, 80}, x, x), 1);
}

}  // namespace
}  // namespace songscape
