// `songscape labels --library L --import FILE.csv`: labels after ingest.
#include "cli/command.h"
#include "cli/commands.h"
#include "library/label_import.h"
#include "report/table.h"

namespace songscape {
namespace {

struct Flags {
  std::string file, path_column;
};

ExitCode run(const Flags& flags, const Session& session) {
  const LabelImport import = import_labels_into(session.library, flags.file, flags.path_column);
  log_label_import(import, false);
  Table table{{"column", "kind", "n_values", "n_classes"}, {}};
  for (const TableColumn& c : import.columns) {
    const bool is_label = c.kind == ColumnKind::label;
    table.add({c.name, is_label ? "label" : "factor", c.n_values, is_label ? Cell(c.n_classes) : Cell()});
  }
  session.print(table);
  return ExitCode::ok;
}

}  // namespace

void add_labels(CLI::App& app, Session& session) {
  auto flags = std::make_shared<Flags>();
  CLI::App* c = add_command(app, session, "labels", "Change the labels of a library's songs",
                            {Flag::library, Flag::json, Flag::csv});
  c->get_option("--library")->required();
  c->add_option("--import", flags->file, "table of labels and factors: a column of song paths, and the others")
      ->required()
      ->type_name("FILE.csv|tsv");
  c->add_option("--path-column", flags->path_column, "its column of song paths (default: path)")->type_name("NAME");
  on_run(c, session, [flags, &session] { return run(*flags, session); });
}

}  // namespace songscape
