// What every proof works on, and what it gives back.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proof/measure.h"
#include "report/figure.h"
#include "report/table.h"
#include "run/labels.h"
#include "run/open_run.h"
#include "run/run_rows.h"

namespace songscape {

struct ProofOptions {
  std::optional<int64_t> dimension = {};  // traversal; from 0
  std::string condition = {};  // separation, generate: a label column; empty: the run's own, else language or the first
  std::string class_name = {};         // generate; empty: every class
  int64_t n_samples = 0;               // generate, of each class; 0: as many as the proof thinks right
  std::filesystem::path runs = {};     // where other runs lie to compare with
  std::filesystem::path compare = {};  // reconstruction: the second run
  uint64_t seed = 1;
};

// Some songs of a library, as proofs ask for them.
struct ProofSongs {
  std::shared_ptr<const LibraryIndex> library;
  std::vector<int64_t> songs;  // ascending
  // The clip in the middle of each song.
  std::vector<int64_t> middle_clips() const;
  // Their places in the rows that a model reads: the songs themselves, or their middle clips.
  std::vector<int64_t> places(const RunRows& rows) const { return rows.is_by_song ? songs : middle_clips(); }
  std::vector<int32_t> groups() const;  // IndexSong::group of each
};

struct ProofContext {
  OpenRun run;
  std::string library_name;       // --library; empty: the run's own
  ProofSongs train;               // of the run's own library; no library for a run on an array
  ProofSongs judged;              // songs that the run did not train on: its validation songs, or those of --library
  std::vector<SongLabel> labels;  // of judged.library
  std::filesystem::path folder;   // the results folder
  ProofOptions options;
  std::optional<std::vector<int64_t>> inferred = {};  // by classes_by_model()

  bool has_library() const { return judged.library != nullptr; }
};

struct ProofTable {
  std::string suffix;  // of the file's name: "<model>_<proof>[_<suffix>].csv"; may be empty
  Table table;
};
struct ProofFigure {
  std::string suffix;
  Figure figure;
};
struct ProofResult {
  std::string subject = {};  // what `measures` are about where a proof can be about several things ("language")
  std::vector<Measure> measures = {};
  std::vector<ProofTable> tables = {};
  std::vector<ProofFigure> figures = {};
};

struct ProofSpec {
  std::string name;
  std::string help;
  // Why this run cannot be proved so, in words; nothing where it can.
  std::function<std::optional<std::string>(const ProofContext&)> why_not;
  std::function<ProofResult(ProofContext&)> prove;
};

// `library`: --library, or empty.  Error `usage` where it has no song that is new to the run; a run on an array opens
// without a library.
ProofContext open_proof(const std::filesystem::path& run, const std::string& library, ProofOptions options);

// The reason of proofs that need songs.
std::optional<std::string> needs_library(const ProofContext& context);
// The same of proofs that look at songs one by one: a model of MIDI reads windows of them.
std::optional<std::string> needs_whole_songs(const ProofContext& context);
// The reason of proofs that need a model of the library's spectrograms.
std::optional<std::string> needs_spectrograms(const ProofContext& context);

// The code in `classes` of each song of the library by one label column, −1 where missing or not among them.  Error
// `usage` where the library has no such label column, naming the nearest.
std::vector<int64_t> song_codes(const LibraryIndex& library, const std::string& column,
                                const std::vector<std::string>& classes);

// Of a conditional model, a class for each of judged.songs: the true ones where the judged library knows them all,
// `are_true` then set; else those that the model infers, made once.  Empty for an unconditional model.
struct KnownClasses {
  std::vector<int64_t> codes;
  bool are_true = false;
};
KnownClasses known_classes(ProofContext& context);
// Those that the model infers from the songs' middle clips.
const std::vector<int64_t>& classes_by_model(ProofContext& context);

// The label column that the options ask for: --condition, else the run's own, else language or the primary label.
std::string condition_column(const ProofContext& context);
// It as a label of the judged library with two classes or more; Error `usage` otherwise.
const SongLabel& label_asked(const ProofContext& context, const std::string& column);

}  // namespace songscape
