// Short trainings of music_transformer on small libraries of MIDI.
#pragma once

#include <string>
#include <vector>

#include "data/tiny_library.h"
#include "library/token_source.h"
#include "midi/tokens.h"
#include "run/music_training.h"
#include "run/train_run.h"

namespace songscape {

// Two voices in 4/4 that differ from song to song in tempo, key, register, density and strength.
inline GridSong small_song(int number, int n_bars, bool has_drums = false) {
  GridSong song;
  song.melody_program = 0;
  const int step = number % 2 ? 24 : 12;
  for (int bar = 0; bar < n_bars; ++bar) {
    song.bars.push_back({kFourFour, 20 + 3 * (number % 8), number % 24});
    for (int at = 0; at < 96; at += step) {
      song.notes.push_back({bar, at, 0, 60 + number % 12 + (bar + at / step) % 5, 10 + number % 16, step});
      if (at == 0) song.notes.push_back({bar, 0, 32, 36 + number % 12, 20, 96});
      if (has_drums && at % 24 == 0) song.notes.push_back({bar, at, kDrumProgram, 36, 20, kDrumSteps});
    }
  }
  return song;
}

inline void make_music_library(const fs::path& library, int n_songs, int n_bars) {
  TinyLibrary tiny(library);
  ColumnEntry mode{"mode", ColumnKind::label, {"major", "minor"}, {}, {}};
  ColumnEntry tempo{"tempo_bpm", ColumnKind::factor, {}, {}, {}};
  for (int s = 0; s < n_songs; ++s) {
    const GridSong song = small_song(s, n_bars);
    StoredTokens stored{song.melody_program, {}, to_tokens(song)};
    for (size_t i = 0; i < stored.tokens.size(); ++i)
      if (stored.tokens[i] == to_token(TokenKind::bar)) stored.bar_starts.push_back(static_cast<uint32_t>(i));
    tiny.add_tokens(tiny.add_song("song" + std::to_string(100 + s) + ".mid"), stored);
    mode.codes.push_back(is_minor_key(s % 24));
    tempo.values.push_back(tempo_of(song.bars[0].tempo));
  }
  if (n_songs > 4) return static_cast<void>(tiny.publish({mode, tempo}));
  tiny.publish({});
}

inline fs::path train_on_music(const fs::path& library, const fs::path& runs, const std::string& form = "documented") {
  const auto index = std::make_shared<const LibraryIndex>(library, LibraryIndex::Songs::midi);
  TrainRequest request;
  request.model = "music_transformer";
  request.size = "compact";
  request.form = form;
  for (const char* s :
       {"bars=2", "max_tokens=160", "latent_dim=6", "latents.per_bar=2", "encoder.n_layers=1", "decoder.n_layers=1",
        "encoder.d_model=16", "decoder.d_model=16", "encoder.n_heads=2", "decoder.n_heads=2", "encoder.d_ff=16",
        "decoder.d_ff=16", "train.epochs=2", "train.batch=16", "train.threads=1", "latents.rate=0.5"})
    request.settings.set(s);
  request.runs = runs;
  request.source_path = library.string();
  ConfigMap whole;
  for (const ConfigRow& row : resolved_settings(request)) whole.entries[row.key] = {row.value, ""};
  const auto rows = music_rows(whole, index);
  const Split songs = split_songs(*index);
  return train_run(request, *rows, {rows->rows_of(songs.train), rows->rows_of(songs.validation), {}}).run;
}

}  // namespace songscape
