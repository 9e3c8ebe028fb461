// The peers of the timed benchmarks on this machine: a Python virtual environment, and scripts.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "bench/benchmark.h"

namespace songscape {

inline constexpr const char* kPeersFix =
    "run 'make bench' in the checkout: it makes .deps/peers of bench/requirements.txt";

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

}  // namespace songscape
