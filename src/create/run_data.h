// A run with the songs that it was trained on, or those of another library: what creating works from.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "data/batch_source.h"
#include "data/library_index.h"
#include "run/open_run.h"

namespace songscape {

struct RunData {
  OpenRun run;
  std::shared_ptr<const LibraryIndex> library;  // none where the run was trained on an array and no library is named
  std::unique_ptr<BatchSource> source;          // the library's clips, or the array's rows
  std::vector<int64_t> train_rows;              // of `source`; all rows where the run saw none of them in training
  std::vector<int64_t> labels;                  // of a conditional model: a class a row of `source`, −1 where unknown

  bool is_mel() const { return library != nullptr; }  // what the model makes is the mel of a clip, and can be heard
  bool is_conditional() const { return run.model->n_classes() > 0; }
  std::vector<int64_t> item_shape() const { return run.model->input_shape(); }
};

// `library`: other songs than the run's own; empty: those.  Error `damaged` where the model does not take their shape.
RunData open_run_data(const std::filesystem::path& run, const std::string& library = {});

// The middle clip of a song, named as find_song() takes it.  Of an array: the number of a row, from 0.  Error `usage`.
int64_t find_song_row(const RunData& data, const std::string& name);
// How a row is called in tables and pictures: the song's path, or "row 7".
std::string row_title(const RunData& data, int64_t row);

}  // namespace songscape
