#include "create/density.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/text.h"
#include "midi/tokens.h"

namespace songscape {
namespace {

constexpr int64_t kWindows = 600;

double notes_a_bar(std::span<const Token> tokens) {
  const GridSong song = from_tokens(tokens);
  return static_cast<double>(song.notes.size()) / static_cast<double>(song.bars.size());
}

double share_of(DensityLevel level) {
  return level == DensityLevel::low ? .1 : level == DensityLevel::medium ? .5 : .9;
}

double value_below_which(std::vector<double> values, double share) {
  std::ranges::sort(values);
  return values[static_cast<size_t>(std::lround(share * static_cast<double>(values.size() - 1)))];
}

}  // namespace

AskedDensity parse_density(const std::string& text) {
  if (text == "low") return DensityLevel::low;
  if (text == "medium") return DensityLevel::medium;
  if (text == "high") return DensityLevel::high;
  const auto number = parse_number(text);
  if (number && *number > 0 && *number <= 1000) return *number;
  const auto near = nearest_name(text, {"low", "medium", "high"});
  fail(ExitCode::usage, {.what = "no such density",
                         .where = "--density",
                         .seen = escape_for_terminal(text),
                         .wanted = "low, medium, high, or a number of notes a bar above 0, at most 1000",
                         .fix = near ? "did you mean '" + *near + "'?" : ""});
}

DensityGuide::DensityGuide(MusicRun& run, const AskedDensity& asked) {
  const std::vector<int64_t> rows = run.training_rows(kWindows);
  Attribute density{.name = "notes a bar", .origin = "measured", .is_class = false, .values = {}};
  std::vector<int32_t> groups;
  for (const int64_t row : rows) {
    density.values.push_back(notes_a_bar(run.windows().tokens(row)));
    groups.push_back(run.windows().index().song(run.windows().song_of(row)).group);
  }
  const Matrix z = run.means(rows);
  direction_ = fit_direction(z, density, groups);
  reading_ = fit_ridge(z, density.values);
  const auto* const level = std::get_if<DensityLevel>(&asked);
  target_ = level ? value_below_which(density.values, share_of(*level)) : std::get<double>(asked);
}

double DensityGuide::move(std::span<float> z) const {
  if (direction_.told_deviation <= 0) return 0;
  const double told = reading_.predict(MatrixView{z.data(), 1, std::ssize(z)}).front();
  const double steps = std::clamp((target_ - told) / direction_.told_deviation, -kFarthest, kFarthest);
  for (size_t d = 0; d < z.size(); ++d) z[d] += static_cast<float>(steps * direction_.step[d]);
  return std::abs(steps);
}

}  // namespace songscape
