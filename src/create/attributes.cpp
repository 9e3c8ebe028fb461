#include "create/attributes.h"

#include <algorithm>
#include <cmath>

#include "audio/features.h"
#include "audio/mel_attributes.h"
#include "core/error.h"
#include "core/parallel.h"
#include "core/text.h"

namespace songscape {
namespace {

constexpr const char* kMeasuredMark = "measured-";
constexpr const char* kEnergy = "energy";

std::string unit_of(std::string_view name) {
  if (name == "loudness") return "dB";
  if (name == "brightness") return "Hz";
  if (name == "register") return "MIDI pitch";
  if (name == "density") return "onsets a second";
  if (name == "tempo") return "BPM";
  return "";
}

bool keeps_level(const LibraryIndex& library) { return library.mel_reference() != "clip"; }

std::vector<std::string> measured_names() {
  std::vector<std::string> names;
  for (const std::string_view name : mel_attribute_names())
    if (name != "key") names.emplace_back(name);
  names.emplace_back(kEnergy);
  return names;
}

const IndexColumn* factor_named(const LibraryIndex& library, const std::string& name) {
  const IndexColumn* const column = library.find_column(name);
  return column && column->kind == ColumnKind::factor ? column : nullptr;
}

[[noreturn]] void refuse_unknown(const LibraryIndex& library, const std::string& name) {
  const auto known = attribute_names(library);
  std::vector<std::string> shown;
  size_t n_classes = 0;
  for (const std::string& k : known) k.find('=') == std::string::npos ? shown.push_back(k) : void(++n_classes);
  const auto near = nearest_name(name, known);
  fail(ExitCode::usage, {.what = "the library has no such attribute",
                         .where = "--attribute",
                         .seen = escape_for_terminal(name),
                         .wanted = escape_for_terminal(join(shown, ", ")) + (n_classes ? ", or LABEL=CLASS" : ""),
                         .fix = near ? "did you mean '" + escape_for_terminal(*near) + "'?" : ""});
}

std::vector<double> class_values(const LibraryIndex& library, const IndexColumn& column, int32_t code,
                                 const std::vector<int64_t>& rows) {
  std::vector<double> values;
  for (const int64_t row : rows) {
    const int32_t own = column.codes[static_cast<size_t>(library.clip(row).song)];
    values.push_back(own < 0 ? std::nan("") : own == code);
  }
  return values;
}

std::optional<Attribute> find_class_attribute(const LibraryIndex& library, const std::string& name,
                                              const std::vector<int64_t>& rows) {
  for (const IndexColumn& column : library.columns()) {
    if (column.kind != ColumnKind::label) continue;
    for (size_t c = 0; c < column.classes.size(); ++c) {
      const std::string full = std::string(column.name) + "=" + std::string(column.classes[c]);
      const bool is_meant = name == full || (name == column.name && column.classes.size() == 2 && c == 1);
      if (is_meant) return Attribute{full, "label", true, class_values(library, column, static_cast<int32_t>(c), rows)};
    }
  }
  return std::nullopt;
}

// Of one clip; the name is one of measured_names().
double measured_value(const LibraryIndex& library, const std::string& name, int64_t row) {
  if (name == kEnergy) {
    std::array<float, kStoredFeatures> features;
    library.read_features(row, features);
    return features.back();
  }
  std::vector<float> mel(kMelValues);
  library.read_mel(row, mel);
  for (const MeasuredValue& v : measured_values({mel, library.clip(row).n_valid_frames}))
    if (v.name == name) return v.value;
  return std::nan("");
}

}  // namespace

std::vector<std::string> attribute_names(const LibraryIndex& library) {
  std::vector<std::string> names;
  for (const IndexColumn& column : library.columns())
    if (column.kind == ColumnKind::factor) names.emplace_back(column.name);
  for (const std::string& name : measured_names())
    names.push_back(factor_named(library, name) ? kMeasuredMark + name : name);
  for (const IndexColumn& column : library.columns())
    if (column.kind == ColumnKind::label)
      for (const std::string_view c : column.classes) names.push_back(std::string(column.name) + "=" + std::string(c));
  return names;
}

Attribute find_attribute(const LibraryIndex& library, const std::string& name, const std::vector<int64_t>& rows,
                         int n_threads) {
  const bool is_marked = name.starts_with(kMeasuredMark);
  const std::string plain = is_marked ? name.substr(std::string_view(kMeasuredMark).size()) : name;
  if (!keeps_level(library) && (plain == "loudness" || plain == kEnergy))
    fail(ExitCode::usage, {.what = "the library was ingested with --mel-ref clip and keeps no loudness",
                           .where = "--attribute",
                           .seen = plain,
                           .wanted = "another attribute",
                           .fix = "ingest with --mel-ref full-scale to steer loudness"});
  if (const IndexColumn* const factor = is_marked ? nullptr : factor_named(library, name)) {
    Attribute attribute{name, "factor", false, {}};
    for (const int64_t row : rows)
      attribute.values.push_back(factor->values[static_cast<size_t>(library.clip(row).song)]);
    return attribute;
  }
  const auto measured = measured_names();
  if (std::find(measured.begin(), measured.end(), plain) != measured.end()) {
    Attribute attribute{name, "measured", false, std::vector<double>(rows.size())};
    parallel_for(static_cast<int64_t>(rows.size()), n_threads, [&](int64_t i) {
      attribute.values[static_cast<size_t>(i)] = measured_value(library, plain, rows[static_cast<size_t>(i)]);
    });
    return attribute;
  }
  if (auto of_class = find_class_attribute(library, name, rows)) return *std::move(of_class);
  refuse_unknown(library, name);
}

std::vector<MeasuredValue> measured_values(const MelToMeasure& mel) {
  const auto values =
      as_array(measure_mel(mel.mel, {.n_valid_frames = mel.n_valid_frames, .tempo_near_bpm = mel.tempo_near_bpm}));
  std::vector<MeasuredValue> out;
  for (size_t i = 0; i < values.size(); ++i) {
    const std::string name(mel_attribute_names()[i]);
    if (name == "key" || (name == "loudness" && !mel.has_level)) continue;
    out.push_back({name, unit_of(name), values[i]});
  }
  return out;
}

}  // namespace songscape
