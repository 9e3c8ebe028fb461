// `songscape verify --library L [--repair COPY]`: every damaged record of a library, and a copy without them.
#include "library/verify.h"

#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/commands.h"
#include "core/log.h"
#include "core/text.h"
#include "library/repair.h"
#include "report/table.h"

namespace songscape {
namespace {

Json to_json(const VerifyReport& r) {
  Json damages = Json::array();
  for (const Damage& d : r.damages) damages.push_back({{"where", d.where}, {"what", replace_invalid_utf8(d.what)}});
  return {{"n_records", r.n_records},      {"n_bytes", r.n_bytes},          {"n_unreferenced", r.n_unreferenced},
          {"n_damaged", r.damages.size()}, {"damages", std::move(damages)}, {"notes", r.notes}};
}

ExitCode repair(const Session& session, const std::string& copy, Json report, const Table& damages) {
  const RepairReport r = repair_library(session.library, copy);
  log_info("repaired copy: " + copy + ", " + std::to_string(r.n_songs) + " songs" +
           (r.from_catalogue ? "" : ", the catalogue rebuilt from the segments"));
  for (const std::string& path : r.lost) log_error(path + ": lost; ingest its folder into the copy to have it back");
  report["repaired"] = {
      {"n_songs", r.n_songs}, {"n_clips", r.n_clips}, {"from_catalogue", r.from_catalogue}, {"lost", Json::array()}};
  for (const std::string& path : r.lost) report["repaired"]["lost"].push_back(replace_invalid_utf8(path));
  session.print(report, damages);
  return r.lost.empty() ? ExitCode::ok : ExitCode::partly;
}

ExitCode run(const Session& session, const std::string& copy) {
  const VerifyReport report = verify_library(session.library);
  Table table{{"where", "damage"}, {}};
  for (const Damage& d : report.damages) table.add({d.where, d.what});
  for (const std::string& note : report.notes) log_info(note);
  log_info(std::to_string(report.n_records) + " records, " + format_bytes(static_cast<double>(report.n_bytes)) + ": " +
           (report.damages.empty() ? "all sound" : std::to_string(report.damages.size()) + " faults"));
  if (!copy.empty()) return repair(session, copy, to_json(report), table);
  session.print(to_json(report), table);
  return report.damages.empty() ? ExitCode::ok : ExitCode::damaged;
}

}  // namespace

void add_verify(CLI::App& app, Session& session) {
  auto copy = std::make_shared<std::string>();
  CLI::App* c = add_command(app, session, "verify", "Find every damaged record of a library",
                            {Flag::library, Flag::json, Flag::csv});
  c->get_option("--library")->required();
  c->add_option("--repair", *copy, "write a copy without the damage here; the library itself stays as it is")
      ->type_name("COPY");
  on_run(c, session, [copy, &session] { return run(session, *copy); });
}

}  // namespace songscape
