#include "report/piano_roll.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "report/panel.h"

namespace songscape {
namespace {

constexpr double kRow = 6, kDrumRow = 7, kLaneGap = 8;
constexpr double kLabelRoom = 44, kBarRoom = 34, kLeastWidth = 640, kMostWidth = 3600, kQuarter = 26;
constexpr int kLeastSpan = 25;  // semitones
constexpr size_t kMostVectors = 4000;
constexpr Colour kBarLine{.62, .64, .67}, kOctave{.80, .82, .84};

bool is_drum(const PianoRoll& roll, const RollNote& note) {
  return roll.parts[static_cast<size_t>(note.part)].is_drums;
}

// Where things lie.
struct Lanes {
  Box pitched, drums;  // drums: of no height without them
  int lowest = 48, highest = 72;
  std::vector<int> drum_pitches;  // ascending
  double end = 4;

  double x(double quarters) const { return pitched.x + std::clamp(quarters / end, 0.0, 1.0) * pitched.width; }
  double top_of_pitch(int pitch) const { return pitched.bottom() - (pitch - lowest + 1) * kRow; }
  double top_of_drum(int pitch) const {
    const auto place = std::ranges::lower_bound(drum_pitches, pitch) - drum_pitches.begin();
    return drums.bottom() - static_cast<double>(place + 1) * kDrumRow;
  }
  double bottom() const { return std::max(pitched.bottom(), drums.bottom()); }
};

double end_of(const PianoRoll& roll) {
  double end = std::max(roll.end, 1.0);
  for (const RollNote& note : roll.notes) end = std::max(end, note.start + note.duration);
  return end;
}

Lanes lay_out(const PianoRoll& roll, double width) {
  Lanes lanes;
  lanes.end = end_of(roll);
  std::set<int> drums;
  int lowest = 128, highest = -1;
  for (const RollNote& note : roll.notes) {
    if (is_drum(roll, note)) {
      drums.insert(note.pitch);
      continue;
    }
    lowest = std::min(lowest, note.pitch - 1);
    highest = std::max(highest, note.pitch + 1);
  }
  if (highest < 0) lowest = 48, highest = 72;
  const int missing = std::max(0, kLeastSpan - (highest - lowest + 1));
  lanes.lowest = lowest - missing / 2, lanes.highest = highest + (missing + 1) / 2;
  lanes.drum_pitches.assign(drums.begin(), drums.end());
  lanes.pitched = {kEdge + kLabelRoom, 0, width - 2 * kEdge - kLabelRoom, (lanes.highest - lanes.lowest + 1) * kRow};
  lanes.drums = {lanes.pitched.x, 0, lanes.pitched.width, static_cast<double>(drums.size()) * kDrumRow};
  return lanes;
}

void move_to(Lanes& lanes, double top) {
  lanes.pitched.y = top;
  lanes.drums.y = lanes.pitched.bottom() + (lanes.drums.height > 0 ? kLaneGap : 0);
}

// Over both lanes.
void vertical(Figure& figure, const Lanes& lanes, double x, const Stroke& stroke) {
  figure.line({x, lanes.pitched.y}, {x, lanes.pitched.bottom()}, stroke);
  if (lanes.drums.height > 0) figure.line({x, lanes.drums.y}, {x, lanes.drums.bottom()}, stroke);
}

void draw_grid(Figure& figure, const PianoRoll& roll, const Lanes& lanes) {
  for (size_t i = 0; i < roll.bars.size(); ++i) {
    const double next = i + 1 < roll.bars.size() ? roll.bars[i + 1].start : roll.end;
    const RollBar& bar = roll.bars[i];
    const double beat_width = bar.beat / lanes.end * lanes.pitched.width;
    for (double at = bar.start + bar.beat; beat_width >= 4 && at < next - 1e-6; at += bar.beat)
      vertical(figure, lanes, lanes.x(at), {.colour = kGrid});
  }
  for (int pitch = lanes.lowest; pitch <= lanes.highest; ++pitch) {
    if (pitch % 12 != 0) continue;
    const double y = lanes.top_of_pitch(pitch) + kRow;
    figure.line({lanes.pitched.x, y}, {lanes.pitched.right(), y}, {.colour = kOctave});
    figure.text({lanes.pitched.x - 5, y - kRow / 2}, "C" + std::to_string(pitch / 12 - 1),
                {.size = kSmallSize, .colour = kQuietInk, .h = HAlign::right});
  }
  for (const RollBar& bar : roll.bars) vertical(figure, lanes, lanes.x(bar.start), {.colour = kBarLine});
  figure.frame(lanes.pitched, {.colour = kBarLine});
  if (lanes.drums.height > 0) figure.frame(lanes.drums, {.colour = kBarLine});
}

void draw_bar_numbers(Figure& figure, const PianoRoll& roll, const Lanes& lanes) {
  double free_from = 0;
  for (size_t i = 0; i < roll.bars.size(); ++i) {
    const double x = lanes.x(roll.bars[i].start);
    if (x < free_from) continue;
    const std::string number = std::to_string(i + 1);
    figure.text({x, lanes.bottom() + 3}, number,
                {.size = kSmallSize, .colour = kQuietInk, .h = HAlign::centre, .v = VAlign::top});
    free_from = x + text_width(number, {.size = kSmallSize}) + 14;
  }
  figure.text({lanes.pitched.x + lanes.pitched.width / 2, lanes.bottom() + 17}, "bar",
              {.colour = kQuietInk, .h = HAlign::centre, .v = VAlign::top});
  if (lanes.drums.height > 0)
    figure.text({lanes.drums.x - 5, lanes.drums.y + lanes.drums.height / 2}, "drums",
                {.size = kSmallSize, .colour = kQuietInk, .h = HAlign::right});
}

// Of each part; those of most notes first, in the order of parts.
std::vector<Colour> colours_of(const PianoRoll& roll) {
  std::vector<int64_t> n_notes(roll.parts.size(), 0);
  for (const RollNote& note : roll.notes) ++n_notes[static_cast<size_t>(note.part)];
  std::vector<size_t> order(roll.parts.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, std::greater<>{}, [&](size_t part) { return n_notes[part]; });
  order.resize(std::min(order.size(), kColouredParts));
  std::ranges::sort(order);
  std::vector<Colour> colours(roll.parts.size(), kUnlabelled);
  for (size_t i = 0; i < order.size(); ++i) colours[order[i]] = kClassColours[i];
  return colours;
}

std::vector<LegendEntry> legend_of(const PianoRoll& roll, const std::vector<Colour>& colours) {
  std::vector<LegendEntry> entries;
  int64_t n_grey = 0;
  for (size_t i = 0; i < roll.parts.size(); ++i) {
    if (colours[i] == kUnlabelled)
      ++n_grey;
    else
      entries.push_back({.text = roll.parts[i].name, .marker = Marker{MarkerShape::square, colours[i]}});
  }
  if (n_grey > 0)
    entries.push_back(
        {.text = std::to_string(n_grey) + " other parts", .marker = Marker{MarkerShape::square, kUnlabelled}});
  return entries;
}

void draw_notes(Figure& figure, const PianoRoll& roll, const Lanes& lanes, const std::vector<Colour>& colours) {
  for (const RollNote& note : roll.notes) {
    const bool drum = is_drum(roll, note);
    const double x = lanes.x(note.start), right = lanes.x(note.start + note.duration);
    const double width = drum ? 4 : std::max(2.0, right - x - .6);
    const double y = drum ? lanes.top_of_drum(note.pitch) : lanes.top_of_pitch(note.pitch);
    const double alpha = .3 + .7 * std::clamp(note.strength, 0.0, 1.0);
    figure.rectangle({x, y + .5, width, (drum ? kDrumRow : kRow) - 1},
                     colours[static_cast<size_t>(note.part)].with_alpha(alpha));
  }
}

}  // namespace

Figure draw_piano_roll(const PianoRoll& roll) {
  const double width = std::clamp(end_of(roll) * kQuarter + 2 * kEdge + kLabelRoom, kLeastWidth, kMostWidth);
  const std::vector<Colour> colours = colours_of(roll);
  const Legend legend(legend_of(roll, colours), width - 2 * kEdge);
  const Surround surround{roll.title, roll.caption, width};
  Lanes lanes = lay_out(roll, width);
  move_to(lanes, surround.top() + 4);
  const double below = lanes.bottom() + kBarRoom;
  Figure figure(width, below + legend.height() + surround.bottom() + 8, roll.title);
  surround.draw(figure);
  draw_grid(figure, roll, lanes);
  const auto draw = [&] { draw_notes(figure, roll, lanes, colours); };
  const Box both{lanes.pitched.x, lanes.pitched.y, lanes.pitched.width + 4, lanes.bottom() - lanes.pitched.y};
  if (roll.notes.size() > kMostVectors)
    figure.flattened(both, draw);
  else
    figure.clipped(both, draw);
  draw_bar_numbers(figure, roll, lanes);
  legend.draw(figure, {kEdge, below});
  return figure;
}

}  // namespace songscape
