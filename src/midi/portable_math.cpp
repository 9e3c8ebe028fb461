#include "midi/portable_math.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <numbers>

#include "core/error.h"

namespace songscape::portable {

double sine(double turns) {
  double t = turns - std::floor(turns + 0.5);
  if (t > 0.25) t = 0.5 - t;
  if (t < -0.25) t = -0.5 - t;
  const double x = 2.0 * std::numbers::pi * t, x2 = x * x;
  double sum = 1.0;
  for (int n = 16; n >= 2; n -= 2) sum = 1.0 - x2 / (n * (n + 1.0)) * sum;
  return x * sum;
}

double cosine(double turns) { return sine(turns + 0.25); }

double exp2(double x) {
  check(x >= -1000.0 && x <= 1000.0, "exp2 takes -1000 to 1000");
  const double whole = std::floor(x + 0.5), y = (x - whole) * std::numbers::ln2;
  double sum = 1.0;
  for (int n = 13; n >= 1; --n) sum = 1.0 + y / n * sum;
  return sum * std::bit_cast<double>(static_cast<uint64_t>(1023 + static_cast<int64_t>(whole)) << 52);
}

double decibels_to_gain(double level_db) { return exp2(level_db * 0.16609640474436813); }

double pitch_to_hz(double midi_pitch) { return 440.0 * exp2((midi_pitch - 69.0) / 12.0); }

double decay(double time, double half_life) { return exp2(-std::fmin(time / half_life, 1000.0)); }

}  // namespace songscape::portable
