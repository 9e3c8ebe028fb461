#include "library/library_info.h"

#include <algorithm>
#include <cmath>

#include "library/catalogue.h"

namespace songscape {
namespace {

ColumnInfo describe_column(const IndexColumn& column) {
  ColumnInfo out;
  out.name = column.name;
  out.kind = column.kind;
  for (const std::string_view name : column.classes) out.counts.emplace_back(name, 0);
  for (const int32_t code : column.codes)
    if (code >= 0) {
      ++out.n_songs;
      ++out.counts[static_cast<size_t>(code)].second;
    }
  std::stable_sort(out.counts.begin(), out.counts.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  double sum = 0;
  for (const double value : column.values)
    if (!std::isnan(value)) {
      out.low = out.n_songs == 0 ? value : std::min(out.low, value);
      out.high = out.n_songs == 0 ? value : std::max(out.high, value);
      sum += value;
      ++out.n_songs;
    }
  out.mean = out.n_songs > 0 ? sum / static_cast<double>(out.n_songs) : 0;
  return out;
}

}  // namespace

LibraryInfo describe_library(const std::filesystem::path& library) {
  const LibraryIndex index(library);
  LibraryInfo out;
  out.n_songs = index.n_songs();
  out.n_clips = index.n_clips();
  out.n_midi = index.n_midi();
  out.mel_reference = index.mel_reference();
  out.excerpts = index.excerpts();
  out.content_hash = index.content_hash();
  out.columns_hash = index.columns_hash();
  out.generation = index.generation();
  for (int64_t i = 0; i < index.n_songs(); ++i) {
    const IndexSong song = index.song(i);
    out.n_missing += song.is_missing;
    out.n_with_lyrics += song.has_lyrics;
    out.n_groups = std::max<int64_t>(out.n_groups, song.group + 1);
    out.duration_hours += song.duration_sec / 3600;
  }
  for (const IndexColumn& column : index.columns()) out.columns.push_back(describe_column(column));
  const Catalogue catalogue = Catalogue::open_for_reading(library);
  out.root = catalogue.meta("root").value_or("");
  out.failures = catalogue.failures();
  out.warnings = catalogue.warnings();
  return out;
}

}  // namespace songscape
