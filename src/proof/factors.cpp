#include "proof/factors.h"

#include <algorithm>
#include <cmath>

namespace songscape {
namespace {

const char* const kMain[] = {"loudness", "brightness", "register", "density", "mode"};
const char* const kApart[] = {"key", "tempo"};

Factor factor_of(const ProofSongs& songs, const IndexColumn& column) {
  const bool is_label = column.kind == ColumnKind::label;
  Factor factor{std::string(column.name), is_label ? FactorKind::discrete : FactorKind::continuous, {}};
  for (const int64_t s : songs.songs) {
    const auto i = static_cast<size_t>(s);
    const double value = is_label ? (column.codes[i] < 0 ? std::nan("") : column.codes[i]) : column.values[i];
    factor.values.push_back(value);
  }
  return factor;
}

}  // namespace

SongFactors factors_of(const ProofSongs& judged) {
  SongFactors out;
  const LibraryIndex& library = *judged.library;
  for (const char* name : kMain) {
    const IndexColumn* column = library.find_column(name);
    if (column && std::string_view(name) == "loudness" && library.mel_reference() == "clip")
      out.left_out.emplace_back("loudness: each clip is stored against its own maximum, which erases level");
    else if (column)
      out.main.push_back(factor_of(judged, *column));
  }
  for (const char* name : kApart)
    if (const IndexColumn* column = library.find_column(name)) out.apart.push_back(factor_of(judged, *column));
  if (!out.main.empty()) return out;
  for (const IndexColumn& column : library.columns())
    if (column.kind == ColumnKind::factor && std::ranges::count(kApart, column.name) == 0)
      out.main.push_back(factor_of(judged, column));
  return out;
}

std::vector<double> factor_values(const ProofSongs& songs, const std::string& column) {
  const IndexColumn* found = songs.library->find_column(column);
  if (!found || found->kind != ColumnKind::factor) return {};
  return factor_of(songs, *found).values;
}

}  // namespace songscape
