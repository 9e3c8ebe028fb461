// The built-in corpus: a simulated music collection with known answers (docs/corpus.md), written as a folder of files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "library/corpus_plan.h"

namespace songscape {

struct CorpusOutput {
  int64_t n_songs = 0, n_files = 0, n_bytes = 0;
  double audio_sec = 0;  // of all songs together
};

// Bytes that the corpus will take, estimated from above.
int64_t corpus_bytes_expected(const CorpusSpec& spec);
// Seconds of one core that rendering will take on this machine: two songs of the corpus are rendered and thrown away.
double corpus_seconds_expected(const CorpusSpec& spec);

// Writes STEM.flac, STEM.txt (lyrics, UTF-8) and STEM.mid of every song, and metadata.csv, into `folder`, which must
// not exist or be empty (Error `usage` otherwise).  All of it is written beside the folder and takes its name at the
// end: it appears whole or not at all.  Songs are rendered on n_threads threads, each by one thread, with the same
// bytes at every thread count.  Stops with Error `interrupted` on Ctrl-C, leaving nothing.
CorpusOutput write_corpus(const CorpusSpec& spec, const std::filesystem::path& folder, int n_threads);

// metadata.csv: path,title,artist,genre,family,language,tempo,key,mode,register,loudness,brightness,density
std::string corpus_metadata(const std::vector<SongPlan>& plans);

}  // namespace songscape
