// A table of results: one value, many forms (aligned text, CSV, JSON, Markdown, HTML).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "core/json.h"

namespace songscape {

// An absent value (monostate) is an empty cell; in JSON, null.
using Cell = std::variant<std::monostate, bool, int64_t, double, std::string>;

struct Table {
  std::vector<std::string> columns;
  std::vector<std::vector<Cell>> rows;

  void add(std::vector<Cell> row);  // as many cells as columns
  // Aligned, numbers to the right, about 4 significant digits and one number of decimals a column (at most 4
  // where a value reaches .1), unless it holds very different sizes.  Where lines would pass max_width (0: no limit),
  // texts are cut with "…", the longest first.
  std::string to_text(size_t max_width = 0) const;
  std::string to_csv() const;  // full precision, formulas guarded
  Json to_json() const;        // a list of objects
  std::string to_markdown() const;
  // <table>, numbers with class "n", rows named in strong_rows with class "strong".
  std::string to_html(const std::string& caption = {}, const std::vector<size_t>& strong_rows = {}) const;
  void write_csv(const std::filesystem::path& path) const;
};

}  // namespace songscape
