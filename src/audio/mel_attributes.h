// What a spectrogram sounds like, measured on it alone: for decoded ones, which have no notes to look up.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "audio/clip.h"

namespace songscape {

// NaN where a spectrogram is silent (no value above 0), and for the tempo where nothing ever begins.
struct MelAttributes {
  double loudness_db;     // RMS level against full scale, by Parseval over the bands
  double brightness_hz;   // amplitude-weighted centre of the spectrum, mean over frames within 40 dB of the loudest
  double register_midi;   // amplitude-weighted mean pitch of 165 … 392 Hz, where voice and chords have their roots
  double onsets_per_sec;  // peaks of the onset envelope
  double tempo_bpm;       // 50 … 210 (audio/mel_rhythm.h)
  double minorness;  // best correlation of the chroma with a minor key less that with a major one (audio/mel_key.h)
  double key;        // tonic of the best of both, 0 (C) … 11 (B): circular, so differences mean nothing
};

inline constexpr size_t kNumMelAttributes = 7;
// loudness, brightness, register, density, tempo, mode, key: named as the built-in corpus' factors.
const std::array<std::string_view, kNumMelAttributes>& mel_attribute_names();
std::array<double, kNumMelAttributes> as_array(const MelAttributes& attributes);

// How a spectrogram is to be read.
struct MelReading {
  int n_valid_frames = kNumFrames;  // 1 … 1293
  double reference_db = 41.1505;    // that −80 … 0 dB are against: MelReference::full_scale's
  // Tempi of this song are looked for within a factor of 1.4 only, so that variants of one song do not jump by an
  // octave; 0: anywhere.
  double tempo_near_bpm = 0;
};

// mel: [128 × 1293] band-major on [0, 1] (against the clip's own maximum loudness means nothing).
//
// Own error on the built-in corpus, all 900 songs of seed 2 (the rules were chosen on 300 songs of seed 1).  r is the
// correlation with the corpus' factor, over all songs and with genre means taken away:
//   loudness    r 1.000, within genres 1.000; median error .006 dB
//   brightness  r .971, within genres .967 with librosa's centroid of the samples, 130 Hz beside its line;
//               r .24, within genres .76 with the factor, a gain on top of the genre's own spectrum
//   register    r .75, within genres .87; 1.6 semitones beside its line
//   density     r .35, within genres .70 (the share of optional notes; genres differ in how many there are)
//   tempo       within 4 % of the true one in 82 % of songs, of it times ½, ⅔, 1½ or 2 in 99.8 %; median error .12 BPM
//   mode        right in 75 %; key right in 64 %
// A decoder blurs, and that costs.  On 300 of those songs rebuilt from 128 principal components of seed 1 (MSE .0138):
//   loudness    7.6 dB too low (the mean of decibels lies below the decibel of the mean), r .58, within genres .82
//   brightness  within genres .58 with the factor; register r .76, within genres .87
//   density     nothing is left (within genres .12)
//   tempo       within 4 % in 62 %, with the ratios 80 %; mode right in 75 %, key in 66 %
// So changes between two decodings of one model mean something, levels and densities of one alone do not.
// bench/mel_attributes.cpp prints these for any library that has the factors.
MelAttributes measure_mel(std::span<const float> mel, const MelReading& reading = {});

}  // namespace songscape
