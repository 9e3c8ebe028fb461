// Libraries of any size for measuring, made of the songs of a real one: nothing is decoded or synthesised.
//
// Song i is song i mod L of the library of L songs, under a path, an artist and bytes of its own, its fingerprint i / L
// semitones higher, so that it is no near-duplicate.  The first n_records songs have a clip's record of their own on
// disk; those after them name the records of the first again.  All goes through the writer that ingest uses, so every
// check of the product holds.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "library/catalogue.h"

namespace songscape {

// A fingerprint's bytes with each pitch of its landmarks so many semitones higher: as good as another song's.
std::string transposed(const std::string& bytes, int64_t semitones);

class ScaleLibrary {
 public:
  // `from` is only read; `to` must not exist yet.
  ScaleLibrary(const std::filesystem::path& from, std::filesystem::path to);

  // Appends clips' records, synced; no song names them yet.
  void write_records(int64_t n_records);
  // What ingest does to a song beside its features and its clip's record: the song's record, near-duplicates, the
  // catalogue's rows with labels, group commits, the published index.
  void write_songs(int64_t n_songs);

 private:
  Content song(int64_t i) const;
  std::string path_of(int64_t i) const;
  void write_labels(Catalogue& catalogue, int64_t n_songs) const;

  std::filesystem::path from_, to_;
  std::vector<Content> contents_;   // of `from`, by path, as ingest comes by them
  std::vector<std::string> paths_;  // of each of them
  std::map<std::string, ColumnKind> columns_;
  std::map<std::string, std::map<std::string, std::string>> labels_;
  std::vector<ClipEntry> records_;
};

}  // namespace songscape
