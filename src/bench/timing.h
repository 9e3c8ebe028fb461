// A timed benchmark, run: ours and its peers as long-lived processes that do their jobs in turn, on the same cores.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bench/benchmark.h"
#include "core/error.h"

namespace songscape {

// Where the peers live.
struct PeerPlace {
  std::filesystem::path python;   // the interpreter of the peers' virtual environment
  std::filesystem::path scripts;  // the folder bench/peers
};

// $SONGSCAPE_PEER_PYTHON and $SONGSCAPE_PEERS, else .deps/peers/bin/python and bench/peers of the working folder.
PeerPlace peer_place();

// Error `failed` where the interpreter or a script of these benchmarks is not there.
void require_peers(const PeerPlace& place, const std::vector<const Benchmark*>& wanted);

// (package, version) of the interpreter and of what bench/requirements.txt names, those that are there.
std::vector<std::pair<std::string, std::string>> peer_versions(const PeerPlace& place);

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
  Verdict verdict;
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
