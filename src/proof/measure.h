// One figure that a proof measured, and what it was held against.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "stats/bootstrap.h"

namespace songscape {

enum class Verdict { none, met, missed, refuted, not_measured };
std::string_view verdict_name(Verdict verdict);  // "", "met", "missed", "refuted", "not measured"

// What a figure must reach; both bounds: it must lie between them.
struct Threshold {
  std::optional<double> least = {};  // value ≥ least
  std::optional<double> most = {};   // value ≤ most
  std::optional<double> below = {};  // value < below
  std::optional<double> above = {};  // value > above
  bool holds(double value) const;    // false for NaN
  std::string text() const;          // "≥ 0.9", "< 0.15", "0.0022 to 0.0025"
};

struct Measure {
  std::string name;
  double value = 0;                           // NaN: could not be measured
  std::optional<double> low = {}, high = {};  // 95 % interval over songs
  std::string threshold = {};                 // Threshold::text(), or words where the verdict hangs on more
  Verdict verdict = Verdict::none;
  std::string reason = {};  // in plain words: what the verdict rests on
};

// A figure by itself.
Measure measured(std::string name, double value, std::string reason = {});
Measure measured(std::string name, const Interval& value, std::string reason = {});
// A figure against its threshold: met or missed; not measured where it is NaN.
Measure judged(Measure measure, const Threshold& threshold);
// Won where the interval lies above 0, lost where it does not: for paired differences.
Measure judged_win(Measure difference);
Measure not_measured(std::string name, std::string reason);

}  // namespace songscape
