// What a library knows of its songs, as disentanglement scores take it.
#pragma once

#include <string>
#include <vector>

#include "metrics/factor.h"
#include "proof/context.h"

namespace songscape {

struct SongFactors {
  // Those that means are taken over: loudness, brightness, register, density and mode where the library has any of
  // them, else every numeric column.
  std::vector<Factor> main;
  // Reported beside them: key (round the circle) and tempo (hard to hear in a decoded mel).
  std::vector<Factor> apart;
  std::vector<std::string> left_out;  // "loudness: the clips' own reference erases level"
};

// A value for each of judged.songs.  Factors that are constant or unknown stay, and scores exclude them with a reason.
SongFactors factors_of(const ProofSongs& judged);

// Of a numeric column, NaN where missing; empty where there is no such column.
std::vector<double> factor_values(const ProofSongs& songs, const std::string& column);

}  // namespace songscape
