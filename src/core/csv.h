// RFC 4180 tables: strict reading with the line of every fault, and writing that spreadsheets cannot run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace songscape {

struct CsvTable {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
  std::vector<int64_t> row_lines;  // line number in the file at which each row starts, from 1

  // Column number, or −1.
  int64_t find(std::string_view column) const;
};

struct CsvLimits {
  size_t max_field_bytes = 1 << 20;
  size_t max_columns = 4096;
  size_t max_rows = 20'000'000;
};

// Separator by name: a .tsv has tabs, anything else commas.  A UTF-8 or UTF-16 byte-order mark is honoured; lines end
// by LF, CRLF or CR.  Throws Error `damaged` that lists the first 20 faults by line (missing header, duplicate column,
// wrong column count, unclosed quote, quote in a bare field, NUL, field or column cap, `;` where `,` was expected).
CsvTable read_csv(const std::filesystem::path& path, const CsvLimits& limits = {});
CsvTable parse_csv(std::string text, char separator, const std::string& where, const CsvLimits& limits = {});

// One field, quoted where needed.  Text that a spreadsheet would run as a formula (= + - @ tab, not a number) gets a
// leading apostrophe where `guard_formulas` (reports do; exports of data keep bytes as they are).
std::string csv_field(std::string_view text, bool guard_formulas = true, char separator = ',');

}  // namespace songscape
