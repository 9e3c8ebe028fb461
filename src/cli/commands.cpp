#include "cli/commands.h"

namespace songscape {

void add_commands(CLI::App& app, Session& session) {
  add_demo(app, session);
  add_ingest(app, session);
  add_labels(app, session);
  add_info(app, session);
  add_verify(app, session);
  add_train(app, session);
  add_train_all(app, session);
  add_encode(app, session);
  add_cluster(app, session);
  add_map(app, session);
  add_report(app, session);
  add_prove(app, session);
  add_generate(app, session);
  add_steer(app, session);
  add_compose(app, session);
  add_similar(app, session);
  add_path(app, session);
  add_mix(app, session);
  add_compare(app, session);
  add_ablate(app, session);
  add_export(app, session);
  add_runs(app, session);
  add_bench(app, session);
  add_doctor(app, session);
  add_synth(app, session);
  add_completion(app, session);
  add_man(app, session);
}

}  // namespace songscape
