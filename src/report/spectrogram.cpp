#include "report/spectrogram.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/text.h"
#include "report/panel.h"

namespace songscape {
namespace {

constexpr double kHeight = 132, kNameRoom = 20, kGap = 16, kBarRoom = 64, kTimeRoom = 34, kBandRoom = 46;

// Slaney's scale: linear below 1 kHz (200/3 Hz a mel), logarithmic above (27 mels a factor of 6.4).
double mel_of(double frequency_hz) {
  if (frequency_hz < 1000) return frequency_hz * 3 / 200;
  return 15 + 27 * std::log(frequency_hz / 1000) / std::log(6.4);
}

int64_t shown_frames(const MatrixView& m, int64_t n_valid) {
  return n_valid < 0 ? m.n_cols : std::clamp<int64_t>(n_valid, 0, m.n_cols);
}

// Means over the frames that fall into each of n_pixels columns: [n_mels × n_pixels], highest band first.
std::vector<double> squeeze(const MatrixView& m, int64_t n_frames, int n_pixels) {
  std::vector<double> out;
  for (int64_t band = m.n_rows; band-- > 0;)
    for (int x = 0; x < n_pixels; ++x) {
      const int64_t from = n_frames * x / n_pixels, to = std::max(from + 1, n_frames * (x + 1) / n_pixels);
      double sum = 0;
      for (int64_t frame = from; frame < to; ++frame) sum += m(band, frame);
      out.push_back(sum / static_cast<double>(to - from));
    }
  return out;
}

struct Picture {
  MatrixView values;
  int64_t n_frames;
  std::function<Colour(double)> colour;  // of a value
  bool has_bands = true;                 // the frequency axis at the left
};

void draw_frequency_axis(Figure& figure, const Box& box, const MelScale& scale, int64_t n_mels) {
  double free_below = std::numeric_limits<double>::infinity();
  for (const double khz : {.1, .25, .5, 1., 2., 4., 8., 16.}) {
    const double band = scale.band_of(khz * 1000, n_mels);
    const double y = box.bottom() - (band + .5) / static_cast<double>(n_mels) * box.height;
    if (band < 0 || y < box.y || y > free_below) continue;
    free_below = y - 11;
    figure.line({box.x - 3, y}, {box.x, y}, {.colour = kQuietInk});
    figure.text({box.x - 5, y}, format_number(khz), {.size = 9, .colour = kQuietInk, .h = HAlign::right});
  }
  figure.text({box.x - 30, box.y + box.height / 2}, "kHz",
              {.size = kSmallSize, .colour = kQuietInk, .h = HAlign::centre, .v = VAlign::bottom, .angle_deg = -90});
}

void draw_time_axis(Figure& figure, const Box& box, double duration_sec) {
  const Axis axis = make_exact_axis(0, duration_sec, 6);
  for (const Tick& t : axis.ticks) {
    const double x = box.x + box.width * axis.place(t.value);
    figure.line({x, box.bottom()}, {x, box.bottom() + 3}, {.colour = kQuietInk});
    figure.text({x, box.bottom() + 5}, t.text, {.size = 9, .colour = kQuietInk, .h = HAlign::centre, .v = VAlign::top});
  }
  figure.text({box.right(), box.bottom() + 19}, "seconds",
              {.size = 9, .colour = kQuietInk, .h = HAlign::right, .v = VAlign::top});
}

void draw_picture(Figure& figure, const Box& box, const MelScale& scale, const Picture& picture) {
  const MatrixView& m = picture.values;
  if (picture.n_frames <= 0 || m.n_rows <= 0) {
    figure.rectangle(box, kGrid);
    figure.text({box.x + box.width / 2, box.y + box.height / 2}, "silence", {.colour = kQuietInk, .h = HAlign::centre});
    return;
  }
  const int n_pixels = static_cast<int>(std::min<double>(2 * box.width, static_cast<double>(picture.n_frames)));
  std::vector<Colour> pixels;
  for (const double v : squeeze(m, picture.n_frames, n_pixels)) pixels.push_back(picture.colour(v));
  figure.image(box, n_pixels, static_cast<int>(m.n_rows), pixels);
  if (picture.has_bands) draw_frequency_axis(figure, box, scale, m.n_rows);
  draw_time_axis(figure, box, static_cast<double>(picture.n_frames) * scale.hop_length / scale.sample_rate);
}

ColourBar level_bar(const MelScale& scale) { return {scale.lowest_db, 0, "dB", sequential_colour}; }

std::string show_mse(const MelPair& pair, int64_t n_frames) {
  double sum = 0;
  for (int64_t b = 0; b < pair.original.n_rows; ++b)
    for (int64_t t = 0; t < n_frames; ++t) sum += std::pow(pair.original(b, t) - pair.reconstruction(b, t), 2);
  const double n = static_cast<double>(pair.original.n_rows * n_frames);
  return n > 0 ? "MSE " + format_number(sum / n, 2) : "";
}

Matrix difference(const MelPair& pair) {
  Matrix out(pair.original.n_rows, pair.original.n_cols);
  for (int64_t b = 0; b < out.n_rows; ++b)
    for (int64_t t = 0; t < out.n_cols; ++t) out(b, t) = pair.reconstruction(b, t) - pair.original(b, t);
  return out;
}

}  // namespace

double MelScale::band_of(double frequency_hz, int64_t n_mels) const {
  return mel_of(frequency_hz) / mel_of(sample_rate / 2) * static_cast<double>(n_mels + 1) - 1;
}

Figure draw_spectrograms(const SpectrogramFigure& f) {
  const size_t n_columns = std::clamp<size_t>(f.pictures.size(), 1, static_cast<size_t>(std::max(1, f.n_columns)));
  const size_t n_rows = (f.pictures.size() + n_columns - 1) / n_columns;
  const double picture_width = n_columns == 1 ? 640 : n_columns == 2 ? 420 : 300;
  const double cell = picture_width + kBandRoom, row = kNameRoom + kHeight + kTimeRoom;
  const double width = 2 * kEdge + static_cast<double>(n_columns) * (cell + kGap) + kBarRoom;
  const Surround surround{f.title, f.caption, width};
  Figure figure(width, surround.top() + std::max(1.0, static_cast<double>(n_rows)) * row + surround.bottom(), f.title);
  surround.draw(figure);
  for (size_t i = 0; i < f.pictures.size(); ++i) {
    const MelPicture& p = f.pictures[i];
    const Box box{kEdge + kBandRoom + static_cast<double>(i % n_columns) * (cell + kGap),
                  surround.top() + kNameRoom + static_cast<double>(i / n_columns) * row, picture_width, kHeight};
    figure.text({box.x, box.y - 4}, p.name, {.v = VAlign::bottom, .max_width = picture_width});
    draw_picture(figure, box, f.scale, {p.mel, shown_frames(p.mel, p.n_valid_frames), sequential_colour});
  }
  draw_colour_bar(figure, {width - kEdge - kBarRoom + 4, surround.top() + kNameRoom, kBarRoom, kHeight},
                  level_bar(f.scale));
  return figure;
}

Figure draw_reconstructions(const ReconstructionFigure& f) {
  constexpr double kWidth = 280;
  const double row = kNameRoom + kHeight + kTimeRoom;
  const double heading = 22, width = 2 * kEdge + kBandRoom + 3 * kWidth + kGap + 2 * kBarRoom + kGap;
  const Surround surround{f.title, f.caption, width};
  const double x[] = {kEdge + kBandRoom, kEdge + kBandRoom + kWidth + kGap,
                      kEdge + kBandRoom + 2 * kWidth + kGap + kBarRoom + kGap};
  const double top = surround.top() + heading;
  Figure figure(width, top + std::max<double>(1, static_cast<double>(f.pairs.size())) * row + surround.bottom(),
                f.title);
  surround.draw(figure);
  const char* const names[] = {"original", "reconstruction", "reconstruction − original"};
  for (int i = 0; i < 3; ++i)
    figure.text({x[i], surround.top()}, names[i], {.size = kTextSize + 1, .is_bold = true, .v = VAlign::top});
  const double range = -f.scale.lowest_db;
  for (size_t i = 0; i < f.pairs.size(); ++i) {
    const MelPair& p = f.pairs[i];
    check(p.original.n_rows == p.reconstruction.n_rows && p.original.n_cols == p.reconstruction.n_cols,
          "original and reconstruction have one shape");
    const int64_t n_frames = shown_frames(p.original, p.n_valid_frames);
    const double y = top + kNameRoom + static_cast<double>(i) * row;
    const Matrix error = difference(p);
    // Half the range already is a gross error: the colours say more about small ones.
    const auto error_colour = [](double v) { return diverging_colour(2 * v); };
    figure.text({x[0], y - 4}, p.name, {.v = VAlign::bottom, .max_width = 2 * kWidth});
    figure.text({x[2], y - 4}, show_mse(p, n_frames), {.size = kSmallSize, .colour = kQuietInk, .v = VAlign::bottom});
    draw_picture(figure, {x[0], y, kWidth, kHeight}, f.scale, {p.original, n_frames, sequential_colour});
    draw_picture(figure, {x[1], y, kWidth, kHeight}, f.scale, {p.reconstruction, n_frames, sequential_colour, false});
    draw_picture(figure, {x[2], y, kWidth, kHeight}, f.scale, {error, n_frames, error_colour, false});
    draw_colour_bar(figure, {x[1] + kWidth + 8, y, kBarRoom, kHeight}, level_bar(f.scale));
    draw_colour_bar(figure, {x[2] + kWidth + 8, y, kBarRoom, kHeight},
                    {-range / 2, range / 2, "dB", [](double t) { return diverging_colour(2 * t - 1); }});
  }
  return figure;
}

}  // namespace songscape
