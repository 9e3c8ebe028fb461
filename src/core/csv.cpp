#include "core/csv.h"

#include <algorithm>
#include <set>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"

namespace songscape {
namespace {

void append_utf8(std::string& out, uint32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | c >> 6);
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | c >> 18);
    out += static_cast<char>(0x80 | (c >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

// UTF-16 with a byte-order mark becomes UTF-8; a UTF-8 mark is dropped.
std::string without_byte_order_mark(std::string text) {
  if (text.starts_with("\xEF\xBB\xBF")) return text.substr(3);
  const bool is_little = text.starts_with("\xFF\xFE"), is_big = text.starts_with("\xFE\xFF");
  if (!is_little && !is_big) return text;
  const auto unit = [&](size_t i) -> uint32_t {
    const auto a = static_cast<unsigned char>(text[i]), b = static_cast<unsigned char>(text[i + 1]);
    return is_little ? a | b << 8 : a << 8 | b;
  };
  std::string out;
  for (size_t i = 2; i + 1 < text.size(); i += 2) {
    uint32_t c = unit(i);
    if (c >= 0xD800 && c < 0xDC00 && i + 3 < text.size() && unit(i + 2) >= 0xDC00 && unit(i + 2) < 0xE000) {
      c = 0x10000 + ((c - 0xD800) << 10) + (unit(i + 2) - 0xDC00);
      i += 2;
    } else if (c >= 0xD800 && c < 0xE000) {
      c = 0xFFFD;
    }
    append_utf8(out, c);
  }
  return out;
}

class Parser {
 public:
  Parser(std::string text, char separator, std::string where, const CsvLimits& limits)
      : text_(without_byte_order_mark(std::move(text))), separator_(separator), where_(std::move(where)), limits_(limits) {}

  CsvTable parse() {
    while (at_ < text_.size() && faults_.size() < 20) {
      const int64_t start_line = line_;
      std::vector<std::string> record = read_record();
      if (record.size() == 1 && record[0].empty()) continue;  // a blank line
      take(std::move(record), start_line);
    }
    if (table_.columns.empty() && faults_.empty()) faults_.push_back("line 1: no header line");
    if (!faults_.empty())
      fail(ExitCode::damaged, {.what = "the table cannot be used:\n  " + join(faults_, "\n  "), .where = where_, .seen = {},
                               .wanted = "RFC 4180 with a header line", .fix = "nothing was imported; mend these lines and run again"});
    return std::move(table_);
  }

 private:
  void fault(int64_t line, const std::string& what) { faults_.push_back("line " + std::to_string(line) + ": " + what); }

  std::vector<std::string> read_record() {
    std::vector<std::string> record(1);
    bool is_field_start = true;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"' && is_field_start) {
        read_quoted(record.back());
        is_field_start = false;
        continue;
      }
      ++at_;
      if (c == separator_) {
        if (record.size() >= limits_.max_columns) {
          fault(line_, "over " + std::to_string(limits_.max_columns) + " columns");
          at_ = text_.size();
          break;
        }
        record.emplace_back();
        is_field_start = true;
        continue;
      }
      if (c == '\n' || c == '\r') {
        if (c == '\r' && at_ < text_.size() && text_[at_] == '\n') ++at_;
        ++line_;
        break;
      }
      if (c == '"') fault(line_, "a quote inside a field that does not start with one");
      if (c == '\0') fault(line_, "a NUL byte");
      push(record.back(), c);
      is_field_start = false;
      if (faults_.size() >= 20) break;
    }
    return record;
  }

  void read_quoted(std::string& field) {
    const int64_t opened = line_;
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '"') {
        if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
          push(field, '"');
          ++at_;
          continue;
        }
        ++at_;
        if (at_ < text_.size() && text_[at_] != separator_ && text_[at_] != '\n' && text_[at_] != '\r')
          fault(line_, "text after a closing quote (the quote opened at line " + std::to_string(opened) + ")");
        return;
      }
      if (c == '\n' || (c == '\r' && (at_ + 1 >= text_.size() || text_[at_ + 1] != '\n'))) ++line_;
      push(field, c);
    }
    fault(opened, "quote opened at line " + std::to_string(opened) + " is never closed");
  }

  void push(std::string& field, char c) {
    if (field.size() == limits_.max_field_bytes) {
      fault(line_, "a field of over " + format_bytes(static_cast<double>(limits_.max_field_bytes)));
      at_ = text_.size();
    } else {
      field += c;
    }
  }

  void take(std::vector<std::string> record, int64_t line) {
    if (table_.columns.empty()) {
      std::set<std::string> seen;
      for (const std::string& c : record) {
        if (c.empty()) fault(line, "a column without a name");
        if (!seen.insert(c).second) fault(line, "the column '" + escape_for_terminal(c) + "' stands twice");
      }
      if (record.size() == 1 && separator_ == ',' && std::count(record[0].begin(), record[0].end(), ';') > 0)
        fault(line, "one column with ';' in its name: fields must be separated by ','");
      table_.columns = std::move(record);
      return;
    }
    if (record.size() != table_.columns.size()) {
      fault(line, std::to_string(record.size()) + " fields where the header has " + std::to_string(table_.columns.size()));
      return;
    }
    if (table_.rows.size() == limits_.max_rows) {
      fault(line, "over " + std::to_string(limits_.max_rows) + " rows");
      at_ = text_.size();
      return;
    }
    table_.rows.push_back(std::move(record));
    table_.row_lines.push_back(line);
  }

  std::string text_;
  char separator_;
  std::string where_;
  CsvLimits limits_;
  size_t at_ = 0;
  int64_t line_ = 1;
  std::vector<std::string> faults_;
  CsvTable table_;
};

}  // namespace

int64_t CsvTable::find(std::string_view column) const {
  const auto it = std::find(columns.begin(), columns.end(), column);
  return it == columns.end() ? -1 : it - columns.begin();
}

CsvTable parse_csv(std::string text, char separator, const std::string& where, const CsvLimits& limits) {
  return Parser(std::move(text), separator, where, limits).parse();
}

CsvTable read_csv(const std::filesystem::path& path, const CsvLimits& limits) {
  return parse_csv(read_file(path, 1u << 30), path.extension() == ".tsv" ? '\t' : ',', escape_for_terminal(path.string()), limits);
}

std::string csv_field(std::string_view text, bool guard_formulas, char separator) {
  std::string out(text);
  if (guard_formulas && !text.empty() && std::string_view("=+-@\t\r").find(text[0]) != std::string_view::npos && !parse_number(text))
    out.insert(out.begin(), '\'');
  const bool needs_quotes = out.find_first_of("\"\r\n") != std::string::npos || out.find(separator) != std::string::npos;
  if (!needs_quotes) return out;
  std::string quoted = "\"";
  for (const char c : out) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace songscape
