// A few threads that take each step of a job together, thousands of times a second: they wait for each other by
// spinning for a while, which costs a microsecond where a condition variable costs ten.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

namespace songscape {

class StepTeam {
 public:
  // The caller's thread is one of them.
  explicit StepTeam(int n_threads);
  ~StepTeam();
  StepTeam(const StepTeam&) = delete;
  StepTeam& operator=(const StepTeam&) = delete;

  int size() const { return static_cast<int>(threads_.size()) + 1; }
  // job(member) on every thread, member 0 … size − 1; returns when all are through.  A job may call wait(): nobody goes
  // on before all have called it.  Jobs throw nothing.
  void run(const std::function<void(int member)>& job);
  void wait();

 private:
  void serve(int member);
  std::vector<std::thread> threads_;
  const std::function<void(int)>* job_ = nullptr;
  std::atomic<uint32_t> n_jobs_{0}, n_waits_{0};  // counts, which may wrap around
  std::atomic<int> n_waiting_{0};
  std::atomic<bool> is_over_{false};
};

// The part of 0 … n − 1 that a member takes, in whole units.
struct TeamPart {
  int64_t first, last;
};
TeamPart part_of_team(int64_t n, int member, int size, int64_t unit = 1);

}  // namespace songscape
