// One axis of a plot: its range, round ticks and the place of a value along it.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace songscape {

enum class AxisScale { linear, logarithmic, automatic };

struct Tick {
  double value;
  std::string text;
};

struct Axis {
  double low = 0, high = 1;  // low < high; both > 0 where is_log
  bool is_log = false;
  std::vector<Tick> ticks;

  double place(double value) const;  // 0 at low, 1 at high; NaN where it has no place
};

// An axis that holds all finite `values` with about `n_ticks` round ticks (1, 2 or 5 × 10^n).  No finite value: 0 … 1.
// All equal: one unit around it.  automatic: logarithmic where all are positive and span more than 2.5 decades.
Axis make_axis(std::span<const double> values, AxisScale scale = AxisScale::linear, int n_ticks = 5);
// From low to high exactly (low < high), round ticks within.
Axis make_exact_axis(double low, double high, int n_ticks = 5);
// Holds 0 and all finite values, and a little more than those beyond 0.
Axis make_axis_from_zero(std::span<const double> values, int n_ticks = 5);
// Whole-number ticks only (epochs, K).
Axis make_whole_axis(std::span<const double> values, int n_ticks = 8);

// 1.5k, 0.02, −3, 2×10⁶: as few digits as `step` needs.
std::string tick_text(double value, double step);

}  // namespace songscape
