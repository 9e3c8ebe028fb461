// A table's labels into a catalogue: used by ingest and by the `labels` command.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "library/catalogue.h"
#include "library/label_table.h"

namespace songscape {

struct LabelImport {
  int64_t n_rows = 0, n_matched = 0;
  std::vector<TableColumn> columns;
  std::vector<std::string> unmatched;  // path cells without a song
  std::vector<std::string> warnings;
};

// Writes the cells of the matched rows; an empty cell takes away what stood there.  Columns become factors where all
// their values, old and new, are numbers.  Call it in a transaction.  Changes nothing where nothing differs, and tells.
struct LabelChange {
  LabelImport import;
  bool is_change = false;
};
LabelChange import_labels(Catalogue& catalogue, const LabelTable& table, const std::vector<std::string>& song_paths);

// `labels --library L --import FILE`: matched against every path that the library knows.
LabelImport import_labels_into(const std::filesystem::path& library, const std::filesystem::path& file,
                               const std::string& path_column);

// What to tell the user: columns with their kinds (where with_columns), unmatched rows (first 20), warnings.
void log_label_import(const LabelImport& import, bool with_columns = true);

}  // namespace songscape
