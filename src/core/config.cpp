#include "core/config.h"

#define TOML_HEADER_ONLY 1
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include <cmath>
#include <set>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"

namespace songscape {
namespace {

[[noreturn]] void refuse(std::string what, std::string where, std::string seen = {}, std::string wanted = {}, std::string fix = {}) {
  fail(ExitCode::usage, {std::move(what), std::move(where), std::move(seen), std::move(wanted), std::move(fix)});
}

std::string place(const std::string& where, const toml::source_region& region) {
  if (region.begin.line == 0) return where;
  return where + ":" + std::to_string(region.begin.line) + ":" + std::to_string(region.begin.column);
}

ConfigValue list_value(const toml::array& array, const std::string& key, const std::string& where) {
  std::vector<int64_t> whole;
  std::vector<double> real;
  std::vector<std::string> text;
  for (const toml::node& n : array) {
    if (n.is_integer()) whole.push_back(*n.value<int64_t>());
    if (n.is_number()) real.push_back(*n.value<double>());
    if (n.is_string()) text.push_back(*n.value<std::string>());
  }
  if (text.size() == array.size() && !array.empty()) return text;
  if (whole.size() == array.size()) return whole;
  if (real.size() == array.size()) return real;
  refuse("key '" + key + "' has a list of mixed kinds", where, {}, "numbers only, or strings only");
}

void flatten(const toml::table& table, const std::string& prefix, const std::string& where, ConfigMap& out) {
  for (const auto& [k, node] : table) {
    const std::string key = prefix + std::string(k.str()), at = place(where, node.source());
    if (const auto* t = node.as_table()) {
      flatten(*t, key + ".", where, out);
    } else if (const auto* a = node.as_array()) {
      out.entries[key] = {list_value(*a, key, at), at};
    } else if (node.is_boolean()) {
      out.entries[key] = {*node.value<bool>(), at};
    } else if (node.is_integer()) {
      out.entries[key] = {*node.value<int64_t>(), at};
    } else if (node.is_floating_point()) {
      out.entries[key] = {*node.value<double>(), at};
    } else if (node.is_string()) {
      out.entries[key] = {*node.value<std::string>(), at};
    } else {
      refuse("key '" + key + "' has a date or time", at, {}, "a number, string, boolean or list");
    }
  }
}

const char* kind_name(const ConfigValue& v) {
  static constexpr const char* kNames[] = {"a boolean", "a whole number", "a number", "a string", "a list", "a list", "a list of strings"};
  return kNames[v.index()];
}

[[noreturn]] void wrong_kind(const ConfigMap::Entry& e, const std::string& key, const char* wanted) {
  refuse("key '" + key + "' has the wrong kind of value", e.where, std::string(kind_name(e.value)) + ", " + format_value(e.value), wanted);
}

void check_range(double v, const ConfigMap::Entry& e, const std::string& key, const Range& range) {
  if (std::isfinite(v) && v >= range.low && v <= range.high) return;
  const std::string allowed = config_detail::describe(range);
  refuse("key '" + key + "' is out of range", e.where, format_value(e.value), allowed.empty() ? "a finite number" : allowed);
}

}  // namespace

ConfigMap ConfigMap::from_text(std::string_view text, const std::string& where) {
  if (text.size() > (1u << 20)) refuse("the file is too large for a configuration", where, format_bytes(static_cast<double>(text.size())), "at most 1 MiB");
  ConfigMap map;
  try {
    flatten(toml::parse(text), "", where, map);
  } catch (const toml::parse_error& e) {
    refuse(escape_for_terminal(e.description()), place(where, e.source()), {}, "TOML");
  }
  return map;
}

ConfigMap ConfigMap::from_file(const std::filesystem::path& path) {
  const std::string where = escape_for_terminal(path.string());
  std::error_code error;
  if (!fs::is_regular_file(path, error)) refuse("no such configuration file", where);
  if (fs::file_size(path) > (1u << 20)) refuse("the file is too large for a configuration", where, format_bytes(static_cast<double>(fs::file_size(path))), "at most 1 MiB");
  return from_text(read_file(path), where);
}

void ConfigMap::set(std::string_view assignment) {
  const size_t equals = assignment.find('=');
  const std::string shown = escape_for_terminal(assignment);
  if (equals == std::string_view::npos || equals == 0) refuse("--set takes key=value", "--set", shown);
  const std::string key(assignment.substr(0, equals)), value(assignment.substr(equals + 1));
  ConfigMap parsed;
  try {
    parsed = from_text("value = " + value, "--set " + key);
  } catch (const Error&) {
    parsed.entries["value"] = {value, ""};
  }
  if (parsed.entries.size() != 1 || !parsed.entries.contains("value")) parsed.entries = {{"value", {value, ""}}};
  entries[key] = {parsed.entries["value"].value, "--set " + key};
}

namespace config_detail {

void read_value(const ConfigMap::Entry& e, const std::string& key, bool& value, const Range&) {
  if (const bool* b = std::get_if<bool>(&e.value)) value = *b;
  else wrong_kind(e, key, "true or false");
}

void read_value(const ConfigMap::Entry& e, const std::string& key, int64_t& value, const Range& range) {
  const auto* whole = std::get_if<int64_t>(&e.value);
  if (!whole) wrong_kind(e, key, "a whole number");
  check_range(static_cast<double>(*whole), e, key, range);
  value = *whole;
}

void read_value(const ConfigMap::Entry& e, const std::string& key, double& value, const Range& range) {
  double v = 0;
  if (const auto* real = std::get_if<double>(&e.value)) v = *real;
  else if (const auto* whole = std::get_if<int64_t>(&e.value)) v = static_cast<double>(*whole);
  else wrong_kind(e, key, "a number");
  check_range(v, e, key, range);
  value = v;
}

void read_value(const ConfigMap::Entry& e, const std::string& key, std::string& value, const Range&) {
  if (const auto* s = std::get_if<std::string>(&e.value)) value = *s;
  else wrong_kind(e, key, "a string");
}

void read_value(const ConfigMap::Entry& e, const std::string& key, std::vector<int64_t>& value, const Range& range) {
  const auto* list = std::get_if<std::vector<int64_t>>(&e.value);
  if (!list) wrong_kind(e, key, "a list of whole numbers");
  for (const int64_t v : *list) check_range(static_cast<double>(v), e, key, range);
  value = *list;
}

void read_value(const ConfigMap::Entry& e, const std::string& key, std::vector<double>& value, const Range& range) {
  std::vector<double> list;
  if (const auto* real = std::get_if<std::vector<double>>(&e.value)) list = *real;
  else if (const auto* whole = std::get_if<std::vector<int64_t>>(&e.value)) list.assign(whole->begin(), whole->end());
  else wrong_kind(e, key, "a list of numbers");
  for (const double v : list) check_range(v, e, key, range);
  value = list;
}

void read_choice(const ConfigMap::Entry& e, const std::string& key, std::string& value, const OneOf& allowed) {
  const auto* s = std::get_if<std::string>(&e.value);
  if (!s) wrong_kind(e, key, "a string");
  for (const std::string& c : allowed.choices)
    if (c == *s) {
      value = *s;
      return;
    }
  const auto near = nearest_name(*s, allowed.choices);
  refuse("key '" + key + "' has an unknown value", e.where, "'" + escape_for_terminal(*s) + "'", describe(allowed),
         near ? "did you mean '" + *near + "'?" : "");
}

std::string describe(const Range& r) {
  const bool has_low = std::isfinite(r.low), has_high = std::isfinite(r.high);
  if (has_low && has_high) return format_number(r.low) + " to " + format_number(r.high);
  if (has_low) return "at least " + format_number(r.low);
  if (has_high) return "at most " + format_number(r.high);
  return {};
}

std::string describe(const OneOf& o) {
  std::string out;
  for (size_t i = 0; i < o.choices.size(); ++i) out += (i == 0 ? "" : i + 1 == o.choices.size() ? " or " : ", ") + o.choices[i];
  return out;
}

void fail_unknown(const std::string& key, const ConfigMap::Entry& entry, const std::vector<std::string>& known) {
  const auto near = nearest_name(key, known);
  refuse("unknown key '" + escape_for_terminal(key) + "'", entry.where, {}, {},
         near ? "did you mean '" + *near + "'?" : "known keys: " + join(known, ", "));
}

}  // namespace config_detail

namespace {

struct Formatter {
  std::string operator()(bool v) const { return v ? "true" : "false"; }
  std::string operator()(int64_t v) const { return std::to_string(v); }
  std::string operator()(double v) const {
    const std::string s = format_number(v);
    return s.find_first_of(".en") == std::string::npos ? s + ".0" : s;
  }
  std::string operator()(const std::string& v) const {
    std::string out = "\"";
    char buffer[8];
    for (const char c : v) {
      if (c == '"' || c == '\\') out += '\\', out += c;
      else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) std::snprintf(buffer, sizeof buffer, "\\u%04X", c), out += buffer;
      else out += c;
    }
    return out + '"';
  }
  template <class T>
  std::string operator()(const std::vector<T>& list) const {
    std::vector<std::string> parts;
    for (const auto& v : list) parts.push_back((*this)(v));
    return "[" + join(parts, ", ") + "]";
  }
};

}  // namespace

std::string format_value(const ConfigValue& value) {
  return std::visit(Formatter{}, value);
}

std::string to_toml(const std::vector<ConfigRow>& rows) {
  // Keys without a dot first: in TOML they must stand before the first [section].
  std::string out, section;
  const auto put = [&](const ConfigRow& r, const std::string& name) {
    out += name + " = " + format_value(r.value) + "  # " + r.help + (r.allowed.empty() ? "" : " (" + r.allowed + ")") + "\n";
  };
  for (const ConfigRow& r : rows)
    if (r.key.find('.') == std::string::npos) put(r, r.key);
  for (const ConfigRow& r : rows) {
    const size_t dot = r.key.rfind('.');
    if (dot == std::string::npos) continue;
    if (r.key.substr(0, dot) != section) {
      section = r.key.substr(0, dot);
      out += "\n[" + section + "]\n";
    }
    put(r, r.key.substr(dot + 1));
  }
  return out;
}

std::vector<std::string> config_differences(const std::vector<ConfigRow>& now, const std::vector<ConfigRow>& was) {
  std::map<std::string, std::pair<std::string, std::string>> both;
  for (const ConfigRow& r : now) both[r.key].first = format_value(r.value);
  for (const ConfigRow& r : was) both[r.key].second = format_value(r.value);
  std::vector<std::string> out;
  for (const auto& [key, values] : both)
    if (values.first != values.second)
      out.push_back(key + ": now " + (values.first.empty() ? "absent" : values.first) + ", was " + (values.second.empty() ? "absent" : values.second));
  return out;
}

}  // namespace songscape
