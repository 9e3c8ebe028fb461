#include "report/axis.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include "core/error.h"

namespace songscape {
namespace {

struct Extent {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  bool is_empty() const { return low > high; }
};

Extent extent_of(std::span<const double> values) {
  Extent e;
  for (const double v : values) {
    if (!std::isfinite(v) || std::abs(v) > 1e300) continue;
    e.low = std::min(e.low, v);
    e.high = std::max(e.high, v);
  }
  return e;
}

double round_step(double span, int n_ticks) {
  const double raw = span / std::max(1, n_ticks);
  const double power = std::pow(10, std::floor(std::log10(raw)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (raw <= factor * power * 1.0001) return factor * power;
  return 10 * power;
}

// What an axis of equal values spans.
Extent widened(Extent e) {
  if (e.is_empty()) return {0, 1};
  if (e.high - e.low > 1e-12 * std::max(std::abs(e.low), std::abs(e.high))) return e;
  const double half = e.low == 0 ? .5 : std::abs(e.low) * .1;
  return {e.low - half, e.high + half};
}

Axis linear_axis(Extent e, double step) {
  Axis axis;
  axis.low = e.low;
  axis.high = e.high;
  const double first = std::ceil(e.low / step - 1e-9);
  for (int i = 0; (first + i) * step <= e.high + step * 1e-9 && i < 100; ++i) {
    const double value = (first + i) * step;
    axis.ticks.push_back({value, tick_text(value, step)});
  }
  return axis;
}

Axis logarithmic_axis(Extent e, int n_ticks) {
  Axis axis;
  axis.is_log = true;
  axis.low = e.low / 1.1;
  axis.high = e.high * 1.1;
  const int first = static_cast<int>(std::floor(std::log10(axis.low)));
  const int last = static_cast<int>(std::ceil(std::log10(axis.high)));
  const int every = std::max(1, (last - first) / std::max(1, n_ticks));
  const bool is_short = last - first <= 2;
  for (int decade = first; decade <= last; decade += every)
    for (const double factor : {1.0, 2.0, 5.0}) {
      const double value = factor * std::pow(10, decade);
      if ((factor == 1 || is_short) && value >= axis.low && value <= axis.high)
        axis.ticks.push_back({value, tick_text(value, value)});
    }
  return axis;
}

std::string superscript(int n) {
  static const char* const digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string out = n < 0 ? "⁻" : "";
  for (const char c : std::to_string(std::abs(n))) out += digits[c - '0'];
  return out;
}

std::string fixed(double value, int n_decimals) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.*f", std::clamp(n_decimals, 0, 12), std::abs(value));
  return buffer;
}

int decimals_for(double step) { return std::max(0, static_cast<int>(-std::floor(std::log10(step) + 1e-9))); }

}  // namespace

double Axis::place(double value) const {
  if (!std::isfinite(value) || (is_log && value <= 0)) return std::numeric_limits<double>::quiet_NaN();
  if (is_log) return std::log(value / low) / std::log(high / low);
  return (value - low) / (high - low);
}

std::string tick_text(double value, double step) {
  step = std::max(std::abs(step), 1e-300);
  if (std::abs(value) < step * 1e-6) return "0";
  const std::string sign = value < 0 ? "−" : "";
  const double size = std::abs(value);
  if (size >= 1e9 || size < 1e-4) {
    const int power = static_cast<int>(std::floor(std::log10(size) + 1e-9));
    const double mantissa = size / std::pow(10, power);
    const std::string tail = "10" + superscript(power);
    const std::string head = fixed(mantissa, decimals_for(std::min(1.0, step / std::pow(10, power))));
    return sign + (std::abs(mantissa - 1) < 1e-9 ? tail : head + "×" + tail);
  }
  if (size >= 1e6 && step >= 1e4) return sign + fixed(size / 1e6, decimals_for(step / 1e6)) + "M";
  if (size >= 1e4 && step >= 100) return sign + fixed(size / 1e3, decimals_for(step / 1e3)) + "k";
  return sign + fixed(size, decimals_for(step));
}

Axis make_axis(std::span<const double> values, AxisScale scale, int n_ticks) {
  const Extent raw = extent_of(values);
  const bool is_positive = !raw.is_empty() && raw.low > 0;
  const bool is_wide = is_positive && raw.high / raw.low > 300;
  if (is_positive && raw.low < raw.high &&
      (scale == AxisScale::logarithmic || (scale == AxisScale::automatic && is_wide)))
    return logarithmic_axis(raw, n_ticks);
  Extent e = widened(raw);
  const double margin = .04 * (e.high - e.low);
  e = {e.low - margin, e.high + margin};
  return linear_axis(e, round_step(e.high - e.low, n_ticks));
}

Axis make_axis_from_zero(std::span<const double> values, int n_ticks) {
  Extent e = extent_of(values);
  e = e.is_empty() ? Extent{0, 1} : Extent{std::min(0.0, e.low), std::max(0.0, e.high)};
  if (e.low == e.high) e.high = 1;
  const double margin = .04 * (e.high - e.low);
  if (e.low < 0) e.low -= margin;
  if (e.high > 0) e.high += margin;
  return make_exact_axis(e.low, e.high, n_ticks);
}

Axis make_exact_axis(double low, double high, int n_ticks) {
  check(std::isfinite(low) && std::isfinite(high) && low < high, "an axis has a low end and a high end");
  return linear_axis({low, high}, round_step(high - low, n_ticks));
}

Axis make_whole_axis(std::span<const double> values, int n_ticks) {
  Extent e = extent_of(values);
  if (e.is_empty()) e = {0, 1};
  if (e.high - e.low < 1) e = {e.low - .5, e.high + .5};
  e = widened(e);
  const double margin = .02 * (e.high - e.low);
  return linear_axis({e.low - margin, e.high + margin}, std::max(1.0, round_step(e.high - e.low, n_ticks)));
}

}  // namespace songscape
