#include "report/classes.h"

#include <algorithm>
#include <numeric>

#include "core/error.h"

namespace songscape {
namespace {

bool has_families(const Classes& c) { return c.family_of.size() == c.names.size() && !c.families.empty(); }

}  // namespace

std::vector<int64_t> Classes::counts() const {
  std::vector<int64_t> out(names.size(), 0);
  for (const int32_t l : labels) {
    check(l >= -1 && l < static_cast<int32_t>(names.size()), "a label names a class or is −1");
    if (l >= 0) ++out[static_cast<size_t>(l)];
  }
  return out;
}

int64_t Classes::n_unlabelled() const { return std::count(labels.begin(), labels.end(), -1); }

std::vector<int32_t> Classes::order() const {
  std::vector<int32_t> out(names.size());
  std::iota(out.begin(), out.end(), 0);
  if (has_families(*this))
    std::stable_sort(out.begin(), out.end(), [&](int32_t a, int32_t b) {
      return family_of[static_cast<size_t>(a)] < family_of[static_cast<size_t>(b)];
    });
  return out;
}

Classes numbered_classes(const std::vector<int32_t>& labels) {
  Classes out;
  out.labels = labels;
  const int32_t n = labels.empty() ? 0 : *std::max_element(labels.begin(), labels.end()) + 1;
  for (int32_t i = 0; i < n; ++i) out.names.push_back(std::to_string(i));
  return out;
}

Classes fold_small_classes(const Classes& classes, int n_max) {
  const size_t n = classes.names.size(), n_kept = static_cast<size_t>(std::max(2, n_max)) - 1;
  if (n <= n_kept + 1) return classes;
  const std::vector<int64_t> counts = classes.counts();
  std::vector<int32_t> by_count(n);
  std::iota(by_count.begin(), by_count.end(), 0);
  std::stable_sort(by_count.begin(), by_count.end(), [&](int32_t a, int32_t b) {
    return counts[static_cast<size_t>(a)] > counts[static_cast<size_t>(b)];
  });
  by_count.resize(n_kept);
  std::sort(by_count.begin(), by_count.end());
  Classes out;
  std::vector<int32_t> now(n, static_cast<int32_t>(n_kept));
  for (const int32_t c : by_count) {
    now[static_cast<size_t>(c)] = static_cast<int32_t>(out.names.size());
    out.names.push_back(classes.names[static_cast<size_t>(c)]);
    if (has_families(classes)) out.family_of.push_back(classes.family_of[static_cast<size_t>(c)]);
  }
  out.names.push_back("other (" + std::to_string(n - n_kept) + " classes)");
  out.families = classes.families;
  if (has_families(classes)) {
    out.family_of.push_back(static_cast<int32_t>(out.families.size()));
    out.families.push_back("other");
  }
  for (const int32_t l : classes.labels) out.labels.push_back(l < 0 ? -1 : now[static_cast<size_t>(l)]);
  return out;
}

std::vector<Marker> class_markers(const Classes& classes) {
  constexpr size_t n_colours = kClassColours.size();
  const auto marker = [](size_t colour, size_t shape) {
    const Colour c = kClassColours[colour % n_colours];
    // The second time round every colour is darker, so that 144 pairs differ.
    const bool is_second = (shape / kNumMarkerShapes) % 2 == 1;
    return Marker{static_cast<MarkerShape>(shape % kNumMarkerShapes), is_second ? darker(c, .22) : c};
  };
  std::vector<Marker> out(classes.names.size());
  if (!has_families(classes)) {
    for (size_t i = 0; i < out.size(); ++i) out[i] = marker(i, i / n_colours);
    return out;
  }
  // Families beyond the ninth take a colour again, with the shapes that its first family left free.
  std::vector<size_t> n_members(classes.families.size() + 1, 0), shapes_used(n_colours, 0);
  for (const int32_t f : classes.family_of) ++n_members[static_cast<size_t>(f)];
  std::vector<size_t> next_shape(n_members.size(), 0);
  for (size_t f = 0; f < n_members.size(); ++f) {
    next_shape[f] = shapes_used[f % n_colours];
    shapes_used[f % n_colours] += n_members[f];
  }
  for (size_t i = 0; i < out.size(); ++i) {
    const size_t f = static_cast<size_t>(classes.family_of[i]);
    out[i] = marker(f, next_shape[f]++);
  }
  return out;
}

}  // namespace songscape
