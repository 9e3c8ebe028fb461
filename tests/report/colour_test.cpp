#include "report/colour.h"

#include <gtest/gtest.h>

#include <cmath>

namespace songscape {
namespace {

TEST(Colour, white_and_black_are_the_ends_of_lightness) {
  EXPECT_NEAR(to_oklab(Colour{1, 1, 1})[0], 1, 1e-6);
  EXPECT_NEAR(to_oklab(Colour{0, 0, 0})[0], 0, 1e-6);
  EXPECT_NEAR(to_oklab(Colour{.5, .5, .5})[1], 0, 1e-4);
}

TEST(Colour, oklch_within_the_gamut_comes_back_as_it_went) {
  const auto lab = to_oklab(from_oklch({.6, .08, 120}));
  EXPECT_NEAR(lab[0], .6, 1e-3);
  EXPECT_NEAR(std::hypot(lab[1], lab[2]), .08, 1e-3);
  EXPECT_NEAR(std::atan2(lab[2], lab[1]) * 180 / 3.14159265, 120, .5);
}

TEST(Colour, out_of_gamut_keeps_lightness_and_hue) {
  const auto lab = to_oklab(from_oklch({.6, 1, 120}));
  EXPECT_NEAR(lab[0], .6, .01);
  EXPECT_NEAR(std::atan2(lab[2], lab[1]) * 180 / 3.14159265, 120, 1);
}

TEST(Colour, the_spectrogram_colours_rise_evenly_in_lightness_for_every_vision) {
  for (int i = 0; i < 32; ++i) {
    const Colour a = sequential_colour(i / 32.0), b = sequential_colour((i + 1) / 32.0);
    EXPECT_NEAR(to_oklab(b)[0] - to_oklab(a)[0], .84 / 32, .004) << i;
    for (const auto vision : {ColourVision::protan, ColourVision::deutan, ColourVision::tritan})
      EXPECT_GT(to_oklab(simulate(b, vision))[0], to_oklab(simulate(a, vision))[0]) << i;
  }
}

TEST(Colour, the_difference_colours_are_told_apart_by_every_vision) {
  for (const auto vision : {ColourVision::protan, ColourVision::deutan, ColourVision::tritan})
    EXPECT_GT(colour_distance(simulate(diverging_colour(-.5), vision), simulate(diverging_colour(.5), vision)), .1);
}

TEST(Colour, class_colours_differ_for_every_vision) {
  for (size_t i = 0; i < kClassColours.size(); ++i)
    for (size_t j = 0; j < i; ++j) {
      EXPECT_GT(colour_distance(kClassColours[i], kClassColours[j]), .15) << i << " " << j;
      for (const auto vision : {ColourVision::protan, ColourVision::deutan, ColourVision::tritan})
        EXPECT_GT(colour_distance(simulate(kClassColours[i], vision), simulate(kClassColours[j], vision)), .07)
            << i << " " << j << " " << static_cast<int>(vision);
    }
}

TEST(Colour, grey_looks_grey_to_everyone) {
  const Colour grey{.5, .5, .5};
  for (const auto vision : {ColourVision::protan, ColourVision::deutan, ColourVision::tritan})
    EXPECT_LT(colour_distance(simulate(grey, vision), grey), .01);
}

TEST(Colour, values_outside_the_scale_and_nan_have_a_colour) {
  EXPECT_EQ(sequential_colour(-3), sequential_colour(0));
  EXPECT_EQ(sequential_colour(7), sequential_colour(1));
  EXPECT_EQ(sequential_colour(std::nan("")), kGrid);
  EXPECT_EQ(diverging_colour(std::nan("")), kGrid);
}

TEST(Colour, text_on_dark_is_white_and_on_light_dark) {
  EXPECT_EQ(readable_on(share_colour(1)), kPaper);
  EXPECT_EQ(readable_on(share_colour(.1)), kInk);
}

}  // namespace
}  // namespace songscape
