// From a folder of songs to a library: only what is new, in parallel, committed in groups, resumable after any
// interruption.  The music folder is never written to.  Songs are audio, which becomes clips, or MIDI, which becomes
// tokens; a library may hold both.  Or from a table whose rows are songs without audio: a song a text, whose words are
// its lyrics and whose other cells are labels.  A library holds songs of a folder or of a table.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "library/ingest_plan.h"
#include "library/label_import.h"
#include "library/song_maker.h"

namespace songscape {

struct IngestOptions {
  std::filesystem::path music, library;       // a folder, or with text_column a table
  std::string text_column;                    // the table's column of texts
  std::filesystem::path labels;               // empty: metadata.csv in the music folder, where it is there
  std::string path_column;                    // empty: "path" (of a table of texts, see read_text_table)
  std::filesystem::path lyrics;               // empty: beside the songs only
  std::optional<Excerpts> excerpts;           // unset: as the library has it, middle for a new one
  std::optional<MelReference> mel_reference;  // unset: as the library has it, full_scale for a new one
  bool follow_links = false, strict_text = false;
  int n_threads = 1;
  SongDecoder decode;  // unset: songscape-decode
  // A group is committed when it has this many songs, or after this many seconds.
  int64_t group_songs = 64;
  double group_sec = 10;
};

struct IngestReport {
  int64_t n_files = 0;    // candidates in the folder, rows of the table
  int64_t n_known = 0;    // unchanged since the last ingest
  int64_t n_new = 0;      // songs decoded now
  int64_t n_aliases = 0;  // files whose bytes the library had: renamed or copied
  int64_t n_missing = 0;  // songs of the library whose files are gone, now
  // In the library, after it.
  int64_t n_songs = 0, n_clips = 0, n_midi = 0, n_with_lyrics = 0;
  double duration_hours = 0;  // of its songs
  int64_t n_warnings = 0;
  std::map<std::string, std::string> failures;  // path, reason
  std::optional<LabelImport> labels;
  bool was_interrupted = false;
};

// What ingest() would do: nothing is written, not even the library's folder.
IngestPlan dry_run(const IngestOptions& options);

// Logs one line a failure, warnings and progress.  Error `usage`: the folder cannot be read, lies in the library or
// holds it, is another than the library's, or the settings differ from the library's; `damaged`: the table of labels
// (nothing is written then); `failed`: too little disk space; `locked`.
IngestReport ingest(const IngestOptions& options);

}  // namespace songscape
