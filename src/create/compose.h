// The `compose` command's work: new music from a trained music_transformer, or a song seen through it, as MIDI, sound
// and picture.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "kernels/row_matrix.h"
#include "report/table.h"

namespace songscape {

struct ComposeRequest {
  std::filesystem::path run;
  std::string library = {};      // other songs than the run's own; empty: those
  std::filesystem::path output;  // a folder that does not exist, or is empty
  // At most one of these; none: from the prior.
  std::string song = {};                  // its windows, encoded and decoded
  std::vector<std::string> between = {};  // two songs: points on the line between their middle windows
  std::string continued = {};             // what follows its last bars
  // As people write them; empty: not asked.
  std::string key = {}, time_signature = {}, density = {};
  std::optional<double> tempo = {};  // quarters a minute
  // Temperature 0: the likeliest token each time, which is what --song and --between do unless told; others draw at 1.
  std::optional<double> temperature = {};
  int64_t top_k = 0;  // 0: of all
  double top_p = .95;
  std::optional<int64_t> n_samples = {};  // 4 of the prior, 5 between two songs, else 1
  std::optional<int64_t> bars = {};       // of a piece; a window, the whole song, or four windows of new bars
  RowPrecision precision = RowPrecision::bf16;
  uint64_t seed = 0;
  int n_threads = 1;
};

// Writes to `output` for every piece NAME: NAME.mid, NAME.wav, NAME.png and .svg; and compose.csv, which is also what
// it returns.  Stopped by Ctrl-C it keeps what is finished, with its table (Error `interrupted`).  Error `usage` for
// what the run, the library or the vocabulary has not, naming the nearest that it has; nothing is written then.
Table compose(const ComposeRequest& request);

}  // namespace songscape
