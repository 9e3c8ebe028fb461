// The 45 genres of the built-in corpus, five in each of nine families.  A genre is a preset of groove, harmony,
// instruments and tempo range; its name says which music it was modelled on, not that it is that music.
#pragma once

#include <array>
#include <span>
#include <string_view>

namespace songscape {

enum class Harmony { pop, rock, blues, jazz, modal, folk, latin, vamp };
enum class Scale { plain, pentatonic, blues, hijaz };

// One bar of each part, a character a step; the number of steps is the same in all, a multiple of beats_per_bar.
//   drums   X accent, x, g soft, - where the density factor asks for it, . never; hat: o open;
//           hands: L H low and high drum, l h soft, - and _ high and low where density asks
//   bass    R root, 5 fifth, 3 third, 8 octave, - root where density asks, = held on, . silent
//   chords  X x chord, 0 1 2 3 one note of it, - where density asks, = held on, . silent
struct Groove {
  int beats_per_bar;
  double swing;  // share of a step by which every second step comes late
  std::string_view kick, snare, hat, hands, bass, chords;
};

struct Levels {
  double drums_db, bass_db, chords_db, pad_db, lead_db;
};

struct Genre {
  std::string_view name, family;
  double tempo_low, tempo_high;  // beats a minute
  Groove groove;
  std::string_view kit, bass, chords, pad, lead;  // names of the synthesiser; no pad: empty
  int chord_size;                                 // 2 fifths, 3 triads, 4 sevenths
  int lead_octave;                                // of the lead above the song's register
  Harmony harmony;
  Scale scale;
  Levels levels;
  double reverb_sec, reverb_send, drive;
  double low_cut_hz, high_cut_hz;  // of the whole recording, 12 dB an octave
};

inline constexpr int kNumFamilies = 9, kGenresPerFamily = 5, kNumGenres = kNumFamilies * kGenresPerFamily;
// By family: family f holds genres 5f … 5f + 4.
std::span<const Genre, kNumGenres> corpus_genres();

}  // namespace songscape
