#include "report/colour.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace songscape {
namespace {

using Triple = std::array<double, 3>;
using Matrix3 = std::array<Triple, 3>;

Triple multiply(const Matrix3& m, const Triple& v) {
  Triple out{};
  for (size_t i = 0; i < 3; ++i) out[i] = m[i][0] * v[0] + m[i][1] * v[1] + m[i][2] * v[2];
  return out;
}

double to_linear(double s) { return s <= .04045 ? s / 12.92 : std::pow((s + .055) / 1.055, 2.4); }
double to_srgb(double l) { return l <= .0031308 ? 12.92 * l : 1.055 * std::pow(l, 1 / 2.4) - .055; }
Triple linear_of(Colour c) { return {to_linear(c.red), to_linear(c.green), to_linear(c.blue)}; }

Colour from_linear(const Triple& rgb, double alpha) {
  const auto channel = [](double v) { return to_srgb(std::clamp(v, 0.0, 1.0)); };
  return {channel(rgb[0]), channel(rgb[1]), channel(rgb[2]), alpha};
}

// Ottosson's matrices: linear sRGB to cone responses, their cube roots to Lab, and both inverses.
constexpr Matrix3 kRgbToCones{{{.4122214708, .5363325363, .0514459929},
                               {.2119034982, .6806995451, .1073969566},
                               {.0883024619, .2817188376, .6299787005}}};
constexpr Matrix3 kRootsToLab{{{.2104542553, .7936177850, -.0040720468},
                               {1.9779984951, -2.4285922050, .4505937099},
                               {.0259040371, .7827717662, -.8086757660}}};
constexpr Matrix3 kLabToRoots{
    {{1, .3963377774, .2158037573}, {1, -.1055613458, -.0638541728}, {1, -.0894841775, -1.2914855480}}};
constexpr Matrix3 kConesToRgb{{{4.0767416621, -3.3077115913, .2309699292},
                               {-1.2684380046, 2.6097574011, -.3413193965},
                               {-.0041960863, -.7034186147, 1.7076147010}}};

Triple linear_from_lab(const Triple& lab) {
  Triple roots = multiply(kLabToRoots, lab);
  for (double& r : roots) r = r * r * r;
  return multiply(kConesToRgb, roots);
}

bool in_gamut(const Triple& rgb) {
  return std::all_of(rgb.begin(), rgb.end(), [](double v) { return v >= -1e-4 && v <= 1 + 1e-4; });
}

Triple lab_of(OkLch c) {
  const double hue = c.hue_deg * std::numbers::pi / 180;
  return {c.lightness, c.chroma * std::cos(hue), c.chroma * std::sin(hue)};
}

}  // namespace

Colour from_oklch(OkLch c) {
  if (!in_gamut(linear_from_lab(lab_of(c)))) {
    double low = 0, high = c.chroma;
    for (int i = 0; i < 20; ++i) {
      c.chroma = (low + high) / 2;
      (in_gamut(linear_from_lab(lab_of(c))) ? low : high) = c.chroma;
    }
    c.chroma = low;
  }
  return from_linear(linear_from_lab(lab_of(c)), 1);
}

std::array<double, 3> to_oklab(Colour c) {
  Triple cones = multiply(kRgbToCones, linear_of(c));
  for (double& v : cones) v = std::cbrt(v);
  return multiply(kRootsToLab, cones);
}

double colour_distance(Colour a, Colour b) {
  const Triple p = to_oklab(a), q = to_oklab(b);
  return std::hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}

Colour darker(Colour c, double by) {
  Triple lab = to_oklab(c);
  const double scale = std::max(0.0, lab[0] - by) / std::max(lab[0], 1e-9);
  for (double& v : lab) v *= scale;
  return from_linear(linear_from_lab(lab), c.alpha);
}

namespace {

// Colours are looked up by the pixel: a table of 1,025 steps from t = 0 to 1, made once.
template <class Formula>
std::array<Colour, 1025> table_of(Formula formula) {
  std::array<Colour, 1025> out;
  for (size_t i = 0; i < out.size(); ++i) out[i] = formula(static_cast<double>(i) / 1024);
  return out;
}

Colour look_up(const std::array<Colour, 1025>& table, double t) {
  if (std::isnan(t)) return kGrid;
  return table[static_cast<size_t>(std::lround(std::clamp(t, 0.0, 1.0) * 1024))];
}

}  // namespace

Colour sequential_colour(double t) {
  static const auto table = table_of([](double u) {
    const double chroma = .03 + .17 * std::sin(std::numbers::pi * std::min(1.0, u * 1.05));
    return from_oklch({.13 + .84 * u, chroma, 275 + 190 * u});
  });
  return look_up(table, t);
}

Colour share_colour(double t) {
  static const auto table = table_of([](double u) {
    return from_oklch({1 - .68 * u, .16 * std::sin(std::numbers::pi * .75 * u), 235 + 25 * u});
  });
  return look_up(table, t);
}

Colour diverging_colour(double t) {
  const auto side = [](double hue) {
    return table_of([hue](double u) { return from_oklch({.98 - .52 * u, .17 * std::sqrt(u), hue}); });
  };
  static const auto below = side(255), above = side(48);
  return t < 0 ? look_up(below, -t) : look_up(above, t);
}

Colour simulate(Colour c, ColourVision vision) {
  static constexpr std::array<Matrix3, 3> kMachado{
      {{{{.152286, 1.052583, -.204868}, {.114503, .786281, .099216}, {-.003882, -.048116, 1.051998}}},
       {{{.367322, .860646, -.227968}, {.280085, .672501, .047413}, {-.011820, .042940, .968881}}},
       {{{1.255528, -.076749, -.178779}, {-.078411, .930809, .147602}, {.004733, .691367, .303900}}}}};
  return from_linear(multiply(kMachado[static_cast<size_t>(vision)], linear_of(c)), c.alpha);
}

Colour readable_on(Colour background) { return to_oklab(background)[0] > .62 ? kInk : kPaper; }

}  // namespace songscape
