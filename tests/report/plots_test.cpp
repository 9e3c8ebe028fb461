// What holds for every plot, over the examples and over hostile, empty and crowded input.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "examples.h"
#include "picture.h"

namespace songscape {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

const std::vector<std::string> kHostile{"<script>alert(1)</script>",
                                        "</style>",
                                        "javascript:alert(1)",
                                        "a\u2028b",
                                        std::string("\0\x1b]0;x\x07", 7),
                                        "\xff\xfe",
                                        "\u202Egnp.exe",
                                        std::string(5000, 'W'),
                                        ""};

void expect_readable(const Figure& f) {
  const Box canvas{0, 0, f.width(), f.height()};
  const auto& texts = f.texts();
  for (size_t i = 0; i < texts.size(); ++i) {
    const Box box = texts[i].box.inset(.5);
    EXPECT_TRUE(canvas.contains(box)) << texts[i].text << " at " << box.x << " " << box.y << " of " << f.width()
                                      << " x " << f.height();
    // Line boxes are taller than letters: they may touch, not run into each other.
    const Box core{box.x, box.y + box.height * .2, box.width, box.height * .6};
    for (size_t j = 0; j < i; ++j) {
      const Box other = texts[j].box.inset(.5);
      EXPECT_FALSE(core.overlaps({other.x, other.y + other.height * .2, other.width, other.height * .6}))
          << texts[i].text << " runs into " << texts[j].text;
    }
  }
}

void expect_drawn(const Figure& f) {
  expect_readable(f);
  const Pixels p = read_png(f.to_png(1));
  EXPECT_EQ(p.width, static_cast<int>(f.width()));
  EXPECT_GT(p.n_colours(), 3u);
  const std::string svg = f.to_svg();
  EXPECT_EQ(xml_fault(svg), "");
  EXPECT_EQ(svg.find("<script"), svg.npos);
  EXPECT_EQ(svg.find("http", svg.find("xlink") + 40), svg.npos) << "nothing is loaded from elsewhere";
}

bool shows(const Figure& f, const std::string& text) {
  return std::any_of(f.texts().begin(), f.texts().end(), [&](const PlacedText& t) { return t.text == text; });
}

class EveryExample : public testing::TestWithParam<examples::Named> {};
TEST_P(EveryExample, is_readable_and_complete) { expect_drawn(GetParam().draw()); }
INSTANTIATE_TEST_SUITE_P(Plots, EveryExample, testing::ValuesIn(examples::all()),
                         [](const auto& param) { return std::string(param.param.name); });

TEST(Plots, are_the_same_bytes_each_time) {
  EXPECT_EQ(examples::song_map().to_svg(), examples::song_map().to_svg());
  EXPECT_EQ(examples::small_confusion_matrix().to_svg(), examples::small_confusion_matrix().to_svg());
}

TEST(Plots, a_map_of_45_classes_names_each_once_in_the_legend) {
  const Classes genres = examples::genres();
  const Matrix positions = examples::positions(genres, 1);
  const Figure f = draw_map({.title = "map", .positions = positions, .panels = {{"genre", genres, false}}});
  for (const std::string& name : genres.names)
    EXPECT_EQ(std::count_if(f.texts().begin(), f.texts().end(), [&](const auto& t) { return t.text == name; }), 1)
        << name;
}

TEST(Plots, cluster_numbers_on_a_map_do_not_cover_each_other) {
  const Classes genres = examples::genres();
  Matrix positions(static_cast<int64_t>(genres.labels.size()), 2);  // all at one point
  const Figure f = draw_map({.positions = positions, .panels = {{"k-means", examples::clusters(genres), true}}});
  expect_readable(f);
}

Classes labelled(const std::vector<std::string>& names, int n_songs) {
  Classes out{.names = names};
  for (int i = 0; i < n_songs && !names.empty(); ++i) out.labels.push_back(i % static_cast<int>(names.size()));
  out.labels.resize(static_cast<size_t>(n_songs), -1);
  return out;
}

void draw_everything_with(const Classes& classes) {
  const auto n = static_cast<int64_t>(classes.labels.size());
  Matrix positions(n, 2);
  for (int64_t i = 0; i < n; ++i)
    positions(i, 0) = static_cast<float>(i), positions(i, 1) = static_cast<float>(i * i % 7);
  const std::string title = classes.names.empty() ? "" : classes.names[0];
  expect_readable(draw_map({title, title, positions, {{title, classes, true}, {title, classes, false}}}));
  expect_readable(draw_contingency({.title = title, .caption = title, .rows = classes, .columns = classes}));
  expect_readable(draw_distributions(title, title, {{title, classes}, {"same", classes}}));
}

TEST(Plots, no_songs_and_no_classes) { draw_everything_with({}); }
TEST(Plots, one_song_of_one_class) { draw_everything_with(labelled({"only"}, 1)); }
TEST(Plots, songs_without_any_label) { draw_everything_with(labelled({}, 5)); }
TEST(Plots, hostile_names) { draw_everything_with(labelled(kHostile, 40)); }

TEST(Plots, a_hundred_classes) {
  std::vector<std::string> names;
  for (int i = 0; i < 100; ++i) names.push_back("genre number " + std::to_string(i));
  draw_everything_with(labelled(names, 300));
}

TEST(Plots, a_thousand_classes_are_folded_and_say_so) {
  std::vector<std::string> names;
  for (int i = 0; i < 1000; ++i) names.push_back("g" + std::to_string(i));
  const Classes classes = labelled(names, 1500);
  draw_everything_with(classes);
  EXPECT_TRUE(shows(draw_distributions("", "", {{"", classes}}), "other (901 classes)"));
}

TEST(Plots, positions_that_are_not_finite_are_counted_in_the_caption) {
  Matrix positions(3, 2);
  positions(0, 0) = static_cast<float>(kNan);
  positions(1, 1) = static_cast<float>(kInf);
  const Figure f = draw_map({.positions = positions, .panels = {{"", labelled({"a"}, 3), false}}});
  EXPECT_TRUE(shows(f, "2 songs have no finite position and are left out."));
}

TEST(Plots, a_map_with_labels_for_other_songs_is_refused) {
  const Matrix positions(3, 2);
  EXPECT_THROW(draw_map({.positions = positions, .panels = {{"", labelled({"a"}, 2), false}}}), Error);
}

TEST(Plots, lines_with_nothing_one_point_constants_and_gaps) {
  const auto panel = [](std::vector<double> x, std::vector<double> y) {
    return LinePanel{
        .title = "t", .lines = {{.name = "l", .x = std::move(x), .y = std::move(y)}}, .marks = {{1, "mark"}}};
  };
  expect_readable(draw_lines({.panels = {}}));
  expect_drawn(draw_lines(
      {.panels = {panel({}, {}), panel({1}, {5}), panel({1, 2, 3}, {4, 4, 4}), panel({1, 2, 3}, {kNan, kInf, kNan}),
                  panel({1, 2, 3}, {1e-9, 1, 1e9}), panel({1, 2}, {-1e308, 1e308})}}));
}

TEST(Plots, marks_near_each_other_take_a_row_each) {
  const Line line{.x = {1, 2, 50}, .y = {1, 2, 3}};
  const Figure f =
      draw_lines({.panels = {{.lines = {line}, .marks = {{20, "the first mark"}, {21, "the second mark"}}}}});
  expect_readable(f);
  EXPECT_TRUE(shows(f, "the first mark") && shows(f, "the second mark"));
}

TEST(Plots, a_line_of_unequal_lengths_is_refused) {
  EXPECT_THROW(draw_lines({.panels = {{.lines = {{.x = {1, 2}, .y = {1}}}}}}), Error);
}

TEST(Plots, training_that_has_not_begun_still_has_a_figure) {
  expect_readable(draw_training_curves({.title = "empty", .terms = {{"total", "nats", {}, {}}}}));
  EXPECT_TRUE(shows(draw_training_curves({.terms = {{"total", "nats", {}, {}}}}), "no values"));
}

TEST(Plots, the_chosen_number_of_clusters_is_told) {
  const Figure f = draw_cluster_selection({.curves = {{"Ward", {2, 3, 4}, {.1, .3, .2}, 3}}, .n_classes = 4});
  EXPECT_TRUE(shows(f, "Ward: K = 3"));
  EXPECT_TRUE(shows(f, "4 labels"));
}

TEST(Plots, a_contingency_row_sums_to_a_hundred) {
  const Classes rows{.names = {"a", "b"}, .labels = {0, 0, 0, 0, 1, -1}};
  const Classes columns{.names = {"first", "second"}, .labels = {1, 1, 1, 0, 0, 0}};
  const Figure f = draw_contingency({.rows = rows, .columns = columns});
  EXPECT_TRUE(shows(f, "75") && shows(f, "25") && shows(f, "100"));
  // The second cluster holds most of a, the first row: it stands first.
  const auto x_of = [&](const std::string& text) {
    return std::find_if(f.texts().begin(), f.texts().end(), [&](const auto& t) { return t.text == text; })->box.x;
  };
  EXPECT_LT(x_of("second"), x_of("first"));
}

TEST(Plots, bars_may_be_negative_missing_or_without_interval) {
  const Figure f = draw_bars({.panels = {{.bars = {{"a", -3.5, -4, -3}, {"b", kNan}, {"c", kInf}, {"d", 0}}}}});
  expect_drawn(f);
  EXPECT_TRUE(shows(f, "−3.5"));
  EXPECT_EQ(std::count_if(f.texts().begin(), f.texts().end(), [](const auto& t) { return t.text == "–"; }), 2);
}

TEST(Plots, a_histogram_says_what_it_left_out) {
  const Figure f = draw_histogram({.values = {1, 2, 2, kNan, kInf}});
  EXPECT_TRUE(shows(f, "2 values are not finite and are left out."));
  expect_drawn(draw_histogram({.values = {}}));
  expect_drawn(draw_histogram({.values = {7, 7, 7}, .n_bins = 1}));
}

TEST(Spectrogram, bands_are_slaneys) {
  const MelScale scale;
  // librosa.mel_frequencies(130, fmin=0, fmax=11025)[1:-1] are the bands' centres.
  EXPECT_NEAR(scale.band_of(0, 128), -1, 1e-9);
  EXPECT_NEAR(scale.band_of(11025, 128), 128, 1e-9);
  EXPECT_NEAR(scale.band_of(1061.1325, 128), 40, 1e-3);
  EXPECT_NEAR(scale.band_of(5234.9447, 128), 100, 1e-3);
}

TEST(Spectrogram, loud_is_light_and_low_is_at_the_bottom) {
  Matrix m(128, 50, 0.0f);
  for (int64_t t = 0; t < 50; ++t) m(0, t) = 1;
  const Figure f = draw_spectrograms({.pictures = {{"", m}}});
  const Pixels p = read_png(f.to_png(1));
  const auto lightness_at = [&](int y) {
    const uint32_t v = p.values[static_cast<size_t>(y * p.width + 300)];
    return to_oklab(from_hex(v))[0];
  };
  EXPECT_LT(lightness_at(60), .2);
  double lightest = 0;
  int at = 0;
  for (int y = 40; y < 170; ++y)
    if (lightness_at(y) > lightest && lightness_at(y) < .99) lightest = lightness_at(y), at = y;
  EXPECT_GT(lightest, .9);
  EXPECT_GT(at, 160);
}

TEST(Spectrogram, silence_and_nan_have_a_picture) {
  Matrix m(128, 20, 0.0f);
  m(3, 3) = static_cast<float>(kNan);
  expect_drawn(draw_spectrograms({.pictures = {{"nan", m}, {"none", m, 0}, {"one frame", m, 1}}, .n_columns = 3}));
  expect_readable(draw_spectrograms({}));
  expect_readable(draw_reconstructions({}));
  const Matrix other(64, 20);
  EXPECT_THROW(draw_reconstructions({.pairs = {{"", m, other}}}), Error);
}

TEST(PianoRoll, OneNoteNoNoteAndHostileNamesAreDrawn) {
  expect_readable(draw_piano_roll({.title = "empty"}));
  expect_drawn(draw_piano_roll({.title = "one",
                                .notes = {{.start = 1, .duration = 2, .pitch = 0, .part = 0, .strength = .2}},
                                .parts = {{"program 0, piano"}},
                                .bars = {{0, 1}},
                                .end = 3}));
  PianoRoll hostile = examples::music(3, 4);
  for (size_t i = 0; i < hostile.parts.size(); ++i) hostile.parts[i].name = kHostile[i];
  hostile.title = kHostile[7];
  expect_readable(draw_piano_roll(hostile));
}

TEST(PianoRoll, NamesEachPartAndNumbersBars) {
  const Figure f = draw_piano_roll(examples::music(8, 4));
  for (const char* text : {"program 0, piano", "program 32, bass", "drums", "bar", "1", "8", "C4"})
    EXPECT_TRUE(shows(f, text)) << text;
  EXPECT_TRUE(shows(draw_piano_roll(examples::music(8, 14)), "5 other parts"));
}

TEST(PianoRoll, LoudNotesAreInFullColourAndSoftOnesPale) {
  PianoRoll roll{.title = "two",
                 .notes = {{0, 4, 60, 0, 1}, {4, 4, 60, 0, 0}},
                 .parts = {{"program 0, piano"}},
                 .bars = {{0, 1}, {4, 1}},
                 .end = 8};
  const Pixels p = read_png(draw_piano_roll(roll).to_png(1));
  EXPECT_GT(p.count(0x0072B2), 200) << "the first class colour as it is";
  EXPECT_GT(p.count(0xB3D5E8) + p.count(0xB2D5E7) + p.count(0xB2D4E8) + p.count(0xB3D5E7), 200) << "three tenths of it";
}

TEST(PianoRoll, DrumsAreSaidBesideTheirRows) {
  const Figure f = draw_piano_roll(examples::music(2, 4));
  EXPECT_EQ(std::ranges::count(f.texts(), std::string("drums"), &PlacedText::text), 2) << "beside, and in the legend";
}

}  // namespace
}  // namespace songscape
