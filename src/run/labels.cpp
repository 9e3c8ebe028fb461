#include "run/labels.h"

#include <algorithm>

#include "core/error.h"
#include "core/text.h"
#include "text/language_guess.h"

namespace songscape {

std::vector<SongLabel> song_labels(const LibraryIndex& library) {
  std::vector<SongLabel> labels;
  for (const IndexColumn& column : library.columns()) {
    if (column.kind != ColumnKind::label) continue;
    const auto n_known = std::count_if(column.codes.begin(), column.codes.end(), [](int32_t c) { return c >= 0; });
    if (column.classes.size() < 2 || static_cast<int64_t>(column.classes.size()) >= n_known) continue;
    labels.push_back({std::string(column.name),
                      {column.classes.begin(), column.classes.end()},
                      {column.codes.begin(), column.codes.end()}});
  }
  return labels;
}

const SongLabel* find_label(const std::vector<SongLabel>& labels, const std::string& name) {
  for (const SongLabel& l : labels)
    if (l.name == name) return &l;
  return nullptr;
}

std::string primary_label(const std::vector<SongLabel>& labels, const std::string& asked) {
  if (asked.empty()) {
    for (const char* name : {"genre", "Genre"})
      if (find_label(labels, name)) return name;
    for (const SongLabel& l : labels)
      if (l.name != kLanguageGuessColumn) return l.name;
    return "";
  }
  if (find_label(labels, asked)) return asked;
  std::vector<std::string> known;
  for (const SongLabel& l : labels) known.push_back(l.name);
  const auto near = nearest_name(asked, known);
  fail(ExitCode::usage, {.what = "the library has no such label",
                         .where = "--label",
                         .seen = escape_for_terminal(asked),
                         .wanted = known.empty() ? "a library with labels" : "one of: " + join(known, ", "),
                         .fix = near ? "did you mean '" + *near + "'?" : ""});
}

}  // namespace songscape
