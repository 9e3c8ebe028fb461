#include "study/sweep.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/error.h"
#include "core/text.h"
#include "models/registry.h"
#include "run/train_run.h"

namespace songscape {
namespace {

constexpr size_t kMostValues = 1000;

[[noreturn]] void refuse(std::string_view text, const std::string& what, const std::string& wanted) {
  fail(ExitCode::usage, {.what = what,
                         .where = "--sweep",
                         .seen = escape_for_terminal(text),
                         .wanted = wanted,
                         .fix = "write --sweep latent_dim=4,8,16 or --sweep loss.beta=1..16*2"});
}

// At the commas outside brackets and quotes.
std::vector<std::string> split_values(std::string_view text) {
  std::vector<std::string> values(1);
  int depth = 0;
  bool is_quoted = false;
  for (const char c : text) {
    if (c == '"') is_quoted = !is_quoted;
    if (c == '[' && !is_quoted) ++depth;
    if (c == ']' && !is_quoted) --depth;
    if (c == ',' && depth == 0 && !is_quoted)
      values.emplace_back();
    else
      values.back() += c;
  }
  return values;
}

struct Range {
  double low, high, step;
  bool is_factor, is_whole;
};

std::optional<Range> parse_range(std::string_view text, const std::string& value) {
  const size_t dots = value.find("..");
  if (dots == std::string::npos || value.starts_with('"') || value.starts_with('[')) return std::nullopt;
  const std::string rest = value.substr(dots + 2);
  size_t mark = rest.find('*');
  const bool is_factor = mark != std::string::npos;
  // A plus behind "e" belongs to the number before it.
  for (size_t i = rest.find('+', 1); !is_factor && i != std::string::npos; i = rest.find('+', i + 1))
    if (rest[i - 1] != 'e' && rest[i - 1] != 'E') mark = i;
  if (mark == std::string::npos)
    refuse(text, "the range '" + value + "' has no step", "LOW..HIGH*FACTOR or LOW..HIGH+STEP");
  const std::string ends[] = {value.substr(0, dots), rest.substr(0, mark), rest.substr(mark + 1)};
  const auto low = parse_number(ends[0]), high = parse_number(ends[1]), step = parse_number(ends[2]);
  if (!low || !high || !step)
    refuse(text, "the range '" + value + "' is not one of numbers", "LOW..HIGH*FACTOR or LOW..HIGH+STEP");
  if (*low > *high) refuse(text, "the range '" + value + "' is empty", "a first value that is not above the last");
  if (is_factor ? *step <= 1 || *low <= 0 : *step <= 0)
    refuse(text, "the range '" + value + "' never ends", "a factor above 1 from a value above 0, or a step above 0");
  const bool is_whole = std::all_of(std::begin(ends), std::end(ends), [](const auto& e) { return parse_integer(e); });
  return Range{*low, *high, *step, is_factor, is_whole};
}

std::vector<std::string> values_of(const Range& r, std::string_view text) {
  std::vector<std::string> values;
  for (int i = 0;; ++i) {
    const double v = r.is_factor ? r.low * std::pow(r.step, i) : r.low + r.step * i;
    if (v > r.high + 1e-9 * std::abs(r.high)) return values;
    if (values.size() == kMostValues) refuse(text, "the range holds too many values", "at most 1000");
    values.push_back(r.is_whole ? std::to_string(std::llround(v)) : format_number(*parse_number(format_number(v, 12))));
  }
}

}  // namespace

Sweep parse_sweep(std::string_view text) {
  const size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0)
    refuse(text, "a sweep names a key and its values", "key=v1,v2,…");
  Sweep sweep{std::string(text.substr(0, equals)), {}};
  for (const std::string& value : split_values(text.substr(equals + 1))) {
    if (value.empty()) refuse(text, "a value of '" + escape_for_terminal(sweep.key) + "' is empty", "key=v1,v2,…");
    const auto range = parse_range(text, value);
    for (std::string& v : range ? values_of(*range, text) : std::vector<std::string>{value})
      if (std::ranges::find(sweep.values, v) == sweep.values.end()) sweep.values.push_back(std::move(v));
  }
  if (sweep.values.size() > kMostValues) refuse(text, "the sweep holds too many values", "at most 1000");
  return sweep;
}

std::vector<Sweep> default_sweeps(const std::string& model, const std::string& size) {
  static constexpr const char* kDocumented[] = {
      "latent_dim=4..128*2", "hidden_dim=64..1024*2", "train.lr=0.0001,0.0005,0.001,0.005,0.01",
      "loss.beta=1..16*2",   "train.batch=8..128*2",  "fusion=poe,mixture,concat"};
  const std::vector<ConfigRow> keys = train_keys(model, size);
  std::vector<Sweep> sweeps;
  for (const char* text : kDocumented) {
    Sweep sweep = parse_sweep(text);
    if (std::ranges::any_of(keys, [&](const ConfigRow& row) { return row.key == sweep.key; }))
      sweeps.push_back(std::move(sweep));
  }
  Sweep architectures{kArchitecture, {}};
  for (const std::string& form : model_forms(model))
    architectures.values.push_back(form == kDocumentedForm ? model : model + ":" + form);
  architectures.values.emplace_back(kPcaBaseline);
  sweeps.push_back(std::move(architectures));
  return sweeps;
}

}  // namespace songscape
