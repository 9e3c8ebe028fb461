// A table of labels: its rows matched to songs, its columns told apart.
//
// The column `path` (or --path-column) names the song: by the path relative to the music folder, or by file name where
// one song of the library and one row of the table have it.  It is a key to look up and never opened.  The other
// columns with values become factors where every value is a number, labels otherwise; `title`, `artist` and `genre` are
// known in any case.  Text that is not UTF-8 is replaced, with a warning.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/csv.h"
#include "data/library_index.h"

namespace songscape {

struct TableColumn {
  std::string name;
  ColumnKind kind;
  size_t place;       // in the table's rows
  int64_t n_values;   // cells that are not empty
  int64_t n_classes;  // different ones
};

struct LabelTable {
  std::string where;  // the file, for messages
  CsvTable cells;
  size_t path_place = 0;
  std::optional<size_t> text_place;  // of a table whose rows are songs
  std::vector<TableColumn> columns;
  std::vector<std::string> warnings;  // empty columns, bytes that are not UTF-8
};

struct MatchedRows {
  std::map<std::string, size_t> row_of_path;
  std::vector<std::string> unmatched;  // cells of the path column, in the table's order
};

// Error `damaged` where the table is no RFC 4180, has no path column, names a path twice, or where all values of a
// column look like numbers and some are not (lines and cells listed).  `path_column` may be empty.
LabelTable read_label_table(const std::filesystem::path& file, const std::string& path_column);

// A table whose rows are songs without audio, their texts in the column `text_column` (cells as they stand in the
// file). A row's name is its cell of `path_column`, or where that is empty of the column `path` or `id`, or where there
// is neither its number from 1, in eight digits.  Errors as above, and for a missing text column, the nearest one
// named.
LabelTable read_text_table(const std::filesystem::path& file, const std::string& path_column,
                           const std::string& text_column);

MatchedRows match_rows(const LabelTable& table, const std::vector<std::string>& song_paths);

}  // namespace songscape
