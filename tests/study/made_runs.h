// Runs with made-up figures, so that tests know what a comparison must say of them.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "core/random.h"
#include "study/comparison.h"

namespace songscape {

inline constexpr int kMadeSongs = 120, kMadeClasses = 4;

inline SongLabel made_label() {
  SongLabel label{"genre", {"a", "b", "c", "d"}, {}};
  for (int s = 0; s < kMadeSongs; ++s) label.codes.push_back(s % kMadeClasses);
  return label;
}

// Clusters that are right for a share of the songs, at random for the others.
inline SongGroups made_groups(const std::string& features, const std::string& algorithm, double share, uint64_t seed) {
  Random random(seed, stream_id("groups"));
  SongGroups g{features, algorithm, "train", features != kLatents, kMadeClasses, {}, {}};
  for (int s = 0; s < kMadeSongs; ++s) {
    g.songs.push_back(s);
    g.clusters.push_back(
        static_cast<int32_t>(random.uniform() < share ? s % kMadeClasses : random.below(kMadeClasses)));
  }
  return g;
}

struct MadeRun {
  std::string model = "conv_vae";
  int64_t seed = 1;
  double mse = .01;           // mean over songs; songs differ by .002
  double right = .5;          // share of songs in the right cluster
  double control_right = .4;  // of the control "39 features"
  std::string size = "compact";
};

inline StudyRun made_run(const MadeRun& m) {
  StudyRun run;
  run.facts.model = m.model;
  run.facts.size = m.size;
  run.facts.seed = m.seed;
  run.facts.name = m.model + "-s" + std::to_string(m.seed);
  run.facts.path = run.facts.name;
  run.facts.settings = {{"latent_dim", "8"}, {"train.lr", "0.001"}};
  run.facts.best_validation_loss = 1;
  run.facts.is_finished = true;
  run.facts.hundred_epochs = {.hours = 1.5, .n_steps = 400};
  run.n_parameters = 2'900'000;
  for (int s = 0; s < kMadeSongs; ++s) {
    run.held_out.push_back(s);
    run.reconstruction.mse.push_back(m.mse + .002 * std::sin(s));
    run.reconstruction.edge_energy.push_back(.5);
    run.reconstruction.onset_correlation.push_back(s == 0 ? std::nan("") : .7);
  }
  const auto seed = static_cast<uint64_t>(m.seed);
  run.groups.groups = {made_groups(kLatents, "kmeans", m.right, seed),
                       made_groups("39 features", "kmeans", m.control_right, 99),
                       made_groups("raw mel", "kmeans", .1, 98)};
  return run;
}

inline Comparison made_comparison(std::vector<MadeRun> runs) {
  Comparison c;
  for (const MadeRun& m : runs) c.runs.push_back(made_run(m));
  c.labels = {made_label()};
  c.label = "genre";
  c.n_judged = kMadeSongs;
  estimate(c, 1);
  return c;
}

}  // namespace songscape
