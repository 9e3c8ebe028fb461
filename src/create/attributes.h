// What a library knows or can measure of its songs, as targets for directions in latent space.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "create/run_data.h"

namespace songscape {

struct Attribute {
  std::string name;            // "tempo", "genre=jazz"
  std::string origin;          // "factor" (of the library's table), "label" or "measured" (on the mel, or its features)
  bool is_class = false;       // values are 1 in the class and 0 outside it
  std::vector<double> values;  // one a row asked for; NaN where missing
};

// Every name that find_attribute() takes for these songs: the library's factors; COLUMN=CLASS of its labels; measured:
// loudness, brightness, register, density, tempo, mode (audio/mel_attributes.h) and energy (the RMS of the 39
// features), with "measured-" before those that are a factor's name too.
std::vector<std::string> attribute_names(const LibraryIndex& library);

// Values for `rows` (clips).  A label of two classes may be named without "=CLASS": its second one is meant.
// Error `usage`: unknown (naming the nearest), or loudness or energy where the library keeps no level.
Attribute find_attribute(const LibraryIndex& library, const std::string& name, const std::vector<int64_t>& rows,
                         int n_threads);

// The measured attributes that directions and their side effects are told in, of one mel; key, which is circular, is
// left out, and loudness where `has_level` is false.
struct MeasuredValue {
  std::string name, unit;
  double value = 0;  // NaN where it cannot be told
};
struct MelToMeasure {
  std::span<const float> mel;  // [128 × 1293]
  int n_valid_frames = 0;
  double tempo_near_bpm = 0;  // as MelReading has it
  bool has_level = true;
};
std::vector<MeasuredValue> measured_values(const MelToMeasure& mel);

}  // namespace songscape
