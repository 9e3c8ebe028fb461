#include "report/table.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "core/csv.h"
#include "core/error.h"
#include "core/file.h"
#include "core/text.h"

namespace songscape {
namespace {

// Every digit, for machines.
std::string exact_text(const Cell& cell) {
  if (const auto* b = std::get_if<bool>(&cell)) return *b ? "true" : "false";
  if (const auto* i = std::get_if<int64_t>(&cell)) return std::to_string(*i);
  if (const auto* s = std::get_if<std::string>(&cell)) return *s;
  if (const auto* d = std::get_if<double>(&cell)) return format_number(*d);
  return {};
}

std::string short_number(double d) {
  const bool is_large = std::isfinite(d) && std::abs(d) >= 1000 && std::abs(d) < 1e9;
  return is_large ? std::to_string(std::llround(d)) : format_number(d, 4);
}

// Decimals that all numbers of the column get, or −1 where each is written by itself.
int common_decimals(const Table& table, size_t column) {
  size_t most = 0;
  double largest = 0;
  for (const auto& row : table.rows) {
    const auto* d = std::get_if<double>(&row[column]);
    if (!d || !std::isfinite(*d)) continue;
    const std::string text = short_number(*d);
    largest = std::max(largest, std::abs(*d));
    if (std::abs(*d) >= 1000 || text.find('e') != text.npos) return -1;
    if (const size_t point = text.find('.'); point != text.npos) most = std::max(most, text.size() - point - 1);
  }
  if (largest >= .1) return static_cast<int>(std::min<size_t>(most, 4));
  return most <= 7 ? static_cast<int>(most) : -1;
}

// The cells for people, unescaped.
std::vector<std::vector<std::string>> shown_cells(const Table& table) {
  std::vector<std::vector<std::string>> out(table.rows.size());
  for (size_t j = 0; j < table.columns.size(); ++j) {
    const int decimals = common_decimals(table, j);
    for (size_t i = 0; i < table.rows.size(); ++i) {
      const Cell& cell = table.rows[i][j];
      const auto* d = std::get_if<double>(&cell);
      char buffer[64];
      if (d && std::isfinite(*d) && decimals >= 0)
        std::snprintf(buffer, sizeof buffer, "%.*f", decimals, *d), out[i].push_back(buffer);
      else
        out[i].push_back(d ? short_number(*d) : exact_text(cell));
    }
  }
  return out;
}

bool is_numeric(const Cell& c) { return std::holds_alternative<int64_t>(c) || std::holds_alternative<double>(c); }

// Columns a terminal uses for the text: code points, near enough for labels.
size_t width_of(const std::string& s) {
  return static_cast<size_t>(std::count_if(s.begin(), s.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string cut_to(const std::string& s, size_t width) {
  if (width_of(s) <= width) return s;
  size_t end = 0, n = 0;
  while (end < s.size() && ((s[end] & 0xC0) == 0x80 || n + 1 < width)) n += (s[end++] & 0xC0) != 0x80;
  return s.substr(0, end) + "…";
}

std::vector<bool> numeric_columns(const Table& table) {
  std::vector<bool> out(table.columns.size(), false);
  for (const auto& row : table.rows)
    for (size_t j = 0; j < row.size(); ++j) out[j] = out[j] || is_numeric(row[j]);
  return out;
}

// Takes from the widest column of text until the line fits, down to 8 each.
void narrow(std::vector<size_t>& widths, const std::vector<bool>& is_fixed, size_t max_width) {
  size_t total = 2 * (widths.size() - 1);
  for (const size_t w : widths) total += w;
  for (; total > max_width; --total) {
    size_t* widest = nullptr;
    for (size_t j = 0; j < widths.size(); ++j)
      if (!is_fixed[j] && widths[j] > 8 && (!widest || widths[j] > *widest)) widest = &widths[j];
    if (!widest) return;
    --*widest;
  }
}

}  // namespace

void Table::add(std::vector<Cell> row) {
  check(row.size() == columns.size(), "a table row has a cell for every column");
  rows.push_back(std::move(row));
}

std::string Table::to_text(size_t max_width) const {
  std::vector<std::vector<std::string>> cells = shown_cells(*this);
  cells.insert(cells.begin(), columns);
  const std::vector<bool> is_number = numeric_columns(*this);
  std::vector<size_t> widths(columns.size(), 0);
  for (auto& row : cells)
    for (size_t j = 0; j < row.size(); ++j) {
      row[j] = escape_for_terminal(row[j]);
      widths[j] = std::max(widths[j], width_of(row[j]));
    }
  if (max_width > 0 && !columns.empty()) narrow(widths, is_number, max_width);
  std::string out;
  for (const auto& row : cells) {
    std::string line;
    for (size_t j = 0; j < row.size(); ++j) {
      const std::string text = cut_to(row[j], widths[j]), pad(widths[j] - width_of(text), ' ');
      line += (j ? "  " : "") + (is_number[j] ? pad + text : text + pad);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

std::string Table::to_csv() const {
  std::string out;
  for (size_t j = 0; j < columns.size(); ++j) out += (j ? "," : "") + csv_field(columns[j]);
  out += "\n";
  for (const auto& row : rows) {
    for (size_t j = 0; j < row.size(); ++j)
      out += (j ? "," : "") + (is_numeric(row[j]) ? exact_text(row[j]) : csv_field(exact_text(row[j])));
    out += "\n";
  }
  return out;
}

Json Table::to_json() const {
  Json list = Json::array();
  for (const auto& row : rows) {
    Json object = Json::object();
    for (size_t j = 0; j < row.size(); ++j) {
      Json& v = object[columns[j]];
      if (const auto* b = std::get_if<bool>(&row[j]))
        v = *b;
      else if (const auto* i = std::get_if<int64_t>(&row[j]))
        v = *i;
      else if (const auto* d = std::get_if<double>(&row[j]))
        v = *d;
      else if (const auto* s = std::get_if<std::string>(&row[j]))
        v = replace_invalid_utf8(*s);
    }
    list.push_back(std::move(object));
  }
  return list;
}

std::string Table::to_markdown() const {
  const std::vector<bool> is_number = numeric_columns(*this);
  const auto safe = [](std::string s) {
    s = escape_for_html(s);
    for (size_t i = 0; (i = s.find('|', i)) != std::string::npos; i += 2) s.insert(i, "\\");
    return s;
  };
  std::string out = "|";
  for (const std::string& c : columns) out += " " + safe(c) + " |";
  out += "\n|";
  for (size_t j = 0; j < columns.size(); ++j) out += is_number[j] ? "---:|" : "---|";
  out += "\n";
  for (const auto& row : shown_cells(*this)) {
    out += "|";
    for (const std::string& c : row) out += " " + safe(c) + " |";
    out += "\n";
  }
  return out;
}

std::string Table::to_html(const std::string& caption, const std::vector<size_t>& strong_rows) const {
  const std::vector<bool> is_number = numeric_columns(*this);
  std::string out = "<table>";
  if (!caption.empty()) out += "<caption>" + escape_for_html(caption) + "</caption>";
  out += "<thead><tr>";
  for (size_t j = 0; j < columns.size(); ++j)
    out += std::string(is_number[j] ? "<th class=\"n\">" : "<th>") + escape_for_html(columns[j]) + "</th>";
  out += "</tr></thead><tbody>\n";
  const std::vector<std::vector<std::string>> cells = shown_cells(*this);
  for (size_t i = 0; i < rows.size(); ++i) {
    const bool is_strong = std::find(strong_rows.begin(), strong_rows.end(), i) != strong_rows.end();
    out += is_strong ? "<tr class=\"strong\">" : "<tr>";
    for (size_t j = 0; j < columns.size(); ++j)
      out += std::string(is_numeric(rows[i][j]) ? "<td class=\"n\">" : "<td>") + escape_for_html(cells[i][j]) + "</td>";
    out += "</tr>\n";
  }
  return out + "</tbody></table>\n";
}

void Table::write_csv(const std::filesystem::path& path) const { publish_file(path, to_csv()); }

}  // namespace songscape
