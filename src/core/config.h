// Settings of models, training and commands.  A config is a struct with defaults and one visitor list:
//
//   struct TrainConfig {
//     int64_t batch = 16;
//     template <class V> void visit(V& v) { v("batch", batch, "songs a step", Range{1, 65536}); }
//   };
//
// That list alone drives reading (TOML, --set), writing (config.toml), help and comparison.  Nested configs:
// v.section("loss", loss).  Choices: v("objective", objective, "…", OneOf{"beta", "tc", "factor"}).
#pragma once

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace songscape {

struct Range {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
};
struct OneOf {
  std::vector<std::string> choices;
  OneOf(std::initializer_list<std::string> c) : choices(c) {}
};

using ConfigValue = std::variant<bool, int64_t, double, std::string, std::vector<int64_t>, std::vector<double>, std::vector<std::string>>;

// Raw values by dotted key ("loss.beta"), each with where it came from, for messages.
struct ConfigMap {
  struct Entry {
    ConfigValue value;
    std::string where;  // "configs/conv_vae.toml:4:9", "--set"
  };
  std::map<std::string, Entry> entries;

  // A TOML file of at most 1 MiB and 64 levels.  Errors (`usage`) carry line and column.
  static ConfigMap from_file(const std::filesystem::path& path);
  static ConfigMap from_text(std::string_view toml, const std::string& where);
  // "key=value", the value as TOML; a bare word is a string.  Replaces what stood there.
  void set(std::string_view assignment);
};

// One row a key, for --help, docs and config.toml.
struct ConfigRow {
  std::string key;
  ConfigValue value;
  std::string help;
  std::string allowed;  // "1 to 65536", "beta, tc or factor", or empty
};

namespace config_detail {
void read_value(const ConfigMap::Entry& entry, const std::string& key, bool& value, const Range&);
void read_value(const ConfigMap::Entry& entry, const std::string& key, int64_t& value, const Range&);
void read_value(const ConfigMap::Entry& entry, const std::string& key, double& value, const Range&);
void read_value(const ConfigMap::Entry& entry, const std::string& key, std::string& value, const Range&);
void read_value(const ConfigMap::Entry& entry, const std::string& key, std::vector<int64_t>& value, const Range&);
void read_value(const ConfigMap::Entry& entry, const std::string& key, std::vector<double>& value, const Range&);
void read_choice(const ConfigMap::Entry& entry, const std::string& key, std::string& value, const OneOf& allowed);
std::string describe(const Range& range);
std::string describe(const OneOf& one_of);
[[noreturn]] void fail_unknown(const std::string& key, const ConfigMap::Entry& entry, const std::vector<std::string>& known);

struct Reader {
  const ConfigMap& map;
  std::string prefix;
  std::vector<std::string>& known;
  template <class T>
  void operator()(const char* name, T& value, const char*, const Range& range = {}) {
    if (const auto* e = take(name)) read_value(*e, prefix + name, value, range);
  }
  void operator()(const char* name, std::string& value, const char*, const OneOf& allowed) {
    if (const auto* e = take(name)) read_choice(*e, prefix + name, value, allowed);
  }
  template <class C>
  void section(const char* name, C& c) {
    Reader inner{map, prefix + name + ".", known};
    c.visit(inner);
  }
  const ConfigMap::Entry* take(const char* name) {
    known.push_back(prefix + name);
    const auto it = map.entries.find(prefix + name);
    return it == map.entries.end() ? nullptr : &it->second;
  }
};

struct Lister {
  std::vector<ConfigRow>& rows;
  std::string prefix;
  template <class T>
  void operator()(const char* name, T& value, const char* help, const Range& range = {}) {
    rows.push_back({prefix + name, ConfigValue(value), help, describe(range)});
  }
  void operator()(const char* name, std::string& value, const char* help, const OneOf& allowed) {
    rows.push_back({prefix + name, ConfigValue(value), help, describe(allowed)});
  }
  template <class C>
  void section(const char* name, C& c) {
    Lister inner{rows, prefix + name + "."};
    c.visit(inner);
  }
};
}  // namespace config_detail

// Sets what `map` names, checks every value.  An unknown key, a wrong type, or a value out of range is an Error
// (`usage`) with its place, the allowed range and the nearest known key.
template <class Config>
void read_config(Config& config, const ConfigMap& map) {
  std::vector<std::string> known;
  config_detail::Reader reader{map, "", known};
  config.visit(reader);
  for (const auto& [key, entry] : map.entries) {
    bool is_known = false;
    for (const std::string& k : known) is_known |= k == key;
    if (!is_known) config_detail::fail_unknown(key, entry, known);
  }
}

template <class Config>
std::vector<ConfigRow> list_config(Config config) {
  std::vector<ConfigRow> rows;
  config_detail::Lister lister{rows, ""};
  config.visit(lister);
  return rows;
}

std::string to_toml(const std::vector<ConfigRow>& rows);        // with the help texts as comments
std::string format_value(const ConfigValue& value);             // as TOML

template <class Config>
std::string to_toml(const Config& config) {
  return to_toml(list_config(config));
}

// "key: now 4, was 1" for every key that differs or stands on one side only.
std::vector<std::string> config_differences(const std::vector<ConfigRow>& now, const std::vector<ConfigRow>& was);

}  // namespace songscape
