#include "create/drawing.h"

#include <algorithm>
#include <cmath>

#include "report/panel.h"
#include "report/spectrogram.h"

namespace songscape {
namespace {

struct ImageSize {
  int64_t height = 1, width = 1;
};

ImageSize image_size(const std::vector<int64_t>& shape) {
  if (shape.size() == 2) return {shape[0], shape[1]};
  int64_t n = 1;
  for (const int64_t size : shape) n *= size;
  const auto side = static_cast<int64_t>(std::lround(std::sqrt(static_cast<double>(n))));
  return side * side == n ? ImageSize{side, side} : ImageSize{1, n};
}

Figure draw_images(const Drawing& drawing, std::span<const DrawnItem> items) {
  constexpr double kLargest = 160, kGap = 16, kNameRoom = 22;
  const ImageSize size = image_size(drawing.shape);
  const double scale = kLargest / static_cast<double>(std::max(size.height, size.width));
  const double width = std::max(kLargest, scale * static_cast<double>(size.width));
  const double height = std::max(12.0, scale * static_cast<double>(size.height));
  const auto n = static_cast<int>(items.size());
  const int n_columns = std::clamp(n, 1, std::max(1, drawing.n_columns)), n_rows = (n + n_columns - 1) / n_columns;
  const double whole = std::max(420.0, 2 * kEdge + n_columns * (width + kGap));
  const Surround surround{drawing.title, drawing.caption, whole};
  Figure figure(whole, surround.top() + n_rows * (height + kNameRoom + kGap) + surround.bottom(), drawing.title);
  surround.draw(figure);
  for (int i = 0; i < n; ++i) {
    const DrawnItem& item = items[static_cast<size_t>(i)];
    const double x = kEdge + i % n_columns * (width + kGap);
    const double y = surround.top() + kNameRoom + i / n_columns * (height + kNameRoom + kGap);
    figure.text({x, y - 4}, item.name,
                {.size = kSmallSize, .v = VAlign::bottom, .max_width = n_columns == 1 ? whole - 2 * kEdge : width});
    std::vector<Colour> pixels;
    for (const float value : item.values) pixels.push_back(sequential_colour(value));
    const Box box{x, y, scale * static_cast<double>(size.width), height};
    figure.image(box, static_cast<int>(size.width), static_cast<int>(size.height), pixels);
  }
  return figure;
}

}  // namespace

Figure draw_items(const Drawing& drawing, std::span<const DrawnItem> items) {
  if (!drawing.is_mel) return draw_images(drawing, items);
  SpectrogramFigure figure{.title = drawing.title, .caption = drawing.caption, .n_columns = drawing.n_columns};
  for (const DrawnItem& item : items)
    figure.pictures.push_back({.name = item.name,
                               .mel = {item.values.data(), drawing.shape[0], drawing.shape[1]},
                               .n_valid_frames = item.n_valid_frames});
  return draw_spectrograms(figure);
}

}  // namespace songscape
