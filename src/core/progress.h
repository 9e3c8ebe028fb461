// Progress with rate and time left: one line redrawn on a terminal, plain lines now and then elsewhere.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

namespace songscape {

class Progress {
 public:
  // `unit` in the plural: "songs", "steps".
  Progress(std::string job, int64_t n_total, std::string unit);
  ~Progress();  // leaves the last line standing
  // From any thread.  `note` follows the figures ("loss 12.3").
  void add(int64_t n, std::string_view note = {});

 private:
  void show(bool is_last);
  std::mutex mutex_;
  std::string job_, unit_, note_;
  int64_t n_total_, n_done_ = 0;
  std::chrono::steady_clock::time_point start_, last_shown_;
};

// So that a message does not run into a half-drawn line.
void erase_progress_line();
bool is_quiet();

}  // namespace songscape
