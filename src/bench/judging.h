// What several judges share.
#pragma once

#include <filesystem>
#include <string>

#include "bench/benchmark.h"
#include "core/matrix.h"

namespace songscape {

// The files that both sides leave their results in.
inline constexpr const char* kOurFile = "ours.npy";
inline constexpr const char* kPeerFile = "peer.npy";

struct BothResults {
  Matrix ours, peer;
};
// Error `failed` where their shapes differ.
BothResults read_results(const std::filesystem::path& folder);

// The greatest |ours − peer| of two tables of results is at most `tolerance`.
Judgement judge_difference(const BothResults& results, double tolerance, const std::string& unit);

// Of a figure that is better the lower: ours is not above the peer's by more than `slack`.
Judgement judge_not_above(const std::string& figure, double ours, double peer, double slack);
// Of one that is better the higher.
Judgement judge_not_below(const std::string& figure, double ours, double peer, double slack);

}  // namespace songscape
