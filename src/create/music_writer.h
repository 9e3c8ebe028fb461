// The files of one piece of music: MIDI, sound, piano roll.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "create/fluidsynth.h"
#include "midi/grid_song.h"
#include "report/piano_roll.h"

namespace songscape {

// Times in quarters; a part for each program.
PianoRoll piano_roll_of(const GridSong& song, std::string title, std::string caption);

class MusicWriter {
 public:
  // Makes the folder, and says what sounds will be made with.
  explicit MusicWriter(std::filesystem::path folder);
  // NAME.mid, NAME.wav, NAME.png, NAME.svg.
  void write(const std::string& name, const GridSong& song, const std::string& title, const std::string& caption) const;

 private:
  std::filesystem::path folder_;
  std::optional<FluidSynth> fluidsynth_;
};

}  // namespace songscape
