#include "report/figure.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/file.h"
#include "picture.h"
#include "temporary_folder.h"

namespace songscape {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST(Figure, a_png_is_twice_the_size_and_starts_white) {
  const Pixels p = read_png(Figure(120, 80, "nothing").to_png());
  EXPECT_EQ(p.width, 240);
  EXPECT_EQ(p.height, 160);
  EXPECT_EQ(p.count(0xFFFFFF), 240 * 160);
}

TEST(Figure, a_rectangle_covers_its_pixels) {
  Figure f(100, 100, "");
  f.rectangle({10, 20, 30, 40}, from_hex(0xFF0000));
  EXPECT_EQ(read_png(f.to_png()).count(0xFF0000), 60 * 80);
}

TEST(Figure, text_leaves_ink_where_it_says) {
  Figure f(200, 60, "");
  const Box box = f.text({100, 30}, "Ωmega", {.size = 20, .colour = from_hex(0x000000), .h = HAlign::centre});
  EXPECT_NEAR(box.x + box.width / 2, 100, .5);
  EXPECT_NEAR(box.y + box.height / 2, 30, .5);
  const Pixels p = read_png(f.to_png());
  EXPECT_GT(p.count(0x000000), 100);
  for (int i = 0; i < p.width * p.height; ++i) {
    if (p.values[static_cast<size_t>(i)] != 0) continue;
    const double x = (i % p.width) / 2.0, y = (i / p.width) / 2.0;
    EXPECT_TRUE(box.inset(-2).contains({x, y, .5, .5})) << x << " " << y;
  }
}

TEST(Figure, turned_text_stands_upright_in_its_box) {
  Figure f(100, 200, "");
  const Box flat = f.measure("cluster", {});
  const Box box = f.text({50, 150}, "cluster", {.angle_deg = -90});
  EXPECT_NEAR(box.width, flat.height, 1e-6);
  EXPECT_NEAR(box.height, flat.width, 1e-6);
  EXPECT_NEAR(box.bottom(), 150, 1e-6);
}

TEST(Figure, long_text_is_cut_at_its_width) {
  Figure f(300, 50, "");
  const std::string name(100000, 'x');
  EXPECT_LE(f.text({0, 20}, name, {.max_width = 150}).width, 150.5);
  EXPECT_LT(f.texts()[0].text.size(), 500u);
  EXPECT_GT(f.measure("one two three four five six", {.max_width = 60, .wraps = true}).height, 30);
}

TEST(Figure, scripts_are_shaped_not_boxed) {
  const Figure f(10, 10, "");
  // A conjunct is narrower than its letters apart; joined Arabic letters than single ones.
  EXPECT_LT(f.measure("\u0915\u094d\u0937", {}).width, f.measure("\u0915 \u0937", {}).width + 3);
  EXPECT_NE(f.measure("مو", {}).width, f.measure("م", {}).width + f.measure("و", {}).width);
}

TEST(Figure, what_hides_or_commands_is_shown_as_an_escape) {
  Figure f(400, 50, "");
  f.text({0, 20}, std::string("a\x1b[31m\n\u202Eb\xff\0c", 14), {});
  EXPECT_EQ(f.texts()[0].text, "a\\x1b[31m\\n\\u202eb\\xff\\x00c");
  f.text({0, 20}, "می\u200Cخواهم", {});  // the joiners of Persian and Indic writing stay
  EXPECT_EQ(f.texts()[1].text, "می\u200Cخواهم");
}

TEST(Figure, coordinates_that_are_not_finite_are_left_out) {
  Figure f(50, 50, "");
  const Point points[] = {{10, 10}, {kNan, 20}, {30, 30}, {1e300, 40}};
  f.polyline(points, {});
  f.line({kNan, 0}, {1, 1}, {});
  f.marker({kNan, 3}, {}, 5);
  f.polygon(points, kInk);
  f.text({kNan, 1}, "nowhere", {});
  EXPECT_TRUE(f.texts().empty());
  EXPECT_GT(read_png(f.to_png()).n_colours(), 1u);
}

TEST(Figure, a_point_between_gaps_is_a_dot) {
  Figure f(50, 50, "");
  const Point points[] = {{kNan, 10}, {25, 25}, {kNan, 30}};
  f.polyline(points, {.colour = from_hex(0x000000), .width = 6});
  EXPECT_GT(read_png(f.to_png()).count(0x000000), 50);
}

TEST(Figure, every_marker_shape_leaves_about_as_much_ink) {
  for (int s = 0; s < kNumMarkerShapes; ++s) {
    Figure f(40, 40, "");
    f.marker({20, 20}, {static_cast<MarkerShape>(s), from_hex(0xFF0000)}, 20);
    const int64_t ink = read_png(f.to_png()).count(0xFF0000);
    EXPECT_GT(ink, 600) << s;
    EXPECT_LT(ink, 1400) << s;
  }
}

Figure drawn() {
  Figure f(100, 60, "a <script>alert(1)</script> & more");
  f.text({10, 20}, "text </svg><script>", {});
  const Colour pixels[] = {kInk, kPaper, kPaper, kInk};
  f.image({10, 30, 20, 20}, 2, 2, pixels);
  f.flattened({50, 30, 20, 20}, [&] { f.marker({60, 40}, {}, 8); });
  return f;
}

TEST(Figure, the_same_drawing_is_the_same_bytes) {
  EXPECT_EQ(drawn().to_svg(), drawn().to_svg());
  EXPECT_EQ(drawn().to_png(), drawn().to_png());
}

TEST(Figure, an_svg_is_well_formed_and_runs_nothing) {
  const std::string svg = drawn().to_svg();
  EXPECT_EQ(xml_fault(svg), "");
  EXPECT_EQ(svg.find("<script"), svg.npos);
  EXPECT_NE(svg.find("<title>a &lt;script&gt;alert(1)&lt;/script&gt; &amp; more</title>"), svg.npos);
  EXPECT_NE(svg.find("width=\"100px\""), svg.npos);
}

TEST(Figure, is_saved_as_a_pair_of_whole_files) {
  const TemporaryFolder folder;
  drawn().save(folder.path() / "sub" / "drawing");
  EXPECT_EQ(read_file(folder.path() / "sub" / "drawing.png"), drawn().to_png());
  EXPECT_EQ(read_file(folder.path() / "sub" / "drawing.svg"), drawn().to_svg());
}

TEST(Figure, impossible_sizes_are_refused) {
  EXPECT_THROW(Figure(0, 10, ""), Error);
  EXPECT_THROW(Figure(10, 1e6, ""), Error);
  EXPECT_THROW(Figure(kNan, 10, ""), Error);
}

}  // namespace
}  // namespace songscape
