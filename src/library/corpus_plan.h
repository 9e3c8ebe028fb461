// Which songs the built-in corpus holds: genre, language, artist and factors of each, before a note is written.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace songscape {

// Version 1 is frozen: the same seed gives the same PCM for ever.  Anything that changes a sample is a new version.
inline constexpr int kCorpusVersion = 1;

struct CorpusSpec {
  int64_t n_songs = 900;  // 1 … 100,000
  uint64_t seed = 1;
  double duration_sec = 30;  // 10 … 600
  // How often words go with the sound, 0 … 1: the share of artists who sing in the language at home in their genre's
  // family, and of songs that are on the theme at home in their genre.  0: language and theme are drawn apart from
  // genre, and a corpus of 225 songs holds every genre in every language.  (language, theme) is at home in at most two
  // genres.
  double affinity = 0;
};

// Drawn independently of each other, of genre and of language; only the tempo's range is the genre's.
struct Factors {
  double tempo = 120;  // beats a minute, uniform over the genre's range
  int key = 0;         // pitch class of the tonic, C = 0
  bool is_minor = false;
  double centre_pitch = 62;  // "register": MIDI pitch about which voice and chords move, uniform 55 … 69
  double loudness_db = -20;  // RMS against full scale, uniform −24 … −17
  double brightness_db = 0;  // gain above 1 kHz over gain below, uniform −3.5 … 3.5
  double density = 0.5;      // share of the optional notes that are played, uniform 0 … 1
};

struct SongPlan {
  int64_t number = 0;   // from 0
  int genre = 0;        // index in corpus_genres()
  int language = 0;     // index in corpus_languages()
  int theme = 0;        // of its words
  uint64_t artist = 0;  // unique over the corpus; an artist has two songs, of one genre and language
  Factors factors;
  std::string title, artist_name;  // UTF-8
  std::string stem;                // "hard-rock/00417": path without extension
};

// Song i lies in the genre × language cell i mod 225, so any number of songs fills the cells evenly: 900 are four a
// cell, 450 two; below 225 every prefix is as even over families and languages as its length allows.  With affinity
// genres stay even and languages do not.
// Throws Error `usage` where the spec is out of range.
std::vector<SongPlan> plan_corpus(const CorpusSpec& spec);

// Samples of a song: the duration at 22,050 Hz, rounded up to a whole number of hops of 512: 661,504 for 30 s.
int64_t corpus_song_samples(double duration_sec);

const char* pitch_class_name(int pitch_class);  // "C", "C#" … "B"

}  // namespace songscape
