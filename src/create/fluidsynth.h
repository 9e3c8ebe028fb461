// FluidSynth, where it is installed, in place of our own instruments: a child process.
#pragma once

#include <filesystem>
#include <optional>

namespace songscape {

class FluidSynth {
 public:
  // The program on PATH and a soundfont: the file that SONGSCAPE_SOUNDFONT names, else the first of the usual folders.
  // Nothing where either is missing.
  static std::optional<FluidSynth> find();

  const std::filesystem::path& soundfont() const { return soundfont_; }
  // Leaves `wav`; false where the program fails, or leaves none.
  bool render(const std::filesystem::path& midi, const std::filesystem::path& wav) const;

 private:
  FluidSynth(std::filesystem::path program, std::filesystem::path soundfont);
  std::filesystem::path program_, soundfont_;
};

}  // namespace songscape
