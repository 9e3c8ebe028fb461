// Trials in processes of their own, some at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace songscape {

// How a trial's process ended.
struct TrialEnd {
  size_t trial = 0;  // as given to start()
  bool is_good = false, is_interrupted = false;
  std::string message = {};  // why it failed
};

// Children die with this process, and are told to stop where it is destroyed with some of them running.
class TrialPool {
 public:
  // program: "" runs trials in this process, within start().
  explicit TrialPool(std::string program) : program_(std::move(program)) {}
  ~TrialPool();
  TrialPool(const TrialPool&) = delete;
  TrialPool& operator=(const TrialPool&) = delete;

  void start(size_t trial, const std::filesystem::path& folder);
  // Waits for one to end, passing a Ctrl-C on to them; nothing where none runs.
  std::optional<TrialEnd> wait();
  size_t n_running() const { return children_.size() + done_.size(); }

 private:
  struct Child {
    size_t trial;
    int messages_fd;
  };
  TrialEnd end_of(const Child& child, int status) const;
  void run_here(size_t trial, const std::filesystem::path& folder);

  std::string program_;
  std::map<int, Child> children_;  // by pid
  std::vector<TrialEnd> done_;     // of trials in this process
  bool was_told_to_stop_ = false;
};

// For a trial's process: it ends with the process that started it.
void end_with_parent(int64_t parent_pid);

}  // namespace songscape
