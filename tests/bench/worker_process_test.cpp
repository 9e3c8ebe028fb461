#include "bench/worker_process.h"

#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <sstream>

#include "bench/fake_worker.h"
#include "bench/worker.h"
#include "core/error.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

class WorkerProcessTest : public testing::Test {
 protected:
  WorkerCommand command(const std::string& body) const {
    return {.name = "the worker",
            .words = {write_worker(folder_.path() / "worker", body)},
            .environment = {"COLOUR=red"},
            .messages = folder_.path() / "log",
            .fix = "mend it"};
  }
  // The message of the Error that its first job ends with.
  static std::string fault_of(const WorkerCommand& command) {
    try {
      WorkerProcess worker(command);
      worker.wait_until_ready();
      worker.do_job();
    } catch (const Error& e) {
      EXPECT_EQ(e.exit_code(), ExitCode::failed);
      return e.what();
    }
    return "none";
  }
  TemporaryFolder folder_;
};

TEST_F(WorkerProcessTest, AnswersOnceForEachJobItIsAskedFor) {
  WorkerProcess worker(command("n=$((n + 1)); echo \"{\\\"n\\\": $n, \\\"colour\\\": \\\"$COLOUR\\\"}\""));
  worker.wait_until_ready();
  EXPECT_EQ(worker.do_job().at("n"), 1);
  const Json second = worker.do_job();
  EXPECT_EQ(second.at("n"), 2);
  EXPECT_EQ(second.at("colour"), "red");
}

TEST_F(WorkerProcessTest, OneThatDiesIsNamedWithItsLastMessageAndWhatToDo) {
  const std::string fault = fault_of(command("echo first >&2; echo 'No module named x' >&2; exit 1"));
  EXPECT_NE(fault.find("the worker: ended before its job was done (seen: No module named x); mend it"), fault.npos)
      << fault;
}

TEST_F(WorkerProcessTest, OneThatSaysSomethingElseIsAnError) {
  EXPECT_NE(fault_of(command("echo hello")).find("something else"), std::string::npos);
  EXPECT_NE(fault_of(command("echo '[1]'")).find("[1]"), std::string::npos);
}

TEST_F(WorkerProcessTest, AProgramThatIsNotThereIsAnError) {
  WorkerCommand missing = command("");
  missing.words = {folder_.path() / "nothing"};
  EXPECT_NE(fault_of(missing).find("cannot be started"), std::string::npos);
}

TEST_F(WorkerProcessTest, RunsOnAsManyCoresAsItIsGiven) {
  WorkerCommand one = command("echo \"{\\\"n\\\": $(nproc)}\"");
  one.n_cores = 1;
  WorkerProcess worker(one);
  worker.wait_until_ready();
  EXPECT_EQ(worker.do_job().at("n"), 1);
}

TEST(Worker, ServesAJobForEachLineUntilTheyEnd) {
  int n_runs = 0;
  Benchmark benchmark;
  benchmark.prepare = [&](const fs::path&) {
    return BenchJob{.run = [&] { ++n_runs; }, .answer = [&] { return Json{{"n", n_runs}}; }};
  };
  std::istringstream requests("\n\n");
  std::ostringstream answers;
  serve_benchmark(benchmark, "", 1, {requests, answers});
  std::istringstream said(answers.str());
  std::string line;
  std::getline(said, line);
  EXPECT_TRUE(parse_json(line, "").contains("ready"));
  for (int n = 1; n <= 2; ++n) {
    std::getline(said, line);
    const Json a = parse_json(line, "");
    EXPECT_EQ(a.at("n"), n);
    EXPECT_GE(a.at("wall_sec").get<double>(), 0);
    EXPECT_GT(a.at("peak_memory_bytes").get<int64_t>(), 0);
  }
  EXPECT_FALSE(std::getline(said, line));
}

}  // namespace
}  // namespace songscape
