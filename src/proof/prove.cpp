#include "proof/prove.h"

#include <chrono>

#include "core/csv.h"
#include "core/error.h"
#include "core/file.h"
#include "core/interrupt.h"
#include "core/log.h"
#include "core/text.h"
#include "proof/proof_file.h"
#include "proof/proofs.h"

namespace songscape {
namespace {

const ProofSpec& find_proof(const std::string& name) {
  std::vector<std::string> known{"all"};
  for (const ProofSpec& spec : all_proofs()) {
    if (spec.name == name) return spec;
    known.push_back(spec.name);
  }
  const auto near = nearest_name(name, known);
  fail(ExitCode::usage, {.what = "no such proof",
                         .where = "prove",
                         .seen = escape_for_terminal(name),
                         .wanted = "one of: " + join(known, ", "),
                         .fix = near ? "did you mean '" + *near + "'?" : ""});
}

void save(const ProofContext& context, const std::string& proof, const ProofResult& result, ProveOutcome& outcome) {
  make_folder(context.folder);
  const auto path_of = [&](const std::string& suffix, const char* ending) {
    return context.folder / (context.run.model_name + "_" + proof + (suffix.empty() ? "" : "_" + suffix) + ending);
  };
  for (const ProofTable& t : result.tables) {
    t.table.write_csv(path_of(t.suffix, ".csv"));
    outcome.files.push_back(path_of(t.suffix, ".csv"));
  }
  for (const ProofFigure& f : result.figures) {
    f.figure.save(path_of(f.suffix, ""));
    outcome.files.push_back(path_of(f.suffix, ".png"));
  }
  keep_measures(context.folder / "proofs.csv", proof, result);
  for (const auto& row : measure_table(proof, result).rows) outcome.measures.add(row);
}

void run_one(const ProofSpec& spec, ProofContext& context, ProveOutcome& outcome) {
  throw_if_interrupted();
  const auto start = std::chrono::steady_clock::now();
  const ProofResult result = spec.prove(context);
  save(context, spec.name, result, outcome);
  log_info(spec.name + ": " +
           format_duration(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count()));
}

void check_flags(const ProveRequest& request) {
  if (request.compare.empty() || request.test == "reconstruction") return;
  fail(ExitCode::usage, {.what = "only the reconstruction proof compares two runs",
                         .where = "--compare",
                         .seen = escape_for_terminal(request.test),
                         .wanted = "prove reconstruction --compare A B",
                         .fix = "name one run with --run; the compare command sets many side by side"});
}

}  // namespace

std::vector<ProofName> proof_names() {
  std::vector<ProofName> names;
  for (const ProofSpec& spec : all_proofs()) names.push_back({spec.name, spec.help});
  return names;
}

ProveOutcome prove(const ProveRequest& request) {
  check_flags(request);
  const bool is_all = request.test == "all";
  if (!is_all) find_proof(request.test);
  ProofContext context = open_proof(request.run, request.library,
                                    {.dimension = request.dimension,
                                     .condition = request.condition,
                                     .class_name = request.class_name,
                                     .n_samples = request.n_samples,
                                     .runs = request.runs,
                                     .compare = request.compare,
                                     .seed = request.seed});
  ProveOutcome outcome{.measures = measure_table({}, {}), .files = {}, .left_out = {}};
  if (!is_all) {
    const ProofSpec& spec = find_proof(request.test);
    if (const auto reason = spec.why_not(context))
      fail(ExitCode::usage, {.what = context.run.model_name + " cannot be proved by " + spec.name,
                             .where = escape_for_terminal(request.run.string()),
                             .seen = *reason,
                             .wanted = {},
                             .fix = {}});
    run_one(spec, context, outcome);
    return outcome;
  }
  for (const ProofSpec& spec : all_proofs()) {
    if (const auto reason = spec.why_not(context))
      outcome.left_out.emplace_back(spec.name, *reason);
    else
      run_one(spec, context, outcome);
  }
  return outcome;
}

}  // namespace songscape
