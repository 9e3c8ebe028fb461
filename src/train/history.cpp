#include "train/history.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/csv.h"
#include "core/error.h"
#include "core/file.h"
#include "core/text.h"

namespace songscape {

void History::add(const std::vector<std::pair<std::string, double>>& row) {
  std::map<std::string, double> values;
  for (const auto& [name, value] : row) {
    if (std::find(columns_.begin(), columns_.end(), name) == columns_.end()) columns_.push_back(name);
    values[name] = value;
  }
  rows_.push_back(std::move(values));
}

std::vector<double> History::column(const std::string& name) const {
  std::vector<double> values;
  for (const auto& row : rows_) {
    const auto it = row.find(name);
    values.push_back(it == row.end() ? std::numeric_limits<double>::quiet_NaN() : it->second);
  }
  return values;
}

std::string History::to_csv() const {
  std::string csv = join(columns_, ",") + "\n";
  for (const auto& row : rows_) {
    std::vector<std::string> cells;
    for (const std::string& name : columns_) {
      const auto it = row.find(name);
      cells.push_back(it == row.end() || std::isnan(it->second) ? "" : format_number(it->second));
    }
    csv += join(cells, ",") + "\n";
  }
  return csv;
}

void History::save(const std::filesystem::path& path) const { publish_file(path, to_csv()); }

History History::load(const std::filesystem::path& path) {
  History history;
  if (std::filesystem::file_size(path) <= 1) return history;  // before the first epoch's end
  const CsvTable table = read_csv(path);
  for (size_t r = 0; r < table.rows.size(); ++r) {
    std::vector<std::pair<std::string, double>> row;
    for (size_t c = 0; c < table.columns.size(); ++c) {
      const std::string& cell = table.rows[r][c];
      const auto value = parse_number(cell);
      if (!cell.empty() && !value)
        fail(ExitCode::damaged, {.what = "a cell of the history is no number",
                                 .where = escape_for_terminal(path.string()) + ", row " + std::to_string(r + 2),
                                 .seen = escape_for_terminal(cell),
                                 .wanted = "a number",
                                 .fix = {}});
      row.emplace_back(table.columns[c], value ? *value : std::numeric_limits<double>::quiet_NaN());
    }
    history.add(row);
  }
  return history;
}

}  // namespace songscape
