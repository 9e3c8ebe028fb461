#include "metrics/leakage.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/parallel.h"
#include "core/random.h"
#include "stats/bootstrap.h"

namespace songscape {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

struct Sizes {
  int64_t n_songs, n_dimensions, n_steps, n_attributes;
};

Sizes checked_sizes(const MeasuredTraversal& t) {
  const Sizes out{t.n_songs, static_cast<int64_t>(t.dimensions.size()), static_cast<int64_t>(t.steps.size()),
                  static_cast<int64_t>(t.attributes.size())};
  check(out.n_songs >= 1 && out.n_attributes >= 1, "a traversal has songs and attributes");
  check(static_cast<int64_t>(t.values.size()) == out.n_songs * out.n_dimensions * out.n_steps * out.n_attributes,
        "a traversal has song × dimension × step × attribute values");
  check(t.spread.size() == t.attributes.size() && std::ranges::all_of(t.spread, [](double s) { return s > 0; }),
        "every attribute has a spread above 0");
  return out;
}

// Least squares over the steps that were measured; NaN for fewer than two places.
double slope(const MeasuredTraversal& t, int64_t song, int64_t dimension, int64_t attribute) {
  double n = 0, mean_x = 0, mean_y = 0;
  for (size_t s = 0; s < t.steps.size(); ++s) {
    const double y = t.at(song, dimension, static_cast<int64_t>(s), attribute);
    if (!std::isfinite(y)) continue;
    ++n;
    mean_x += t.steps[s];
    mean_y += y;
  }
  double xx = 0, xy = 0;
  for (size_t s = 0; s < t.steps.size(); ++s) {
    const double y = t.at(song, dimension, static_cast<int64_t>(s), attribute);
    if (!std::isfinite(y)) continue;
    xx += (t.steps[s] - mean_x / n) * (t.steps[s] - mean_x / n);
    xy += (t.steps[s] - mean_x / n) * (y - mean_y / n);
  }
  return xx > 0 ? xy / xx / t.spread[static_cast<size_t>(attribute)] : kNone;
}

// The slopes of one dimension, [song × attribute].
using Slopes = std::vector<std::vector<double>>;

template <class Map>
std::vector<double> means(const Slopes& slopes, std::span<const int64_t> songs, Map map) {
  std::vector<double> out(slopes[0].size(), 0);
  for (size_t a = 0; a < out.size(); ++a) {
    double n = 0;
    for (const int64_t song : songs) {
      const double s = slopes[static_cast<size_t>(song)][a];
      if (std::isnan(s)) continue;
      out[a] += map(s);
      ++n;
    }
    out[a] = n > 0 ? out[a] / n : kNone;
  }
  return out;
}

std::vector<double> mean_slopes(const Slopes& slopes, std::span<const int64_t> songs) {
  return means(slopes, songs, [](double s) { return s; });
}

// The attribute of the largest |effect|; −1 where none is known.
int64_t most_moved(const std::vector<double>& effects) {
  int64_t best = -1;
  for (size_t a = 0; a < effects.size(); ++a)
    if (!std::isnan(effects[a]) && (best < 0 || std::abs(effects[a]) > std::abs(effects[static_cast<size_t>(best)])))
      best = static_cast<int64_t>(a);
  return best;
}

AxisName name_axis(const Slopes& slopes, const std::vector<double>& effects, const LeakageOptions& options) {
  AxisName out{.dimension = {}, .attribute = "nothing", .effect = kNone, .low = kNone, .high = kNone};
  const int64_t best = most_moved(effects);
  if (best < 0) return out;
  double total = 0;
  for (const double e : effects) total += std::isnan(e) ? 0 : std::abs(e);
  out.effect = effects[static_cast<size_t>(best)];
  out.share = total > 0 ? std::abs(out.effect) / total : 0;
  const int64_t n_songs = static_cast<int64_t>(slopes.size());
  const BootstrapOptions resampling{.n_resamples = options.n_resamples, .seed = options.seed};
  const Interval interval = bootstrap(
      n_songs, [&](std::span<const int64_t> songs) { return mean_slopes(slopes, songs)[static_cast<size_t>(best)]; },
      resampling);
  out.low = interval.low;
  out.high = interval.high;
  Random random(options.seed, stream_id("axis name"));
  int64_t n_same = 0;
  for (int r = 0; r < options.n_resamples; ++r) {
    std::vector<int64_t> songs(slopes.size());
    for (int64_t& s : songs) s = random.below(n_songs);
    n_same += most_moved(mean_slopes(slopes, songs)) == best;
  }
  out.confidence = static_cast<double>(n_same) / options.n_resamples;
  return out;
}

}  // namespace

double MeasuredTraversal::at(int64_t song, int64_t dimension, int64_t step, int64_t attribute) const {
  const int64_t n_dimensions = static_cast<int64_t>(dimensions.size()), n_steps = static_cast<int64_t>(steps.size());
  const int64_t n_attributes = static_cast<int64_t>(attributes.size());
  return values[static_cast<size_t>(((song * n_dimensions + dimension) * n_steps + step) * n_attributes + attribute)];
}

Leakage leakage(const MeasuredTraversal& traversal, const LeakageOptions& options) {
  const Sizes sizes = checked_sizes(traversal);
  check(options.n_resamples >= 1, "there is at least one resample");
  Leakage out{.effect = Matrix(sizes.n_dimensions, sizes.n_attributes),
              .movement = Matrix(sizes.n_dimensions, sizes.n_attributes),
              .axes = std::vector<AxisName>(traversal.dimensions.size())};
  std::vector<int64_t> all(static_cast<size_t>(sizes.n_songs));
  std::iota(all.begin(), all.end(), 0);
  parallel_for(sizes.n_dimensions, worker_threads(), [&](int64_t d) {
    Slopes slopes(all.size(), std::vector<double>(traversal.attributes.size()));
    for (int64_t song = 0; song < sizes.n_songs; ++song)
      for (int64_t a = 0; a < sizes.n_attributes; ++a)
        slopes[static_cast<size_t>(song)][static_cast<size_t>(a)] = slope(traversal, song, d, a);
    const std::vector<double> effects = mean_slopes(slopes, all);
    const std::vector<double> movements = means(slopes, all, [](double s) { return std::abs(s); });
    std::ranges::copy(effects, out.effect.row(d).begin());
    std::ranges::copy(movements, out.movement.row(d).begin());
    AxisName& axis = out.axes[static_cast<size_t>(d)];
    axis = name_axis(slopes, effects, options);
    axis.dimension = traversal.dimensions[static_cast<size_t>(d)];
    if (std::abs(axis.effect) >= options.least_effect)
      axis.attribute = traversal.attributes[static_cast<size_t>(most_moved(effects))];
  });
  return out;
}

}  // namespace songscape
