// `songscape bench`: timed benchmarks beside their peers, and benchmarks against published figures.
#include <ctime>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "bench/decode_profile.h"
#include "bench/published.h"
#include "bench/scale.h"
#include "bench/scale_jobs.h"
#include "bench/step_profile.h"
#include "bench/timing_report.h"
#include "bench/worker.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "core/file.h"
#include "core/log.h"
#include "core/parallel.h"
#include "core/text.h"
#include "data/library_index.h"

namespace songscape {
namespace {

constexpr int kDefaultThreads = 2;
constexpr const char* kStepProfile = "step_profile";
constexpr const char* kDecode = "decode";
constexpr const char* kScale = "scale";

struct Options {
  std::string name, data, worker;
  int64_t n_epochs = 0, n_rounds = 5;
  double scale = 1;
  bool with_peers = false;
  std::vector<std::string> variants;
};

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const Benchmark& b : benchmarks()) all.push_back(b.name);
  all.push_back(kStepProfile);
  all.push_back(kDecode);
  for (const std::string& name : published_names()) all.push_back(name);
  all.push_back(kScale);
  return all;
}

// A flag that would do nothing is an error.
void refuse(const CLI::App& command, const std::string& name, std::initializer_list<const char*> flags) {
  for (const char* flag : flags)
    if (command.count(flag) > 0)
      fail(ExitCode::usage, {.what = "this benchmark does not take the flag",
                             .where = flag,
                             .seen = name,
                             .wanted = {},
                             .fix = "leave the flag out"});
}

void require_data(const Options& options, const char* wanted) {
  if (options.data.empty())
    fail(ExitCode::usage, {.what = "this benchmark needs its data",
                           .where = "songscape bench " + options.name,
                           .seen = {},
                           .wanted = wanted,
                           .fix = "name it by --data"});
}

ExitCode run_published_row(const Session& session, const Options& options) {
  require_data(options, "the folder of the MNIST files");
  const PublishedResult result =
      run_published(options.name, {.data = options.data,
                                   .output = session.output.empty() ? "bench" : session.output,
                                   .n_seeds = session.n_seeds,
                                   .first_seed = session.seed,
                                   .n_epochs = options.n_epochs,
                                   .variants = options.variants,
                                   .n_threads = session.n_threads()});
  session.print(result.summary);
  return ExitCode::ok;
}

// One thread where costs of the same job are compared: two wait for each other on a machine with other work.
int timed_threads(const Session& session, const Options& options) {
  if (options.name == kScale && session.threads == 0) return 1;
  return session.threads > 0 ? session.n_threads() : std::min(kDefaultThreads, available_cores());
}

std::string today() {
  const std::time_t now = std::time(nullptr);
  char text[16];
  std::strftime(text, sizeof text, "%Y-%m-%d", std::gmtime(&now));
  return text;
}

std::string command_line(const Options& options, int n_threads) {
  return "songscape bench " + options.name + (options.with_peers ? " --peers" : "") +
         (options.data.empty() ? "" : " --data " + options.data) + " --rounds " + std::to_string(options.n_rounds) +
         " --threads " + std::to_string(n_threads) +
         (options.scale == 1 ? "" : " --scale " + format_number(options.scale));
}

void say(const TimedRow& row) {
  if (row.failure) return log_error(row.name + ": " + row.failure->what());
  std::string text = row.name + ": " + format_number(median_of(row.ours.seconds), 3) + " s";
  if (!row.peer_name.empty())
    text += ", " + row.peer_name + " " + format_number(median_of(row.peer.seconds), 3) + " s; " + row.verdict.text;
  log_info(text);
}

// A row that fails costs that row only.
void time_row(const Benchmark& benchmark, const TimingRequest& request, TimingReport& report) {
  const size_t n_before = report.rows.size();
  try {
    for (TimedRow& row : time_benchmark(benchmark, request)) report.rows.push_back(std::move(row));
  } catch (const Error& e) {
    if (e.exit_code() == ExitCode::interrupted) throw;
    TimedRow failed;
    failed.name = benchmark.name;
    failed.failure = e;
    report.rows.push_back(std::move(failed));
  }
  for (size_t i = n_before; i < report.rows.size(); ++i) say(report.rows[i]);
}

std::vector<const Benchmark*> wanted_benchmarks(const Options& options) {
  std::vector<const Benchmark*> wanted;
  for (const Benchmark& b : benchmarks())
    if (options.name == "all" || options.name == b.name) wanted.push_back(&b);
  return wanted;
}

void write_report(const TimingReport& report, const fs::path& folder) {
  make_folder(folder);
  write_json(folder / "benchmarks.json", timing_json(report));
  publish_file(folder / "benchmarks.md", timing_markdown(report));
}

ExitCode run_timed(const Session& session, const Options& options) {
  const std::vector<const Benchmark*> wanted = wanted_benchmarks(options);
  TimingRequest request{.program = fs::read_symlink("/proc/self/exe"),
                        .peers = {},
                        .n_rounds = static_cast<int>(options.n_rounds),
                        .n_threads = timed_threads(session, options),
                        .scale = options.scale};
  TimingReport report{.command = {},
                      .date = today(),
                      .machine = describe_machine(),
                      .n_threads = request.n_threads,
                      .n_rounds = request.n_rounds,
                      .scale = request.scale,
                      .versions = {},
                      .rows = {}};
  report.command = command_line(options, request.n_threads);
  if (options.with_peers) {
    request.peers = peer_place();
    require_peers(*request.peers, wanted);
    report.versions = peer_versions(*request.peers);
  }
  for (const Benchmark* b : wanted) time_row(*b, request, report);
  if (options.name != "all" && report.has_failures())
    throw *std::ranges::find_if(report.rows, [](const TimedRow& r) { return r.failure.has_value(); })->failure;
  if (!session.output.empty()) write_report(report, session.output);
  session.print(timing_json(report), timing_table(report));
  return report.has_failures() ? ExitCode::partly : ExitCode::ok;
}

ExitCode run_scale(const Session& session, const Options& options) {
  require_data(options, "a library, whose songs are taken");
  ScaleReport report{.command = command_line(options, timed_threads(session, options)),
                     .date = today(),
                     .machine = describe_machine(),
                     .request = {.program = fs::read_symlink("/proc/self/exe"),
                                 .from = options.data,
                                 .sizes = scale_sizes(options.scale),
                                 .n_rounds = static_cast<int>(options.n_rounds),
                                 .n_threads = timed_threads(session, options),
                                 .jobs = options.variants},
                     .n_source_songs = LibraryIndex(options.data).n_songs(),
                     .rows = {}};
  report.rows = measure_scale(report.request);
  if (!session.output.empty()) {
    make_folder(session.output);
    write_json(fs::path(session.output) / "scale.json", scale_json(report));
    publish_file(fs::path(session.output) / "scale.md", scale_markdown(report));
  }
  session.print(scale_json(report), scale_table(report));
  return ExitCode::ok;
}

void serve(const Session& session, const Options& options) {
  const Benchmark* timed = find_benchmark(options.name);
  check(timed || options.name == kScale, "only what is timed has a worker");
  serve_benchmark(timed ? *timed : scale_worker(), options.worker, timed_threads(session, options),
                  {std::cin, std::cout});
}

ExitCode run(const CLI::App& command, const Session& session, const Options& options) {
  if (!options.worker.empty()) {
    serve(session, options);
    return ExitCode::ok;
  }
  if (options.name == kStepProfile) {
    refuse(command, options.name,
           {"--peers", "--scale", "--data", "--epochs", "--variant", "--seed", "--seeds", "--output"});
    set_worker_threads(timed_threads(session, options));
    session.print(step_profile(options.n_rounds));
    return ExitCode::ok;
  }
  if (options.name == kDecode) {
    refuse(command, options.name,
           {"--peers", "--scale", "--data", "--epochs", "--variant", "--seed", "--seeds", "--output", "--threads"});
    session.print(decode_profile(options.n_rounds));
    return ExitCode::ok;
  }
  if (options.name == kScale) {
    refuse(command, options.name, {"--peers", "--epochs", "--seed", "--seeds"});
    return run_scale(session, options);
  }
  if (options.name != "all" && !find_benchmark(options.name)) {
    refuse(command, options.name, {"--peers", "--rounds", "--scale"});
    return run_published_row(session, options);
  }
  refuse(command, options.name, {"--data", "--epochs", "--variant", "--seed", "--seeds"});
  return run_timed(session, options);
}

void add_published_options(CLI::App& command, Options& options) {
  command
      .add_option("--data", options.data,
                  "mnist_vade, mnist_nll: folder of the MNIST files; scale: a library, whose songs are taken")
      ->type_name("DIR");
  command
      .add_option("--epochs", options.n_epochs,
                  "mnist_vade, mnist_nll: of each training (default: the benchmark's schedule)")
      ->check(whole_number(1, 1000000))
      ->type_name("N");
  command
      .add_option("--variant", options.variants,
                  "mnist_vade: recipe, plain, graph or graph_augment; scale: a job; may be repeated (default: all)")
      ->type_name("NAME")
      ->allow_extra_args(false);
}

}  // namespace

void add_bench(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      add_command(app, session, "bench", "Time our jobs beside the usual tools', or measure against published figures",
                  {Flag::output, Flag::seed, Flag::seeds, Flag::threads, Flag::json, Flag::csv});
  std::vector<std::string> choices = names();
  choices.push_back("all");
  command->add_option("NAME", options->name, "all of those that are timed, or one: " + join(names(), ", "))
      ->required()
      ->check(one_of(choices));
  command->get_option("--output")
      ->description(
          "folder for benchmarks.json and benchmarks.md, scale: for scale.json and scale.md (default: only printed); "
          "mnist_vade, mnist_nll: for their trials (default: bench)");
  command->get_option("--threads")
      ->description(
          "threads of each side (default: 2, or every core if fewer; scale: 1; mnist_vade, mnist_nll: every core)");
  command->add_flag("--peers", options->with_peers, "time the peers too, in turn with ours (make bench installs them)");
  command
      ->add_option("--rounds", options->n_rounds,
                   "how often each side does its job, after once that does not count; step_profile: steps (default: 5)")
      ->check(whole_number(1, 1000))
      ->type_name("N");
  command
      ->add_option("--scale", options->scale,
                   "size of the inputs, 1 as documented; smaller for a quick look (default: 1)")
      ->check(real_number(0.0001, 1))
      ->type_name("F");
  command->add_option("--worker", options->worker, "our side of a benchmark whose input lies in this folder")
      ->group("");
  add_published_options(*command, *options);
  on_run(command, session, [options, command, &session] { return run(*command, session, *options); });
}

}  // namespace songscape
