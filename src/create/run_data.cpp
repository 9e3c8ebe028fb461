#include "create/run_data.h"

#include <algorithm>
#include <numeric>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "data/array_source.h"
#include "data/library_source.h"
#include "run/run_rows.h"

namespace songscape {
namespace {

bool is_array(const std::string& source) { return fs::path(source).extension() == ".npy"; }

void open_source(RunData& data, const std::string& library) {
  if (library.empty() && is_array(data.run.source_path)) {
    data.source = std::make_unique<ArraySource>(ArraySource::from_npy(data.run.source_path));
    return;
  }
  data.library = open_library_of(data.run, library);
  data.source = std::make_unique<LibrarySource>(data.library);
}

std::vector<int64_t> labels_of_rows(const RunData& data) {
  std::vector<int64_t> labels(static_cast<size_t>(data.source->n_rows()), -1);
  if (!data.run.condition || !data.library) return labels;
  const IndexColumn* const column = data.library->find_column(data.run.condition->column);
  if (!column || column->kind != ColumnKind::label) return labels;
  const auto& classes = data.run.condition->classes;
  for (size_t row = 0; row < labels.size(); ++row) {
    const int32_t code = column->codes[static_cast<size_t>(data.library->clip(static_cast<int64_t>(row)).song)];
    if (code < 0) continue;
    const auto at = std::find(classes.begin(), classes.end(), column->classes[static_cast<size_t>(code)]);
    if (at != classes.end()) labels[row] = at - classes.begin();
  }
  return labels;
}

std::vector<int64_t> rows_for_training(const RunData& data) {
  std::vector<int64_t> rows;
  for (int64_t row = 0; row < data.source->n_rows(); ++row)
    if (data.run.train_keys.contains(data.source->row_key(row))) rows.push_back(row);
  if (!rows.empty()) return rows;
  rows.resize(static_cast<size_t>(data.source->n_rows()));
  std::iota(rows.begin(), rows.end(), int64_t{0});
  return rows;
}

[[noreturn]] void refuse_song(const std::string& what, const std::string& seen, const std::string& wanted,
                              const std::string& fix) {
  fail(ExitCode::usage, {.what = what,
                         .where = {},
                         .seen = escape_for_terminal(seen),
                         .wanted = escape_for_terminal(wanted),
                         .fix = escape_for_terminal(fix)});
}

int64_t find_array_row(const RunData& data, const std::string& name) {
  const auto row = parse_integer(name);
  if (row && *row >= 0 && *row < data.source->n_rows()) return *row;
  refuse_song("the array has no such row", name, "a row number from 0 to " + std::to_string(data.source->n_rows() - 1),
              {});
}

int64_t middle_clip(const LibraryIndex& library, int64_t song) {
  const IndexSong s = library.song(song);
  if (s.n_clips == 0) refuse_song("the song has no audio", std::string(s.path), "a song with a clip", {});
  return s.first_clip + s.n_clips / 2;
}

std::vector<int64_t> songs_of_file_name(const LibraryIndex& library, const std::string& name) {
  std::vector<int64_t> songs;
  for (int64_t i = 0; i < library.n_songs(); ++i) {
    const fs::path path(library.song(i).path);
    if (path.filename() == name || path.stem() == name) songs.push_back(i);
  }
  return songs;
}

[[noreturn]] void refuse_unknown(const LibraryIndex& library, const std::string& name) {
  std::vector<std::string> known;
  for (int64_t i = 0; i < library.n_songs(); ++i) {
    known.emplace_back(library.song(i).path);
    known.push_back(fs::path(library.song(i).path).filename().string());
    known.push_back(fs::path(library.song(i).path).stem().string());
  }
  const auto near = nearest_name(name, known);
  refuse_song(
      "the library has no such song", name, "a song's path, or a file name that one song alone has",
      near ? "did you mean '" + *near + "'?"
           : "'songscape export labels --library " + library.path().string() + " --output songs.csv' lists them");
}

void check_shape(const RunData& data) {
  if (data.source->item_shape() == data.item_shape()) return;
  const auto show = [](const std::vector<int64_t>& shape) {
    std::vector<std::string> sizes;
    for (const int64_t n : shape) sizes.push_back(std::to_string(n));
    return join(sizes, " x ");
  };
  fail(ExitCode::damaged, {.what = "the songs have not the shape that the model takes",
                           .where = escape_for_terminal(data.run.folder.string()),
                           .seen = show(data.source->item_shape()),
                           .wanted = show(data.item_shape()),
                           .fix = {}});
}

}  // namespace

RunData open_run_data(const fs::path& run, const std::string& library) {
  RunData data;
  data.run = open_run(run);
  need_spectrograms(data.run, "making sound");
  open_source(data, library);
  check_shape(data);
  data.train_rows = rows_for_training(data);
  data.labels = labels_of_rows(data);
  return data;
}

int64_t find_song_row(const RunData& data, const std::string& name) {
  if (!data.library) return find_array_row(data, name);
  const LibraryIndex& library = *data.library;
  if (const auto song = library.find_song(name)) return middle_clip(library, *song);
  const auto songs = songs_of_file_name(library, name);
  if (songs.empty()) refuse_unknown(library, name);
  if (songs.size() == 1) return middle_clip(library, songs.front());
  std::vector<std::string> paths;
  for (size_t i = 0; i < std::min<size_t>(songs.size(), 5); ++i) paths.emplace_back(library.song(songs[i]).path);
  refuse_song(std::to_string(songs.size()) + " songs have this file name", name,
              "a song's path, as " + join(paths, ", "), {});
}

std::string row_title(const RunData& data, int64_t row) {
  if (!data.library) return "row " + std::to_string(row);
  return std::string(data.library->song(data.library->clip(row).song).path);
}

}  // namespace songscape
