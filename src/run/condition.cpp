#include "run/condition.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "core/config.h"
#include "core/error.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/text.h"
#include "data/library_index.h"
#include "data/npy.h"
#include "text/language_guess.h"

namespace songscape {
namespace {

[[noreturn]] void refuse(const std::string& what, const std::string& seen, const std::string& wanted,
                         const std::string& fix = {}) {
  fail(ExitCode::usage,
       {.what = what, .where = "--condition", .seen = escape_for_terminal(seen), .wanted = wanted, .fix = fix});
}

std::vector<std::string> label_columns(const LibraryIndex& index) {
  std::vector<std::string> names;
  for (const IndexColumn& c : index.columns())
    if (c.kind == ColumnKind::label) names.emplace_back(c.name);
  return names;
}

const IndexColumn& label_column(const LibraryIndex& index, const std::string& name) {
  const std::vector<std::string> known = label_columns(index);
  const std::string wanted = known.empty() ? "a library with labels" : "one of: " + join(known, ", ");
  const IndexColumn* column = index.find_column(name);
  if (!column) {
    const auto near = nearest_name(name, known);
    refuse("the library has no such label", name, wanted, near ? "did you mean '" + *near + "'?" : "");
  }
  if (column->kind != ColumnKind::label)
    refuse("a column of numbers has no classes to be told", name, wanted, "give a label column");
  return *column;
}

// Classes without a song, which a changed table can leave, go; codes follow.
void keep_classes_that_occur(Condition& condition) {
  const std::set<int64_t> seen(condition.codes.begin(), condition.codes.end());
  std::vector<std::string> kept;
  std::vector<int64_t> new_code(condition.classes.size(), -1);
  for (size_t k = 0; k < condition.classes.size(); ++k) {
    if (!seen.contains(static_cast<int64_t>(k))) continue;
    new_code[k] = static_cast<int64_t>(kept.size());
    kept.push_back(condition.classes[k]);
  }
  for (int64_t& code : condition.codes)
    if (code >= 0) code = new_code[static_cast<size_t>(code)];
  condition.classes = std::move(kept);
}

Condition checked(Condition condition) {
  if (condition.classes.size() >= 2) return condition;
  refuse(
      "a condition has at least two classes",
      condition.column + " has " + (condition.classes.empty() ? "none" : "'" + condition.classes.front() + "' alone"),
      "two classes or more", "condition on another column, or train conv_vae, which needs none");
}

}  // namespace

Json Condition::to_json() const {
  Sha256 hash;
  hash.update(std::as_bytes(std::span(codes)));
  Json json = {{"column", column}, {"classes", classes}, {"labels_hash", to_hex(hash.finish())}};
  if (!path.empty()) json["path"] = path;
  return json;
}

Condition condition_of_library(const LibraryIndex& index, const std::string& name, bool by_song) {
  const IndexColumn& column = label_column(index, name);
  if (column.name == kLanguageGuessColumn)
    refuse("a guess is no label to train on", name, "a label that a table or the tags give",
           "import the songs' languages: songscape labels --library L --import FILE.csv");
  Condition condition{name, {column.classes.begin(), column.classes.end()}, {}, {}};
  const int64_t n_rows = by_song ? index.n_songs() : index.n_clips();
  for (int64_t row = 0; row < n_rows; ++row)
    condition.codes.push_back(column.codes[static_cast<size_t>(by_song ? row : index.clip(row).song)]);
  keep_classes_that_occur(condition);
  return checked(std::move(condition));
}

Condition condition_of_targets(const fs::path& npy, int64_t n_rows) {
  const NpyFile file(npy);
  const std::vector<int64_t>& shape = file.header().shape;
  const bool is_column = shape.size() == 1 || (shape.size() == 2 && shape[1] == 1);
  if (!is_column || shape[0] != n_rows)
    fail(ExitCode::usage, {.what = "the targets do not fit the data",
                           .where = escape_for_terminal(npy.string()),
                           .seen = format_value(shape),
                           .wanted = "[" + std::to_string(n_rows) + "], a whole number for each row",
                           .fix = {}});
  const std::vector<int64_t> values = file.read_integers();
  std::set<int64_t> known(values.begin(), values.end());
  known.erase(known.begin(), known.lower_bound(0));
  const std::vector<int64_t> sorted(known.begin(), known.end());
  Condition condition{"targets", {}, {}, fs::absolute(npy).string()};
  for (const int64_t v : sorted) condition.classes.push_back(std::to_string(v));
  for (const int64_t v : values)
    condition.codes.push_back(v < 0 ? -1 : std::lower_bound(sorted.begin(), sorted.end(), v) - sorted.begin());
  return checked(std::move(condition));
}

Condition Condition::from_json(const Json& json, const std::string& where) try {
  return {json.at("column"), json.at("classes"), {}, json.value("path", "")};
} catch (const Json::exception& e) {
  fail(ExitCode::damaged, {.what = "the run's condition is not as it should be",
                           .where = where,
                           .seen = e.what(),
                           .wanted = "\"condition\": {\"column\", \"classes\"}",
                           .fix = {}});
}

}  // namespace songscape
