// `songscape compose`: new music from a trained model of MIDI.
#include "create/compose.h"

#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "run/find_run.h"
#include "run/threads.h"

namespace songscape {
namespace {

struct Options {
  ComposeRequest request;
  double tempo = 0, temperature = 0;
  int64_t n_samples = 0, bars = 0;
};

ExitCode run(const Options& options, const Session& session, const CLI::App& command) {
  set_compute_threads(session.n_threads());
  const auto is_given = [&](const char* flag) { return command.get_option(flag)->count() > 0; };
  ComposeRequest request = options.request;
  request.run = find_run(session.run, session.runs);
  request.library = session.library;
  request.output = session.output;
  if (is_given("--tempo")) request.tempo = options.tempo;
  if (is_given("--temperature")) request.temperature = options.temperature;
  if (is_given("--n-samples")) request.n_samples = options.n_samples;
  if (is_given("--bars")) request.bars = options.bars;
  request.precision = session.precision == "f32" ? RowPrecision::f32 : RowPrecision::bf16;
  request.seed = session.seed;
  request.n_threads = session.n_threads();
  session.print(compose(request));
  return ExitCode::ok;
}

void add_ways(CLI::App& command, ComposeRequest& request) {
  command
      .add_option("--song", request.song, "encode this song and decode it, window by window (path, file name or title)")
      ->type_name("A");
  command
      .add_option("--between", request.between,
                  "go from one song's middle window to another's, linear in the latent space (default: 5 points)")
      ->expected(2)
      ->type_name("A B");
  command.add_option("--continue", request.continued, "go on from this song's last bars")->type_name("A");
}

void add_attributes(CLI::App& command, Options& options) {
  command.add_option("--key", options.request.key, "of new pieces, as C, Am, F# minor or Bb major")->type_name("K");
  command.add_option("--tempo", options.tempo, "of new pieces, quarters a minute, 30 to 240")
      ->check(real_number(0, 1e6))
      ->type_name("BPM");
  command.add_option("--time-signature", options.request.time_signature, "of new pieces, as 4/4 or 6/8")
      ->type_name("N/M");
  command
      .add_option("--density", options.request.density,
                  "notes a bar: low, medium, high or a number, by a direction of the latent space")
      ->type_name("D");
}

void add_sampling(CLI::App& command, Options& options) {
  command
      .add_option("--temperature", options.temperature,
                  "0: the likeliest token each time (default: 1; with --song and --between 0)")
      ->check(real_number(0, 100))
      ->type_name("T");
  command.add_option("--top-k", options.request.top_k, "draw from the k likeliest tokens (default: from all)")
      ->check(whole_number(1, 774))
      ->type_name("K");
  command
      .add_option("--top-p", options.request.top_p,
                  "draw from the likeliest tokens that together have this share (default: .95)")
      ->check(real_number(1e-6, 1))
      ->type_name("P");
  command.add_option("--n-samples", options.n_samples, "how many (default: 4 of the prior, 5 points between, else 1)")
      ->check(whole_number(1, 10000))
      ->type_name("N");
  command
      .add_option(
          "--bars", options.bars,
          "of each piece; with --continue, new ones (default: the model's window; the whole song; four windows)")
      ->check(whole_number(1, 4096))
      ->type_name("N");
}

}  // namespace

void add_compose(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* command = add_command(app, session, "compose",
                                  "Make new music with a trained model of MIDI: MIDI files, sound, piano rolls",
                                  {Flag::run, Flag::runs, Flag::library, Flag::output, Flag::seed, Flag::threads,
                                   Flag::precision, Flag::json, Flag::csv});
  command->get_option("--run")->required();
  command->get_option("--output")->required();
  add_ways(*command, options->request);
  add_attributes(*command, *options);
  add_sampling(*command, *options);
  on_run(command, session, [options, &session, command] { return run(*options, session, *command); });
}

}  // namespace songscape
