// `songscape info --library L`: what a library holds.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/commands.h"
#include "core/text.h"
#include "library/library_info.h"
#include "report/table.h"

namespace songscape {
namespace {

constexpr size_t kMaxClassesShown = 60;

Json to_json(const LibraryInfo& info) {
  Json columns = Json::array(), failures = Json::array(), warnings = Json::array();
  for (const ColumnInfo& c : info.columns) {
    Json column = {
        {"name", c.name}, {"kind", c.kind == ColumnKind::label ? "label" : "factor"}, {"n_songs", c.n_songs}};
    if (c.kind == ColumnKind::label) {
      column["n_classes"] = c.counts.size();
      column["counts"] = Json::object();
      for (const auto& [name, n] : c.counts) column["counts"][name] = n;
    } else if (c.n_songs > 0) {
      column["low"] = c.low;
      column["high"] = c.high;
      column["mean"] = c.mean;
    }
    columns.push_back(std::move(column));
  }
  for (const auto& [path, reason] : info.failures)
    failures.push_back({{"path", replace_invalid_utf8(path)}, {"reason", replace_invalid_utf8(reason)}});
  for (const auto& [path, text] : info.warnings)
    warnings.push_back({{"path", replace_invalid_utf8(path)}, {"text", replace_invalid_utf8(text)}});
  return {{"n_songs", info.n_songs},
          {"n_clips", info.n_clips},
          {"n_midi", info.n_midi},
          {"duration_hours", info.duration_hours},
          {"n_missing", info.n_missing},
          {"n_with_lyrics", info.n_with_lyrics},
          {"n_groups", info.n_groups},
          {"mel_reference", info.mel_reference},
          {"excerpts", info.excerpts},
          {"generation", info.generation},
          {"content_hash", info.content_hash},
          {"columns_hash", info.columns_hash},
          {"columns", std::move(columns)},
          {"failures", std::move(failures)},
          {"warnings", std::move(warnings)}};
}

void add_column(const ColumnInfo& c, Table& table) {
  if (c.kind == ColumnKind::factor) {
    table.add({"factor " + c.name, format_number(c.low, 6) + " to " + format_number(c.high, 6), c.n_songs});
    return;
  }
  for (size_t i = 0; i < std::min(kMaxClassesShown, c.counts.size()); ++i)
    table.add({"label " + c.name, c.counts[i].first, c.counts[i].second});
  if (c.counts.size() > kMaxClassesShown)
    table.add(
        {"label " + c.name, "and " + std::to_string(c.counts.size() - kMaxClassesShown) + " more classes", Cell()});
}

Table to_table(const LibraryInfo& info) {
  Table table{{"what", "value", "n"}, {}};
  table.add({"n_songs", Cell(), info.n_songs});
  table.add({"n_clips", Cell(), info.n_clips});
  table.add({"MIDI songs", Cell(), info.n_midi});
  table.add({"hours", format_number(info.duration_hours, 4), Cell()});
  table.add({"missing", Cell(), info.n_missing});
  table.add({"with lyrics", Cell(), info.n_with_lyrics});
  table.add({"groups", Cell(), info.n_groups});
  table.add({"failures", Cell(), static_cast<int64_t>(info.failures.size())});
  table.add({"warnings", Cell(), static_cast<int64_t>(info.warnings.size())});
  table.add({"mel reference", info.mel_reference, Cell()});
  table.add({"excerpts", info.excerpts, Cell()});
  for (const ColumnInfo& c : info.columns) add_column(c, table);
  return table;
}

Table failure_table(const LibraryInfo& info) {
  Table table{{"path", "kind", "reason"}, {}};
  for (const auto& [path, reason] : info.failures) table.add({path, "failure", reason});
  for (const auto& [path, text] : info.warnings) table.add({path, "warning", text});
  return table;
}

}  // namespace

void add_info(CLI::App& app, Session& session) {
  auto failures = std::make_shared<bool>(false);
  CLI::App* c = add_command(app, session, "info", "Tell what a library holds: songs, clips, hours, labels, failures",
                            {Flag::library, Flag::json, Flag::csv});
  c->get_option("--library")->required();
  c->add_flag("--failures", *failures, "list the files that failed, and those with warnings");
  on_run(c, session, [failures, &session] {
    const LibraryInfo info = describe_library(session.library);
    session.print(to_json(info), *failures ? failure_table(info) : to_table(info));
    return ExitCode::ok;
  });
}

}  // namespace songscape
