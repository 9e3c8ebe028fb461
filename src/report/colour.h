// Colours of the figures.  Classes: Okabe and Ito's eight (2008), which stay apart for people with protan, deutan and
// tritan vision, and a ninth, brown, chosen as the colour farthest from them in all four visions.  Maps of values:
// tables computed in OKLCh (Ottosson 2020), in which lightness rises evenly, so they read the same in grey and with any
// colour vision.
#pragma once

#include <array>
#include <cstdint>

namespace songscape {

// sRGB, each channel and the opacity on [0, 1].
struct Colour {
  double red = 0, green = 0, blue = 0, alpha = 1;
  bool operator==(const Colour&) const = default;
  Colour with_alpha(double a) const { return {red, green, blue, a}; }
};

inline constexpr Colour kPaper{1, 1, 1};
inline constexpr Colour kInk{.13, .15, .18};       // text
inline constexpr Colour kQuietInk{.38, .41, .45};  // ticks, notes
inline constexpr Colour kGrid{.90, .91, .92};
inline constexpr Colour kUnlabelled{.74, .76, .78};
inline constexpr Colour kControl{.56, .59, .62};  // bars to compare with

constexpr Colour from_hex(uint32_t rgb) {
  return {((rgb >> 16) & 255) / 255.0, ((rgb >> 8) & 255) / 255.0, (rgb & 255) / 255.0, 1};
}

// Colours of marks and bars; lines leave out the last, yellow, which is weak on white.
inline constexpr std::array<Colour, 9> kClassColours{from_hex(0x0072B2), from_hex(0xE69F00), from_hex(0x009E73),
                                                     from_hex(0xD55E00), from_hex(0xCC79A7), from_hex(0x56B4E9),
                                                     from_hex(0x101418), from_hex(0x872D0F), from_hex(0xF0E442)};

// Lightness on [0, 1], chroma from 0 (grey) to about .3, hue in degrees.
struct OkLch {
  double lightness, chroma, hue_deg;
};
// Out-of-gamut colours keep lightness and hue and lose chroma.
Colour from_oklch(OkLch c);
// [L, a, b]; the distance between two of them is about how different the colours look.
std::array<double, 3> to_oklab(Colour c);
double colour_distance(Colour a, Colour b);
Colour darker(Colour c, double by = .18);  // in OKLab lightness

// t on [0, 1] (clamped; NaN gives light grey): near-black violet through magenta to pale yellow.
Colour sequential_colour(double t);
// t on [0, 1]: white to deep blue, for counts and shares in tables.
Colour share_colour(double t);
// t on [−1, 1]: blue, white at 0, orange-brown.
Colour diverging_colour(double t);

enum class ColourVision { protan, deutan, tritan };
// What a person without that cone type sees (Machado, Oliveira and Fernandes 2009, severity 1).
Colour simulate(Colour c, ColourVision vision);

// Black or white, whichever is easier to read on `background`.
Colour readable_on(Colour background);

}  // namespace songscape
