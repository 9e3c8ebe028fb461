// A drawing of fixed size, recorded once and written as PNG (twice the size, for sharp screens) and SVG (text as paths,
// nothing loaded from elsewhere).  Lengths are CSS pixels, x to the right, y downwards.  Text goes through Pango: any
// script the machine has a font for; control and bidi characters are shown as escapes, over-long text ends in "…".
// Same calls, same bytes.  A figure remembers where its texts are, so tests can look for overlaps.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "report/colour.h"

namespace songscape {

struct Point {
  double x = 0, y = 0;
};

struct Box {
  double x = 0, y = 0, width = 0, height = 0;
  double right() const { return x + width; }
  double bottom() const { return y + height; }
  bool overlaps(const Box& o) const { return x < o.right() && o.x < right() && y < o.bottom() && o.y < bottom(); }
  bool contains(const Box& o) const { return o.x >= x && o.y >= y && o.right() <= right() && o.bottom() <= bottom(); }
  Box inset(double by) const { return {x + by, y + by, width - 2 * by, height - 2 * by}; }
};

struct Stroke {
  Colour colour = kInk;
  double width = 1;
  bool is_dashed = false;
};

enum class HAlign { left, centre, right };
enum class VAlign { top, middle, bottom };

struct TextStyle {
  double size = 11;
  Colour colour = kInk;
  bool is_bold = false;
  HAlign h = HAlign::left;  // of the text against its point, before turning
  VAlign v = VAlign::middle;
  double angle_deg = 0;   // clockwise about the point
  double max_width = 0;   // longer text is cut with "…"; 0: no limit
  bool wraps = false;     // at max_width, instead of cutting
  bool has_halo = false;  // white outline, for text over marks
};

struct PlacedText {
  std::string text = {};
  Box box;  // as drawn, after turning
};

enum class MarkerShape { circle, square, triangle, diamond, triangle_down, cross, plus, star };
inline constexpr int kNumMarkerShapes = 8;

struct Marker {
  MarkerShape shape = MarkerShape::circle;
  Colour fill = kClassColours[0];
};

class Figure {
 public:
  // 1 to 8,000 pixels a side.  `description`: one sentence for people who cannot see it.
  Figure(double width, double height, std::string description);
  ~Figure();
  Figure(Figure&&) noexcept;
  Figure& operator=(Figure&&) noexcept;

  double width() const;
  double height() const;
  const std::string& description() const;
  const std::vector<PlacedText>& texts() const;

  // Points with a coordinate that is not finite break a line and are skipped elsewhere.
  void line(Point from, Point to, const Stroke& stroke);
  void polyline(std::span<const Point> points, const Stroke& stroke);
  void polygon(std::span<const Point> points, Colour fill);
  void rectangle(const Box& box, Colour fill);
  void frame(const Box& box, const Stroke& stroke);
  void marker(Point at, const Marker& marker, double size);
  // Where the text stands.
  Box text(Point at, std::string_view text, const TextStyle& style);
  Box measure(std::string_view text, const TextStyle& style) const;  // at the origin, unturned
  // n_columns × n_rows pixels, row-major from the top left, stretched over `box` without smoothing.
  void image(const Box& box, int n_columns, int n_rows, std::span<const Colour> pixels);
  // What `draw` draws appears inside `box` only.
  void clipped(const Box& box, const std::function<void()>& draw);
  // As clipped, but a bitmap in the SVG too: for thousands of marks.
  void flattened(const Box& box, const std::function<void()>& draw);

  std::string to_png(double scale = 2) const;
  std::string to_svg() const;
  // Writes <base>.png and <base>.svg, each published whole; the folder is made.
  void save(const std::filesystem::path& base) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace songscape
