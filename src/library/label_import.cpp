#include "library/label_import.h"

#include <algorithm>

#include "core/log.h"
#include "core/text.h"
#include "library/library_writer.h"

namespace songscape {
namespace {

constexpr size_t kMaxListed = 20;
constexpr int64_t kManyClasses = 1000;

void update_kinds(Catalogue& catalogue, const std::vector<TableColumn>& columns) {
  std::map<std::string, bool> all_numbers;
  for (const TableColumn& c : columns)
    all_numbers[c.name] = c.name != "genre" && c.name != "artist" && c.name != "title";
  for (const auto& [path, values] : catalogue.labels())
    for (const auto& [column, value] : values)
      if (const auto it = all_numbers.find(column); it != all_numbers.end() && it->second)
        it->second = parse_number(value).has_value();
  for (const auto& [column, is_factor] : all_numbers)
    catalogue.set_column(column, is_factor ? ColumnKind::factor : ColumnKind::label);
}

std::vector<std::string> warnings_of(const LabelTable& table) {
  std::vector<std::string> out = table.warnings;
  for (const TableColumn& c : table.columns)
    if (c.kind == ColumnKind::label && c.n_classes > kManyClasses)
      out.push_back("the label '" + c.name + "' has " + std::to_string(c.n_classes) + " classes in " +
                    std::to_string(c.n_values) + " rows: it tells songs apart rather than groups");
  return out;
}

}  // namespace

LabelChange import_labels(Catalogue& catalogue, const LabelTable& table, const std::vector<std::string>& song_paths) {
  MatchedRows matched = match_rows(table, song_paths);
  LabelChange out;
  out.import = {static_cast<int64_t>(table.cells.rows.size()), static_cast<int64_t>(matched.row_of_path.size()),
                table.columns, std::move(matched.unmatched), warnings_of(table)};
  const auto before = catalogue.labels();
  for (const auto& [path, row] : matched.row_of_path) {
    const auto old = before.find(path);
    for (const TableColumn& c : table.columns) {
      const std::string& value = table.cells.rows[row][c.place];
      std::string was;
      if (old != before.end())
        if (const auto it = old->second.find(c.name); it != old->second.end()) was = it->second;
      if (was == value) continue;
      catalogue.set_label(path, c.name, value);
      out.is_change = true;
    }
  }
  if (out.is_change) update_kinds(catalogue, table.columns);
  return out;
}

LabelImport import_labels_into(const std::filesystem::path& library, const std::filesystem::path& file,
                               const std::string& path_column) {
  const LabelTable table = read_label_table(file, path_column);
  LibraryWriter writer(library, false, {});
  std::vector<std::string> paths;
  for (const auto& [path, entry] : writer.catalogue().paths()) paths.push_back(path);
  LabelImport out;
  writer.commit([&](Catalogue& catalogue) { out = import_labels(catalogue, table, paths).import; },
                LibraryWriter::Publish::always);
  return out;
}

void log_label_import(const LabelImport& import, bool with_columns) {
  log_info("labels: " + std::to_string(import.n_matched) + " of " + std::to_string(import.n_rows) +
           " rows match a song");
  if (with_columns)
    for (const TableColumn& c : import.columns)
      log_info(
          "  " + c.name + ": " +
          (c.kind == ColumnKind::factor ? "factor (numbers)" : "label, " + std::to_string(c.n_classes) + " classes"));
  for (const std::string& warning : import.warnings) log_warning(warning);
  if (import.unmatched.empty()) return;
  log_warning(std::to_string(import.unmatched.size()) + " rows of the table name no song of the library:");
  for (size_t i = 0; i < std::min(kMaxListed, import.unmatched.size()); ++i) log_warning("  " + import.unmatched[i]);
  if (import.unmatched.size() > kMaxListed)
    log_warning("  and " + std::to_string(import.unmatched.size() - kMaxListed) + " more");
}

}  // namespace songscape
