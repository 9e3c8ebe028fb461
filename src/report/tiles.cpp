#include "report/tiles.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "report/panel.h"

namespace songscape {
namespace {

constexpr double kGap = 8, kTextRoom = 14, kBarRoom = 66, kLongestName = 170;

struct Layout {
  Point origin;  // top left of the first tile's place
  double tile_width, tile_height, place_height;
  double title_room;
  int n_columns;
  Box box(size_t i) const {
    const auto column = static_cast<double>(i % static_cast<size_t>(n_columns));
    const auto row = static_cast<double>(i / static_cast<size_t>(n_columns));
    return {origin.x + column * (tile_width + kGap), origin.y + row * place_height + title_room, tile_width,
            tile_height};
  }
};

// No more pixels than can be seen: means over what falls into one.
void draw_values(Figure& figure, const Box& box, MatrixView m, const std::function<Colour(double)>& colour) {
  const int width = static_cast<int>(std::min<double>(static_cast<double>(m.n_cols), 2 * box.width));
  const int height = static_cast<int>(std::min<double>(static_cast<double>(m.n_rows), 2 * box.height));
  std::vector<Colour> pixels;
  for (int y = height; y-- > 0;)
    for (int x = 0; x < width; ++x) {
      const int64_t top = m.n_rows * (y + 1) / height, right = m.n_cols * (x + 1) / width;
      double sum = 0;
      int64_t n = 0;
      for (int64_t i = m.n_rows * y / height; i < top; ++i)
        for (int64_t j = m.n_cols * x / width; j < right; ++j) sum += m(i, j), ++n;
      pixels.push_back(colour(sum / static_cast<double>(std::max<int64_t>(n, 1))));
    }
  figure.image(box, width, height, pixels);
}

void draw_tile(Figure& figure, const Box& box, const Tile& tile, const std::function<Colour(double)>& colour) {
  if (tile.values.n_rows == 0) return;
  draw_values(figure, box, tile.values, colour);
  const Stroke thick{.colour = tile.colour < 0 ? kGrid : kClassColours[static_cast<size_t>(tile.colour) % 9],
                     .width = tile.colour < 0 ? 1.0 : 2.0};
  figure.frame(box.inset(tile.colour < 0 ? 0 : -1.5), thick);
  figure.text({box.x, box.y - 3}, tile.title, {.size = kSmallSize, .v = VAlign::bottom, .max_width = box.width + 6});
  figure.text({box.x, box.bottom() + 3}, tile.note,
              {.size = 9, .colour = kQuietInk, .v = VAlign::top, .max_width = box.width + 6});
}

double widest(const std::vector<std::string>& names) {
  double out = 0;
  for (const std::string& n : names) out = std::max(out, text_width(n));
  return std::min(out, kLongestName);
}

void draw_names(Figure& figure, const Layout& layout, const TileFigure& f, double name_room) {
  for (size_t j = 0; j < f.column_names.size(); ++j) {
    const Box box = layout.box(j);
    figure.text({box.x + box.width / 2, layout.origin.y - 4}, f.column_names[j],
                {.h = HAlign::centre, .v = VAlign::bottom, .max_width = box.width + kGap});
  }
  for (size_t i = 0; i < f.row_names.size(); ++i) {
    const Box box = layout.box(i * static_cast<size_t>(f.n_columns));
    figure.text({box.x - 8, box.y + box.height / 2}, f.row_names[i],
                {.h = HAlign::right, .max_width = name_room, .wraps = true});
  }
}

void draw_axis_names(Figure& figure, const Layout& layout, const TileFigure& f) {
  const size_t first_of_last_row =
      (f.tiles.size() - 1) / static_cast<size_t>(f.n_columns) * static_cast<size_t>(f.n_columns);
  const Box box = layout.box(first_of_last_row);
  const double below = layout.place_height - layout.title_room - layout.tile_height - kGap;
  figure.text({box.x, box.bottom() + below + 4}, f.x_label,
              {.size = kSmallSize, .colour = kQuietInk, .v = VAlign::top});
  const Box top = layout.box(static_cast<size_t>(f.n_columns) - 1);
  figure.text({top.right() + 12, (top.y + box.bottom()) / 2}, f.y_label,
              {.size = kSmallSize, .colour = kQuietInk, .h = HAlign::centre, .angle_deg = -90, .max_width = 300});
}

}  // namespace

Figure draw_tiles(const TileFigure& f) {
  check(f.n_columns >= 1 && !f.tiles.empty(), "a tile figure has tiles and columns");
  const auto has = [&](auto member) {
    return std::any_of(f.tiles.begin(), f.tiles.end(), [&](const Tile& t) { return !(t.*member).empty(); });
  };
  const double title_room = has(&Tile::title) ? kTextRoom + 2 : 0, note_room = has(&Tile::note) ? kTextRoom : 0;
  const double names = f.row_names.empty() ? 0 : widest(f.row_names) + 10;
  const double y_room = f.y_label.empty() ? 4 : 24;
  const auto n_rows = (f.tiles.size() + static_cast<size_t>(f.n_columns) - 1) / static_cast<size_t>(f.n_columns);
  const double tiles_width = f.n_columns * (f.tile_width + kGap) - kGap;
  const double width = std::max(420.0, 2 * kEdge + names + tiles_width + y_room + kBarRoom);
  const Surround surround{f.title, f.caption, width};
  const double top = surround.top() + (f.column_names.empty() ? 4 : 22);
  const Layout layout{{kEdge + names, top}, f.tile_width, f.tile_height, title_room + f.tile_height + note_room + kGap,
                      title_room,           f.n_columns};
  const double bottom = (f.x_label.empty() ? 0 : 18) + surround.bottom();
  Figure figure(width, top + static_cast<double>(n_rows) * layout.place_height + bottom, f.title);
  surround.draw(figure);
  const double range = f.high > f.low ? f.high - f.low : 1, most = f.high > 0 ? f.high : 1;
  const auto colour = [&](double v) {
    return f.is_diverging ? diverging_colour(v / most) : sequential_colour((v - f.low) / range);
  };
  for (size_t i = 0; i < f.tiles.size(); ++i) draw_tile(figure, layout.box(i), f.tiles[i], colour);
  draw_names(figure, layout, f, names);
  draw_axis_names(figure, layout, f);
  const auto of_share = [&](double t) { return f.is_diverging ? diverging_colour(2 * t - 1) : sequential_colour(t); };
  draw_colour_bar(figure,
                  {kEdge + names + tiles_width + y_room, top + title_room, kBarRoom,
                   std::min(200.0, static_cast<double>(n_rows) * layout.place_height - 30)},
                  {f.is_diverging ? -most : f.low, f.is_diverging ? most : f.high, f.unit, of_share});
  return figure;
}

}  // namespace songscape
