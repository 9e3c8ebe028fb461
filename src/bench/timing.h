// A timed benchmark, run: ours and its peers as long-lived processes that do their jobs in turn, on the same cores.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "bench/benchmark.h"
#include "bench/peers.h"
#include "core/error.h"

namespace songscape {

struct TimingRequest {
  std::filesystem::path program;   // this program: it does our side as a child
  std::optional<PeerPlace> peers;  // unset: ours alone
  int n_rounds = 5;                // after one that does not count
  int n_threads = 1;
  double scale = 1;  // of the input's size
};

struct TimedSide {
  std::vector<double> seconds;  // of each round
  int64_t peak_memory_bytes = 0;
};

struct TimedRow {
  std::string name, peer_name;  // peer_name empty: ours alone
  int n_threads = 1;
  double goal = 0;
  TimedSide ours, peer;
  Judgement verdict;
  std::optional<Error> failure;  // of this side; then there is nothing else

  double ratio(size_t round) const { return peer.seconds[round] / ours.seconds[round]; }
  std::vector<double> ratios() const;
  // The ratio's median reaches the goal, with equal results.
  bool is_met() const;
};

double median_of(std::vector<double> values);  // of at least one

// A row a peer, or one without peers.  A peer that fails leaves a row with its failure, the others go on; where ours
// fails, the Error goes through.
std::vector<TimedRow> time_benchmark(const Benchmark& benchmark, const TimingRequest& request);

}  // namespace songscape
