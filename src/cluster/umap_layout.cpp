// Many rows move side by side, one in each lane.
#include "cluster/umap_layout.h"

#include <algorithm>
#include <cmath>

#include "cluster/umap_schedule.h"
#include "core/random.h"
#include "core/vector_width.h"
#include "stats/pairwise.h"

namespace songscape {
namespace {

constexpr int64_t kLanes = kUmapLanes;
constexpr int64_t kGroupsAJob = 8;
constexpr int kAtOnce = 2;
constexpr int kPushes = 5;  // for each pull
constexpr float kMostGradient = 4;
constexpr float kLeastSquared = 1e-7f;

template <int kWidth_>
struct Vectors {
  static constexpr int kWidth = kWidth_;
  typedef float Floats __attribute__((vector_size(kWidth_ * sizeof(float))));
  typedef int32_t Ints __attribute__((vector_size(kWidth_ * sizeof(float))));
};

// x > 0; to 2e-6.
template <class V>
SONGSCAPE_INLINE typename V::Floats log2_of(typename V::Floats x) {
  using Floats = typename V::Floats;
  using Ints = typename V::Ints;
  const Ints bits = reinterpret_cast<Ints>(x);
  const Floats m = reinterpret_cast<Floats>((bits & 0x7fffff) | 0x3f800000);
  Floats p = -.025123203f * m + .27003746f;
  p = p * m - 1.2479625f;
  p = p * m + 3.2494666f;
  p = p * m - 5.3017091f;
  p = p * m + 6.0898958f;
  p = p * m - 3.0346029f;
  return p + __builtin_convertvector((bits >> 23) - 127, Floats);
}
// −126 ≤ x ≤ 126; to 1e-7 of the result.
template <class V>
SONGSCAPE_INLINE typename V::Floats exp2_of(typename V::Floats x) {
  using Floats = typename V::Floats;
  using Ints = typename V::Ints;
  const Floats shifted = x + 126.0f;
  const Ints whole = __builtin_convertvector(shifted, Ints);
  const Floats f = shifted - __builtin_convertvector(whole, Floats);
  Floats p = .0018951073f * f + .0089462147f;
  p = p * f + .055863283f;
  p = p * f + .24014077f;
  p = p * f + .69315462f;
  p = p * f + .9999999f;
  return p * reinterpret_cast<Floats>((whole + 1) << 23);
}

template <class Floats>
SONGSCAPE_INLINE Floats clamped(Floats gradient) {
  const Floats most = Floats{} + kMostGradient;
  gradient = gradient > most ? most : gradient;
  return gradient < -most ? -most : gradient;
}

// PCG (O'Neill 2014).
SONGSCAPE_INLINE uint32_t next_random(uint32_t& state) {
  state = state * 747796405u + 2891336453u;
  const uint32_t word = ((state >> ((state >> 28) + 4)) ^ state) * 277803737u;
  return (word >> 22) ^ word;
}

// The rows' places on the map, in the order of the schedule; the first kLanes stand once more behind the last.
struct Places {
  explicit Places(int64_t n) : x(static_cast<size_t>(n + kLanes), 0), y(x) {}
  void repeat_first(int64_t n) {
    for (size_t i = 0; i < kLanes; ++i) {
      x[static_cast<size_t>(n) + i] = x[i];
      y[static_cast<size_t>(n) + i] = y[i];
    }
  }
  std::vector<float> x, y;
};

struct Pace {
  const float *x, *y;  // as they stood before the epoch
  uint32_t n_rows;
  float a, b, alpha;
};

struct Group {
  const UmapCalendar* due;
  int epoch;
  uint32_t random;
  float x[kLanes], y[kLanes];
};

template <class V>
SONGSCAPE_INLINE typename V::Floats load(const float* from) {
  typename V::Floats out;
  __builtin_memcpy(&out, from, sizeof out);
  return out;
}
template <class V>
SONGSCAPE_INLINE typename V::Floats gather(const float* from, const int32_t* at) {
  float found[V::kWidth];
  for (int l = 0; l < V::kWidth; ++l) found[l] = from[at[l]];
  return load<V>(found);
}

// Some of a group's rows, and how far they may step.
template <class V>
struct Moving {
  typename V::Floats x, y, reach;
};
template <class V>
struct Step {
  typename V::Floats x{}, y{};
};

template <bool kIsPull, class V>
SONGSCAPE_INLINE Step<V> gradient(const Pace& p, typename V::Floats dx, typename V::Floats dy) {
  using Floats = typename V::Floats;
  const Floats least = Floats{} + kLeastSquared;
  Floats squared = dx * dx + dy * dy;
  squared = squared < least ? least : squared;
  const Floats power = exp2_of<V>(p.b * log2_of<V>(squared));
  const Floats factor = kIsPull ? -2 * p.a * p.b * power / (squared * (p.a * power + 1))
                                : 2 * p.b / ((.001f + squared) * (p.a * power + 1));
  return {clamped(factor * dx), clamped(factor * dy)};
}

// An edge pulls each of its ends once for each of its directions: twice.
template <class V>
SONGSCAPE_INLINE void pull(const Pace& p, const int32_t* targets, Moving<V>& g) {
  const auto x = gather<V>(p.x, targets), y = gather<V>(p.y, targets);
  for (int i = 0; i < 2; ++i) {
    const Step<V> step = gradient<true, V>(p, g.x - x, g.y - y);
    g.x += g.reach * step.x;
    g.y += g.reach * step.y;
  }
}

// From where the pull left them, so that the pushes need not wait for each other.
template <class V>
SONGSCAPE_INLINE void push(const Pace& p, const uint32_t* first_rows, int64_t lane, Moving<V>& g) {
  Step<V> sum;
  for (int i = 0; i < kPushes; ++i) {
    const int64_t row = first_rows[i] + lane;
    const Step<V> step = gradient<false, V>(p, g.x - load<V>(p.x + row), g.y - load<V>(p.y + row));
    sum.x += step.x;
    sum.y += step.y;
  }
  g.x += g.reach * sum.x;
  g.y += g.reach * sum.y;
}

// kAtOnce vectors of rows go side by side: a step is a long chain of sums that wait for each other.
template <class V>
SONGSCAPE_INLINE void move_lanes(const Pace& p, int64_t first, Group& group) {
  const UmapCalendar& due = *group.due;
  uint32_t random = group.random;
  Moving<V> g[kAtOnce];
  for (int v = 0; v < kAtOnce; ++v) {
    g[v].x = load<V>(group.x + first + v * V::kWidth);
    g[v].y = load<V>(group.y + first + v * V::kWidth);
  }
  for (int32_t slot = group.epoch - due.first_epoch; slot < due.most_slots; slot += due.n_epochs) {
    uint32_t pushing[kPushes];
    for (uint32_t& row : pushing) row = static_cast<uint32_t>((uint64_t{next_random(random)} * p.n_rows) >> 32);
    for (int v = 0; v < kAtOnce; ++v) {
      const int64_t lane = first + v * V::kWidth;
      typename V::Ints n_slots;
      __builtin_memcpy(&n_slots, due.n_slots.data() + lane, sizeof n_slots);
      g[v].reach = n_slots > slot ? typename V::Floats{} + p.alpha : typename V::Floats{};
      pull<V>(p, due.target.data() + slot * kLanes + lane, g[v]);
    }
    for (int v = 0; v < kAtOnce; ++v) push<V>(p, pushing, first + v * V::kWidth, g[v]);
  }
  for (int v = 0; v < kAtOnce; ++v) {
    __builtin_memcpy(group.x + first + v * V::kWidth, &g[v].x, sizeof g[v].x);
    __builtin_memcpy(group.y + first + v * V::kWidth, &g[v].y, sizeof g[v].y);
  }
}

template <class V>
SONGSCAPE_INLINE void move_group(const Pace& p, Group& group) {
  for (int64_t first = 0; first < kLanes; first += kAtOnce * V::kWidth) move_lanes<V>(p, first, group);
}

SONGSCAPE_AVX512 void move_avx512(const Pace& p, Group& g) { move_group<Vectors<16>>(p, g); }
SONGSCAPE_AVX2 void move_avx2(const Pace& p, Group& g) { move_group<Vectors<8>>(p, g); }
void move_base(const Pace& p, Group& g) { move_group<Vectors<4>>(p, g); }

}  // namespace

void optimise_umap_layout(const Graph& graph, const UmapLayoutOptions& options, Matrix& map) {
  check(map.n_rows == graph.n_nodes() && map.n_cols == 2, "a place on the map for each node");
  UmapSchedule schedule(graph, options.n_epochs);
  const auto move = for_width(vector_width(), move_avx512, move_avx2, move_base);
  const int64_t n = map.n_rows;
  Places now(n), next(n);
  for (int64_t i = 0; i < n; ++i) {
    now.x[static_cast<size_t>(i)] = map(schedule.rows()[static_cast<size_t>(i)], 0);
    now.y[static_cast<size_t>(i)] = map(schedule.rows()[static_cast<size_t>(i)], 1);
  }
  for (int epoch = 0; epoch < options.n_epochs; ++epoch) {
    now.repeat_first(n);
    const Pace pace{.x = now.x.data(),
                    .y = now.y.data(),
                    .n_rows = static_cast<uint32_t>(n),
                    .a = static_cast<float>(options.curve.a),
                    .b = static_cast<float>(options.curve.b),
                    .alpha = 1 - static_cast<float>(epoch) / static_cast<float>(options.n_epochs)};
    for_each_block(schedule.n_groups(), kGroupsAJob, [&](int64_t first, int64_t n_groups) {
      Group group;
      group.epoch = epoch;
      for (int64_t g = first; g < first + n_groups; ++g) {
        group.due = &schedule.calendar(g, epoch);
        group.random =
            Random(options.seed, stream_id("umap", static_cast<uint64_t>(epoch), static_cast<uint64_t>(g))).next_u32();
        const int64_t place = g * kLanes, n_rows = std::min(kLanes, n - place);
        std::copy_n(now.x.data() + place, kLanes, group.x);
        std::copy_n(now.y.data() + place, kLanes, group.y);
        move(pace, group);
        std::copy_n(group.x, n_rows, next.x.data() + place);
        std::copy_n(group.y, n_rows, next.y.data() + place);
      }
    });
    std::swap(now, next);
  }
  for (int64_t i = 0; i < n; ++i) {
    map(schedule.rows()[static_cast<size_t>(i)], 0) = now.x[static_cast<size_t>(i)];
    map(schedule.rows()[static_cast<size_t>(i)], 1) = now.y[static_cast<size_t>(i)];
  }
}

}  // namespace songscape
