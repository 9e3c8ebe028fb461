#include "run/music_training.h"

#include <algorithm>

#include "core/error.h"
#include "core/log.h"
#include "models/registry.h"

namespace songscape {
namespace {

template <class T>
T setting(const ConfigMap& settings, const std::string& key) {
  const auto it = settings.entries.find(key);
  check(it != settings.entries.end(), "the settings of a run are whole");
  const auto* value = std::get_if<T>(&it->second.value);
  if (value == nullptr)
    fail(ExitCode::usage, {.what = "a setting is of the wrong kind",
                           .where = it->second.where,
                           .seen = key + " = " + format_value(it->second.value),
                           .wanted = {},
                           .fix = {}});
  return *value;
}

}  // namespace

bool reads_tokens(const std::string& model) {
  return std::ranges::any_of(model_keys(model, "spec"), [](const ConfigRow& row) { return row.key == "max_tokens"; });
}

TokenWindows windows_of(const ConfigMap& settings) {
  const auto bars = static_cast<int>(setting<int64_t>(settings, "bars"));
  const auto hop = static_cast<int>(setting<int64_t>(settings, "hop_bars"));
  return {.n_bars = bars,
          .hop_bars = hop > 0 ? hop : bars,
          .tracks = setting<std::string>(settings, "tracks") == "melody" ? TokenWindows::Tracks::melody
                                                                         : TokenWindows::Tracks::all,
          .chords = setting<bool>(settings, "chords"),
          .max_tokens = setting<int64_t>(settings, "max_tokens")};
}

std::unique_ptr<TokenSource> music_rows(const ConfigMap& settings, const std::shared_ptr<const LibraryIndex>& library) {
  auto rows = std::make_unique<TokenSource>(library, windows_of(settings));
  if (rows->n_cut() > 0)
    log_warning(std::to_string(rows->n_cut()) + " of " + std::to_string(rows->n_rows()) +
                " windows are longer than max_tokens and end early");
  return rows;
}

}  // namespace songscape
