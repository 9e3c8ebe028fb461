#include "core/progress.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <limits>

#include "core/text.h"

namespace songscape {
namespace {

using Clock = std::chrono::steady_clock;
std::atomic<bool> g_line_is_drawn{false};

void put(const std::string& text) { [[maybe_unused]] const ssize_t n = ::write(STDERR_FILENO, text.data(), text.size()); }

bool is_terminal() {
  static const bool is = ::isatty(STDERR_FILENO) == 1;
  return is;
}

double seconds_between(Clock::time_point a, Clock::time_point b) { return std::chrono::duration<double>(b - a).count(); }

}  // namespace

void erase_progress_line() {
  if (g_line_is_drawn.exchange(false)) put("\r\x1b[K");
}

Progress::Progress(std::string job, int64_t n_total, std::string unit)
    : job_(std::move(job)), unit_(std::move(unit)), n_total_(n_total), start_(Clock::now()), last_shown_(start_) {}

Progress::~Progress() {
  if (n_done_ > 0) show(true);
}

void Progress::add(int64_t n, std::string_view note) {
  const std::lock_guard lock(mutex_);
  n_done_ += n;
  if (!note.empty()) note_ = escape_for_terminal(note);
  const double interval_sec = is_terminal() ? 0.1 : 10.0;
  if (seconds_between(last_shown_, Clock::now()) >= interval_sec) show(false);
}

void Progress::show(bool is_last) {
  if (is_quiet()) return;
  const auto now = Clock::now();
  last_shown_ = now;
  const double elapsed = seconds_between(start_, now);
  const double rate = n_done_ / std::max(elapsed, 1e-9);
  std::string line = job_ + ": " + std::to_string(n_done_);
  if (n_total_ > 0) line += "/" + std::to_string(n_total_);
  line += " " + unit_ + ", " + format_number(rate, 3) + "/s";
  if (is_last)
    line += ", " + format_duration(elapsed);
  else if (n_total_ > 0)
    line += ", " + format_duration(std::max<int64_t>(0, n_total_ - n_done_) / rate) + " left";
  if (!note_.empty()) line += ", " + note_;
  if (is_terminal()) {
    put("\r\x1b[K" + line + (is_last ? "\n" : ""));
    g_line_is_drawn = !is_last;
  } else {
    put(line + "\n");
  }
}

}  // namespace songscape
