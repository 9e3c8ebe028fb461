// The files of one thing made: sound, picture, array.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "audio/limiter.h"
#include "create/run_data.h"
#include "report/table.h"

namespace songscape {

struct SoundFacts {
  double duration_sec = 0, level_db = 0;  // level: mean power, in dB of a full-scale sine's
  double mel_error = 0;  // spectral convergence of the sound's mel to the wanted one (audio/mel_to_audio.h)
  Limited limited;
};

struct MadeItem {
  std::string name, caption;
  std::span<const float> values;  // of the model's shape, on [0, 1]
  int n_valid_frames = 0;
};

class ItemWriter {
 public:
  struct Options {
    std::filesystem::path folder;
    uint64_t seed = 0;  // of the first phases
    int n_threads = 1;
  };
  // Makes the folder, says what cannot be made of this run (no sound of an array; no level of a library that keeps
  // none).
  ItemWriter(const RunData& data, Options options);

  // NAME.wav where there is a sound, NAME.png and .svg, NAME.npy ([128 × valid frames], or the array's shape).
  std::optional<SoundFacts> write(const MadeItem& item);
  // overview.png and .svg: the first kMostShown items written.
  void write_overview(const std::string& title, const std::string& caption) const;

  // The columns that tell of a sound, and their cells; empty ones where there is none.
  static std::vector<std::string> sound_columns();
  std::vector<Cell> sound_cells(const std::optional<SoundFacts>& facts) const;

  static constexpr size_t kMostShown = 12;

 private:
  bool has_level() const;
  SoundFacts write_sound(const MadeItem& item) const;
  void write_array(const MadeItem& item) const;

  const RunData& data_;
  Options options_;
  struct Shown {
    std::string name;
    std::vector<float> values;
    int n_valid_frames;
  };
  std::vector<Shown> shown_;
};

}  // namespace songscape
