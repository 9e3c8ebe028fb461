// How far audio/mel_attributes.h is off on a library whose factors are known:
//   ninja bench_mel_attributes && build/bench_mel_attributes corpus-2.songscape
#include "audio/mel_attributes.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <map>
#include <numeric>
#include <vector>

#include "audio/features.h"
#include "core/parallel.h"
#include "data/library_index.h"

namespace songscape {
namespace {

using Values = std::vector<double>;

double correlation(const Values& x, const Values& y) {
  const double n = static_cast<double>(x.size());
  const double mean_x = std::accumulate(x.begin(), x.end(), 0.0) / n,
               mean_y = std::accumulate(y.begin(), y.end(), 0.0) / n;
  double xx = 0, yy = 0, xy = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - mean_x) * (x[i] - mean_x);
    yy += (y[i] - mean_y) * (y[i] - mean_y);
    xy += (x[i] - mean_x) * (y[i] - mean_y);
  }
  return xy / std::sqrt(xx * yy);
}

double median(Values x) {
  std::nth_element(x.begin(), x.begin() + static_cast<int64_t>(x.size() / 2), x.end());
  return x[x.size() / 2];
}

Values without_group_means(Values x, const std::vector<int32_t>& group) {
  std::map<int32_t, std::pair<double, double>> sums;
  for (size_t i = 0; i < x.size(); ++i) {
    sums[group[i]].first += x[i];
    ++sums[group[i]].second;
  }
  for (size_t i = 0; i < x.size(); ++i) x[i] -= sums[group[i]].first / sums[group[i]].second;
  return x;
}

// Median |y − its best line in x|.
double median_error_of_line(const Values& x, const Values& y) {
  const double n = static_cast<double>(x.size());
  const double mean_x = std::accumulate(x.begin(), x.end(), 0.0) / n,
               mean_y = std::accumulate(y.begin(), y.end(), 0.0) / n;
  double xx = 0, xy = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - mean_x) * (x[i] - mean_x);
    xy += (x[i] - mean_x) * (y[i] - mean_y);
  }
  Values off;
  for (size_t i = 0; i < x.size(); ++i) off.push_back(std::abs(y[i] - mean_y - xy / xx * (x[i] - mean_x)));
  return median(off);
}

void print_row(const char* name, const Values& seen, const Values& wanted, const std::vector<int32_t>& genre) {
  Values off;
  for (size_t i = 0; i < seen.size(); ++i) off.push_back(std::abs(seen[i] - wanted[i]));
  std::printf("%-28s r %.3f  r within genres %.3f  median |error| %.3f, of the best line %.3f\n", name,
              correlation(seen, wanted),
              correlation(without_group_means(seen, genre), without_group_means(wanted, genre)), median(off),
              median_error_of_line(seen, wanted));
}

double share_within(const Values& seen, const Values& wanted, std::initializer_list<double> ratios) {
  double n = 0;
  for (size_t i = 0; i < seen.size(); ++i)
    n += std::ranges::any_of(ratios, [&](double r) { return std::abs(seen[i] / (wanted[i] * r) - 1) < .04; });
  return n / static_cast<double>(seen.size());
}

// Numbers of a label's or factor's values; classes by their place among the names.
Values column_values(const LibraryIndex& library, const char* name) {
  const IndexColumn* column = library.find_column(name);
  if (!column) return {};
  if (column->kind == ColumnKind::factor) return {column->values.begin(), column->values.end()};
  static const std::vector<std::string_view> kKeys = {"C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"};
  Values out;
  for (const int32_t code : column->codes) {
    const auto key = code < 0 ? kKeys.end() : std::ranges::find(kKeys, column->classes[static_cast<size_t>(code)]);
    out.push_back(key == kKeys.end() ? code : static_cast<double>(key - kKeys.begin()));
  }
  return out;
}

int run(const char* path) {
  const LibraryIndex library(path);
  const int64_t n = library.n_songs();
  std::vector<std::array<double, kNumMelAttributes>> measured(static_cast<size_t>(n));
  Values centroid(static_cast<size_t>(n));
  const auto start = std::chrono::steady_clock::now();
  parallel_for(n, worker_threads(), [&](int64_t i) {
    std::vector<float> mel(kMelValues);
    std::array<float, kStoredFeatures> features;
    const int64_t clip = library.song(i).first_clip;
    library.read_mel(clip, mel);
    library.read_features(clip, features);
    centroid[static_cast<size_t>(i)] = features[static_cast<size_t>(
        std::ranges::find(feature_names(), "spectral_centroid") - feature_names().begin())];
    measured[static_cast<size_t>(i)] =
        as_array(measure_mel(mel, {.n_valid_frames = library.clip(clip).n_valid_frames}));
  });
  const double sec = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::printf("%lld songs, %.2f ms a song and thread\n", static_cast<long long>(n),
              1000 * sec * worker_threads() / static_cast<double>(n));
  std::vector<int32_t> genre(static_cast<size_t>(n), 0);
  if (const IndexColumn* column = library.find_column("genre"))
    genre.assign(column->codes.begin(), column->codes.end());
  for (size_t a = 0; a < kNumMelAttributes; ++a) {
    const std::string name(mel_attribute_names()[a]);
    Values seen;
    for (const auto& m : measured) seen.push_back(m[a]);
    if (name == "brightness") print_row("brightness (centroid of PCM)", seen, centroid, genre);
    const Values wanted = column_values(library, name.c_str());
    if (wanted.empty()) continue;
    if (name == "key") {
      double n_right = 0;
      for (size_t i = 0; i < seen.size(); ++i) n_right += seen[i] == wanted[i];
      std::printf("%-28s right %.3f\n", "key", n_right / static_cast<double>(n));
      continue;
    }
    print_row(name.c_str(), seen, wanted, genre);
    if (name == "tempo")
      std::printf("%-28s within 4%%: %.3f; or of it times 1/2, 2/3, 3/2, 2: %.3f\n", "",
                  share_within(seen, wanted, {1}), share_within(seen, wanted, {1, .5, 2. / 3, 1.5, 2}));
    if (name == "mode") {
      double n_right = 0;
      for (size_t i = 0; i < seen.size(); ++i) n_right += (seen[i] > 0) == (wanted[i] > 0);
      std::printf("%-28s right %.3f\n", "", n_right / static_cast<double>(n));
    }
  }
  return 0;
}

}  // namespace
}  // namespace songscape

int main(int argc, char** argv) {
  if (argc != 2) return std::fprintf(stderr, "usage: bench_mel_attributes LIBRARY\n"), 2;
  try {
    return songscape::run(argv[1]);
  } catch (const std::exception& e) {
    return std::fprintf(stderr, "%s\n", e.what()), 1;
  }
}
