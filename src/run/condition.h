// The label that a conditional model is told: a column of the library, or an array's targets.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/json.h"

namespace songscape {

class LibraryIndex;

struct Condition {
  std::string column;                // "language"; "targets" for arrays
  std::vector<std::string> classes;  // in the order of the codes
  std::vector<int64_t> codes;  // a row of the source each, −1 where the label is missing; empty in an opened run
  std::string path = {};       // an array's targets: their file

  // Column, classes, the file of targets, and "labels_hash", SHA-256 over the codes: a resumed run asks for the labels
  // that it began with.
  Json to_json() const;
  // What to_json wrote; Error `damaged` naming `where` for anything else.
  static Condition from_json(const Json& json, const std::string& where);
};

// A label column of the library, a code a clip, or a song where the model's rows are songs.  Error `usage` for an
// unknown column (naming the nearest), a column of numbers, and fewer than two classes among the songs.
Condition condition_of_library(const LibraryIndex& index, const std::string& column, bool by_song = false);

// Labels of an array's rows: whole numbers in one dimension, as many as rows; below 0: missing.  Classes are the
// numbers that occur, ascending.  Error `usage` for another shape and for fewer than two classes, `damaged` for
// fractions.
Condition condition_of_targets(const std::filesystem::path& npy, int64_t n_rows);

}  // namespace songscape
