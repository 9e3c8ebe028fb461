// Phases for a spectrogram: fast Griffin-Lim (Perraudin, Balazs & Søndergaard 2013, "A fast Griffin-Lim algorithm",
// alg. 2, with acceleration α = .99 in librosa's form: α / (1 + α) of the step before is taken off), on all cores.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "audio/inverse_mel.h"

namespace songscape {

struct GriffinLimOptions {
  int n_iterations = 32;
  float momentum = 0.99f;
  // Iterations from this one on let magnitudes move to what the signal has, as far as the mel allows (fit_to_mel): the
  // mel is what is known, the 1025 bins were a guess.  Beyond n_iterations: never, which is Griffin-Lim as published.
  int first_free_iteration = 16;
  uint64_t seed = 0;  // of the first phases, which are random
  int n_threads = 1;
};

// Samples whose mel over n_frames frames (1 … 1293) is near `mel_power` ([block][128] lanes, as mel_powers() has it):
// (n_frames − 1) · 512 of them, 511 for a single frame.  Equal for any number of threads.
// Error ExitCode::interrupted after Ctrl-C.
std::vector<float> griffin_lim(const MelFilters& filters, const std::vector<Lanes>& mel_power, int n_frames,
                               const GriffinLimOptions& options);

// The same where the magnitudes of all bins are known: [1025 × n_frames], bin-major, ≥ 0, as librosa has them.  They
// are kept to the end (no free iterations).
std::vector<float> griffin_lim(std::span<const float> magnitudes, int n_frames, const GriffinLimOptions& options);

}  // namespace songscape
