// Every command of the program: its maker, defined in the file of its name.
#pragma once

namespace CLI {
class App;
}

namespace songscape {

struct Session;

void add_ingest(CLI::App& app, Session& session);
void add_labels(CLI::App& app, Session& session);
void add_info(CLI::App& app, Session& session);
void add_verify(CLI::App& app, Session& session);
void add_train(CLI::App& app, Session& session);
void add_train_all(CLI::App& app, Session& session);
void add_demo(CLI::App& app, Session& session);
void add_encode(CLI::App& app, Session& session);
void add_cluster(CLI::App& app, Session& session);
void add_map(CLI::App& app, Session& session);
void add_report(CLI::App& app, Session& session);
void add_prove(CLI::App& app, Session& session);
void add_generate(CLI::App& app, Session& session);
void add_steer(CLI::App& app, Session& session);
void add_compose(CLI::App& app, Session& session);
void add_similar(CLI::App& app, Session& session);
void add_path(CLI::App& app, Session& session);
void add_mix(CLI::App& app, Session& session);
void add_compare(CLI::App& app, Session& session);
void add_ablate(CLI::App& app, Session& session);
void add_export(CLI::App& app, Session& session);
void add_runs(CLI::App& app, Session& session);
void add_doctor(CLI::App& app, Session& session);
void add_bench(CLI::App& app, Session& session);
void add_completion(CLI::App& app, Session& session);
void add_synth(CLI::App& app, Session& session);
void add_man(CLI::App& app, Session& session);

// All of them, in the order in which help lists them.
void add_commands(CLI::App& app, Session& session);

}  // namespace songscape
