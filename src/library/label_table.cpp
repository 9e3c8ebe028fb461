#include "library/label_table.h"

#include <algorithm>
#include <set>

#include "core/error.h"
#include "core/text.h"
#include "text/decode_text.h"

namespace songscape {
namespace {

constexpr size_t kMaxListed = 20;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

[[noreturn]] void refuse(const std::string& where, std::string what, std::string seen, std::string wanted,
                         std::string fix) {
  fail(ExitCode::damaged, {.what = std::move(what),
                           .where = where,
                           .seen = std::move(seen),
                           .wanted = std::move(wanted),
                           .fix = std::move(fix)});
}

// Lists faults by line, and how many more there are.
[[noreturn]] void refuse_lines(const std::string& where, const std::string& what, std::vector<std::string> faults,
                               const std::string& wanted) {
  const size_t n = faults.size();
  if (n > kMaxListed) {
    faults.resize(kMaxListed);
    faults.push_back("and " + std::to_string(n - kMaxListed) + " more");
  }
  refuse(where, what + ":\n  " + join(faults, "\n  "), {}, wanted,
         "nothing was imported; mend these lines and run again");
}

std::optional<size_t> find_column(const LabelTable& table, const std::string& name) {
  if (const int64_t exact = table.cells.find(name); exact >= 0) return static_cast<size_t>(exact);
  for (size_t c = 0; c < table.cells.columns.size(); ++c)
    if (lower(table.cells.columns[c]) == lower(name)) return c;
  return std::nullopt;
}

size_t require_column(const LabelTable& table, const std::string& name, const std::string& holds,
                      const std::string& flag) {
  if (const auto place = find_column(table, name)) return *place;
  std::vector<std::string> shown;
  for (const std::string& c : table.cells.columns) shown.push_back(escape_for_terminal(c));
  const auto near = nearest_name(name, table.cells.columns);
  if (shown.size() > kMaxListed) shown.resize(kMaxListed);
  refuse(table.where, "the table has no column '" + escape_for_terminal(name) + "'", join(shown, ", "),
         "a column of " + holds,
         near ? "did you mean " + flag + " " + escape_for_terminal(*near) + "?" : "name it with " + flag + " NAME");
}

void refuse_doubled_paths(const LabelTable& table) {
  std::map<std::string, int64_t> line_of;
  std::vector<std::string> faults;
  for (size_t r = 0; r < table.cells.rows.size(); ++r) {
    const std::string& path = table.cells.rows[r][table.path_place];
    const int64_t line = table.cells.row_lines[r];
    const auto [it, is_new] = line_of.try_emplace(path, line);
    if (path.empty())
      faults.push_back("line " + std::to_string(line) + ": no path");
    else if (!is_new)
      faults.push_back("line " + std::to_string(line) + ": '" + escape_for_terminal(path) + "' stands at line " +
                       std::to_string(it->second) + " too");
  }
  if (!faults.empty()) refuse_lines(table.where, "the paths of the table are not one a song", faults, "each path once");
}

// What people and programs write for a number, though parse_number takes it for none: 1,5  1e999  nan  0x1F  " 7 "  ١٢.
bool looks_like_number(std::string_view text) {
  const std::string t = lower(text.substr(std::min(text.find_first_not_of(" \t"), text.size())));
  std::string_view s = t;
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t')) s.remove_suffix(1);
  if (!s.empty() && (s[0] == '-' || s[0] == '+')) s.remove_prefix(1);
  if (s == "nan" || s == "inf" || s == "infinity" || s == "null" || s == "na" || s == "n/a") return true;
  if (std::count(s.begin(), s.end(), '.') > 1) return false;
  bool has_digit = false;
  for (size_t i = 0; i < s.size(); ++i) {
    const auto at = [&](size_t k) { return k < s.size() ? static_cast<unsigned char>(s[k]) : 0u; };
    const bool is_foreign_digit = at(i) == 0xD9 && at(i + 1) >= 0xA0 && at(i + 1) <= 0xA9;
    if (is_foreign_digit) ++i;
    const bool is_digit = is_foreign_digit || (s[i] >= '0' && s[i] <= '9');
    has_digit |= is_digit;
    const bool is_hexadecimal = s.starts_with("0x") && (s[i] == 'x' || (s[i] >= 'a' && s[i] <= 'f'));
    const bool is_exponent = has_digit && (s[i] == 'e' || ((s[i] == '-' || s[i] == '+') && s[i - 1] == 'e'));
    if (!is_digit && !is_hexadecimal && !is_exponent && s[i] != '.' && s[i] != ',' && s[i] != '\'') return false;
  }
  return has_digit;
}

ColumnKind kind_of_column(const LabelTable& table, size_t place) {
  bool all_numbers = true, all_look_like_numbers = true, any_number = false;
  std::vector<std::string> faults;
  for (size_t r = 0; r < table.cells.rows.size(); ++r) {
    const std::string& cell = table.cells.rows[r][place];
    if (cell.empty()) continue;
    const bool is_number = parse_number(cell).has_value();
    any_number |= is_number || (cell.find_first_of("0123456789") != std::string::npos && looks_like_number(cell));
    all_numbers &= is_number;
    all_look_like_numbers &= is_number || looks_like_number(cell);
    if (!is_number)
      faults.push_back("line " + std::to_string(table.cells.row_lines[r]) + ": '" +
                       escape_for_terminal(cell.substr(0, 60)) + "'");
    if (!all_look_like_numbers) return ColumnKind::label;
  }
  if (!all_numbers && any_number)
    refuse_lines(
        table.where,
        "the column '" + escape_for_terminal(table.cells.columns[place]) + "' holds numbers in a form that is not read",
        faults, "numbers such as 1.5 or -2e3, and empty cells where there is none");
  return all_numbers ? ColumnKind::factor : ColumnKind::label;
}

void make_utf8(LabelTable& table) {
  int64_t n_replaced = 0, first_line = 0;
  for (size_t r = 0; r < table.cells.rows.size(); ++r)
    for (size_t c = 0; c < table.cells.columns.size(); ++c) {
      std::string& cell = table.cells.rows[r][c];
      if (c == table.path_place || c == table.text_place || is_valid_utf8(cell)) continue;
      cell = replace_invalid_utf8(cell);
      if (n_replaced++ == 0) first_line = table.cells.row_lines[r];
    }
  if (n_replaced > 0)
    table.warnings.push_back(std::to_string(n_replaced) + " cells are not UTF-8, the first at line " +
                             std::to_string(first_line) + ": what could not be read was replaced");
}

std::string known_name(const std::string& column) {
  const std::string name = lower(column);
  return name == "title" || name == "artist" || name == "genre" ? name : replace_invalid_utf8(column);
}

void find_columns(LabelTable& table) {
  std::set<std::string> names;
  for (size_t c = 0; c < table.cells.columns.size(); ++c) {
    if (c == table.path_place || c == table.text_place) continue;
    std::set<std::string_view> values;
    int64_t n_values = 0;
    for (const auto& row : table.cells.rows) {
      n_values += !row[c].empty();
      if (!row[c].empty()) values.insert(row[c]);
    }
    const std::string name = known_name(table.cells.columns[c]);
    if (!names.insert(name).second)
      refuse(table.where, "two columns mean '" + escape_for_terminal(name) + "'", {}, "one", "rename one of them");
    if (n_values == 0) {
      table.warnings.push_back("the column '" + escape_for_terminal(name) + "' is empty and was left out");
      continue;
    }
    const bool is_text = name == "title" || name == "artist";
    const ColumnKind kind = is_text ? ColumnKind::label : kind_of_column(table, c);
    table.columns.push_back({name, kind, c, n_values, static_cast<int64_t>(values.size())});
  }
}

// The column that names the rows; a new one of their numbers where the table has none.
size_t find_names(LabelTable& table, const std::string& asked) {
  if (!asked.empty()) return require_column(table, asked, "names, one a row", "--path-column");
  for (const char* name : {"path", "id"})
    if (const auto place = find_column(table, name); place && place != table.text_place) return *place;
  table.cells.columns.emplace_back();
  for (size_t r = 0; r < table.cells.rows.size(); ++r) {
    const std::string number = std::to_string(r + 1);
    table.cells.rows[r].push_back(std::string(8 - std::min<size_t>(8, number.size()), '0') + number);
  }
  return table.cells.columns.size() - 1;
}

std::string_view file_name(std::string_view path) { return path.substr(path.find_last_of("/\\") + 1); }

}  // namespace

LabelTable read_label_table(const std::filesystem::path& file, const std::string& path_column) {
  LabelTable table;
  table.where = escape_for_terminal(file.string());
  table.cells = read_csv(file);
  table.path_place = require_column(table, path_column.empty() ? "path" : path_column, "song paths", "--path-column");
  refuse_doubled_paths(table);
  make_utf8(table);
  find_columns(table);
  if (table.columns.empty())
    refuse(table.where, "the table has no column besides the paths", {}, "a column of labels or numbers", {});
  return table;
}

LabelTable read_text_table(const std::filesystem::path& file, const std::string& path_column,
                           const std::string& text_column) {
  LabelTable table;
  table.where = escape_for_terminal(file.string());
  table.cells = read_csv(file);
  table.text_place = require_column(table, text_column, "texts", "--text-column");
  table.path_place = find_names(table, path_column);
  if (table.path_place == table.text_place)
    refuse(table.where, "one column cannot hold both names and texts",
           escape_for_terminal(table.cells.columns[table.path_place]), "two columns", "name another --path-column");
  refuse_doubled_paths(table);
  make_utf8(table);
  find_columns(table);
  return table;
}

MatchedRows match_rows(const LabelTable& table, const std::vector<std::string>& song_paths) {
  MatchedRows out;
  const std::set<std::string> songs(song_paths.begin(), song_paths.end());
  const auto cell = [&](size_t r) {
    std::string path = table.cells.rows[r][table.path_place];
    while (path.starts_with("./")) path.erase(0, 2);
    return path;
  };
  std::vector<size_t> rest;
  for (size_t r = 0; r < table.cells.rows.size(); ++r) {
    if (songs.contains(cell(r)) && out.row_of_path.try_emplace(cell(r), r).second) continue;
    rest.push_back(r);
  }
  // By file name: one song that no path named, one row.
  std::map<std::string, std::vector<std::string>> songs_named;
  for (const std::string& path : songs)
    if (!out.row_of_path.contains(path)) songs_named[std::string(file_name(path))].push_back(path);
  std::map<std::string, int> n_rows_named;
  for (const size_t r : rest) ++n_rows_named[std::string(file_name(cell(r)))];
  for (const size_t r : rest) {
    const auto it = songs_named.find(std::string(file_name(cell(r))));
    if (it != songs_named.end() && it->second.size() == 1 && n_rows_named[it->first] == 1)
      out.row_of_path.emplace(it->second[0], r);
    else
      out.unmatched.push_back(table.cells.rows[r][table.path_place]);
  }
  return out;
}

}  // namespace songscape
