#include "bench/timing.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "bench/scratch_folder.h"
#include "bench/worker_process.h"
#include "core/file.h"
#include "core/log.h"
#include "core/text.h"

namespace songscape {
namespace {

// Pools of threads spin for up to .2 s after their work (KMP_BLOCKTIME's default): not into the other side's turn.
constexpr std::chrono::milliseconds kPause{250};

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  for (size_t at = 0; (at = text.find(what, at)) != text.npos; at += with.size()) text.replace(at, what.size(), with);
  return text;
}

class Timing {
 public:
  Timing(const Benchmark& benchmark, const TimingRequest& request)
      : benchmark_(benchmark), request_(request), n_threads_(benchmark.is_single_threaded ? 1 : request.n_threads) {}

  std::vector<TimedRow> run() {
    log_info("[" + benchmark_.name + "] " + benchmark_.job);
    benchmark_.write_input(folder_.path(), request_.scale);
    ours_ = std::make_unique<WorkerProcess>(our_command());
    ours_->wait_until_ready();
    if (request_.peers)
      for (const BenchPeer& peer : benchmark_.peers) start(peer);
    do_round(false);
    for (int i = 0; i < request_.n_rounds; ++i) do_round(true);
    return finished_rows();
  }

 private:
  struct Opponent {
    TimedRow row;
    std::unique_ptr<WorkerProcess> process;  // null once it has failed
    Json answer;                             // its last
  };

  WorkerCommand our_command() const {
    return {.name = "songscape bench " + benchmark_.name,
            .words = {request_.program, "bench", benchmark_.name, "--worker", folder_.path(), "--threads",
                      std::to_string(n_threads_), "--quiet"},
            .messages = folder_.path() / "ours.log",
            .n_cores = n_threads_};
  }

  WorkerCommand command_of(const BenchPeer& peer) const {
    std::vector<std::string> words = {request_.peers->python, "-W", "ignore", request_.peers->scripts / peer.script};
    for (const std::string& a : peer.arguments)
      words.push_back(replaced(replaced(a, "{threads}", std::to_string(n_threads_)), "{folder}", folder_.path()));
    return {.name = peer.script + " (" + peer.name + ")",
            .words = words,
            .environment = peer.environment,
            .messages = folder_.path() / ("peer-" + std::to_string(opponents_.size()) + ".log"),
            .n_cores = n_threads_,
            .fix = kPeersFix};
  }

  void start(const BenchPeer& peer) {
    Opponent o{.row = empty_row(), .process = nullptr, .answer = {}};
    o.row.peer_name = peer.name;
    o.row.goal = peer.goal;
    attempt(o, [&] {
      o.process = std::make_unique<WorkerProcess>(command_of(peer));
      o.process->wait_until_ready();
    });
    opponents_.push_back(std::move(o));
  }

  TimedRow empty_row() const {
    TimedRow row;
    row.name = benchmark_.name;
    row.n_threads = n_threads_;
    return row;
  }

  template <class Step>
  void attempt(Opponent& o, const Step& step) {
    try {
      step();
    } catch (const Error& e) {
      if (e.exit_code() == ExitCode::interrupted) throw;
      give_up(o, e);
    } catch (const Json::exception& e) {
      give_up(o, Error(ExitCode::failed, {.what = "the answer lacks what is compared",
                                          .where = o.row.peer_name,
                                          .seen = e.what(),
                                          .wanted = {},
                                          .fix = {}}));
    }
  }

  static void give_up(Opponent& o, const Error& error) {
    o.row.failure = error;
    o.process.reset();
  }

  Json ask(WorkerProcess& process, TimedSide& side, bool counts) {
    if (n_threads_ > 1) std::this_thread::sleep_for(kPause);
    Json answer = process.do_job();
    if (counts) side.seconds.push_back(answer.at("wall_sec").get<double>());
    side.peak_memory_bytes = answer.at("peak_memory_bytes").get<int64_t>();
    return answer;
  }

  void do_round(bool counts) {
    our_answer_ = ask(*ours_, our_side_, counts);
    for (Opponent& o : opponents_)
      if (o.process) attempt(o, [&] { o.answer = ask(*o.process, o.row.peer, counts); });
  }

  std::vector<TimedRow> finished_rows() {
    std::vector<TimedRow> rows;
    for (Opponent& o : opponents_) {
      if (!o.row.failure) {
        o.row.ours = our_side_;
        attempt(o, [&] { o.row.verdict = benchmark_.judge(folder_.path(), our_answer_, o.answer); });
      }
      rows.push_back(std::move(o.row));
    }
    if (!request_.peers) {
      rows.push_back(empty_row());
      rows.back().ours = our_side_;
    }
    return rows;
  }

  const Benchmark& benchmark_;
  const TimingRequest& request_;
  int n_threads_;
  ScratchFolder folder_;
  std::unique_ptr<WorkerProcess> ours_;
  TimedSide our_side_;
  Json our_answer_;
  std::vector<Opponent> opponents_;
};

}  // namespace

std::vector<double> TimedRow::ratios() const {
  std::vector<double> all;
  for (size_t i = 0; i < peer.seconds.size(); ++i) all.push_back(ratio(i));
  return all;
}

bool TimedRow::is_met() const { return !failure && verdict.is_equal && median_of(ratios()) >= goal; }

double median_of(std::vector<double> values) {
  check(!values.empty(), "a median has values");
  std::ranges::sort(values);
  const size_t n = values.size();
  return (values[(n - 1) / 2] + values[n / 2]) / 2;
}

std::vector<TimedRow> time_benchmark(const Benchmark& benchmark, const TimingRequest& request) {
  check(request.n_rounds >= 1 && request.n_threads >= 1 && request.scale > 0, "rounds, threads and scale are positive");
  return Timing(benchmark, request).run();
}

}  // namespace songscape
