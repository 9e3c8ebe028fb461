// Data out of a library or a run, as .npy or .csv, in the one row order, with the songs' paths beside it.
#pragma once

#include <filesystem>
#include <string>

namespace songscape {

struct ExportRequest {
  std::string what;              // mel, features, latents, labels or history
  std::string library;           // for mel, features, labels; latents of new songs
  std::filesystem::path run;     // for latents, history
  std::filesystem::path output;  // FILE.npy or FILE.csv
};

struct ExportResult {
  std::filesystem::path file, paths_file;  // paths_file: FILE.paths.csv, a row a row: row, path, clip, start_sec
  int64_t n_rows = 0, n_columns = 0;
};

// Rows are clips for mel and features, songs for latents and labels, epochs for history.  A mel array is
// [n_clips × 128 × 1293] f16, .npy only.  Error `usage` for an unknown kind, an ending that is neither, an output
// inside the library, a source that is missing, or audio of a
// library that has none.
ExportResult export_data(const ExportRequest& request);

}  // namespace songscape
