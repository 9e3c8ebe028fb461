#include "proof/measure.h"

#include <cmath>
#include <limits>

#include "core/text.h"

namespace songscape {

std::string_view verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::none:
      return "";
    case Verdict::met:
      return "met";
    case Verdict::missed:
      return "missed";
    case Verdict::refuted:
      return "refuted";
    case Verdict::not_measured:
      return "not measured";
  }
  return "";
}

bool Threshold::holds(double value) const {
  return !std::isnan(value) && (!least || value >= *least) && (!most || value <= *most) && (!below || value < *below) &&
         (!above || value > *above);
}

std::string Threshold::text() const {
  if (least && most) return format_number(*least) + " to " + format_number(*most);
  std::string out;
  const auto add = [&](const char* sign, const std::optional<double>& bound) {
    if (bound) out += (out.empty() ? "" : " and ") + std::string(sign) + " " + format_number(*bound);
  };
  add("≥", least);
  add("≤", most);
  add("<", below);
  add(">", above);
  return out;
}

Measure measured(std::string name, double value, std::string reason) {
  return {.name = std::move(name), .value = value, .reason = std::move(reason)};
}

Measure measured(std::string name, const Interval& value, std::string reason) {
  return {.name = std::move(name),
          .value = value.estimate,
          .low = value.low,
          .high = value.high,
          .reason = std::move(reason)};
}

Measure judged(Measure measure, const Threshold& threshold) {
  measure.threshold = threshold.text();
  measure.verdict = std::isnan(measure.value)        ? Verdict::not_measured
                    : threshold.holds(measure.value) ? Verdict::met
                                                     : Verdict::missed;
  const bool has_interval = measure.low && measure.high && !std::isnan(measure.value);
  if (has_interval && (threshold.holds(*measure.low) != threshold.holds(measure.value) ||
                       threshold.holds(*measure.high) != threshold.holds(measure.value)))
    measure.reason += std::string(measure.reason.empty() ? "" : "; ") + "the interval crosses the threshold";
  return measure;
}

Measure judged_win(Measure difference) {
  difference.threshold = "interval above 0";
  const bool is_known = difference.low && !std::isnan(*difference.low);
  difference.verdict = !is_known ? Verdict::not_measured : *difference.low > 0 ? Verdict::met : Verdict::missed;
  return difference;
}

Measure not_measured(std::string name, std::string reason) {
  return {.name = std::move(name),
          .value = std::numeric_limits<double>::quiet_NaN(),
          .verdict = Verdict::not_measured,
          .reason = std::move(reason)};
}

}  // namespace songscape
