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
  typedef uint32_t Words __attribute__((vector_size(kWidth_ * sizeof(float))));
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

// PCG (O'Neill 2014), one generator a lane.
template <class Words>
SONGSCAPE_INLINE Words next_random(Words& state) {
  state = state * 747796405u + 2891336453u;
  const Words word = ((state >> ((state >> 28) + 4)) ^ state) * 277803737u;
  return (word >> 22) ^ word;
}

struct Group {
  const UmapDue* due;
  float x[kLanes], y[kLanes];
  uint32_t state[kLanes];
};

struct Pace {
  const float* map;  // as it was before the epoch, [n × 2]
  float n_rows;
  float a, b, alpha;
};

// Some of a group's rows, and how far they may step.
template <class V>
struct Moving {
  typename V::Floats x, y, reach;
};

template <bool kIsPull, class V>
SONGSCAPE_INLINE void step(const Pace& p, const int32_t* others, Moving<V>& g) {
  using Floats = typename V::Floats;
  Floats x, y;
  for (int l = 0; l < V::kWidth; ++l) {
    x[l] = p.map[2 * int64_t{others[l]}];
    y[l] = p.map[2 * int64_t{others[l]} + 1];
  }
  // An edge pulls each of its ends once for each of its directions: twice.
  for (int i = 0; i < (kIsPull ? 2 : 1); ++i) {
    const Floats dx = g.x - x, dy = g.y - y, least = Floats{} + kLeastSquared;
    Floats squared = dx * dx + dy * dy;
    squared = squared < least ? least : squared;
    const Floats power = exp2_of<V>(p.b * log2_of<V>(squared));
    const Floats factor = kIsPull ? -2 * p.a * p.b * power / (squared * (p.a * power + 1))
                                  : 2 * p.b / ((.001f + squared) * (p.a * power + 1));
    g.x += g.reach * clamped(factor * dx);
    g.y += g.reach * clamped(factor * dy);
  }
}

template <class V>
SONGSCAPE_INLINE void draw_rows(const Pace& p, typename V::Words& state, int32_t* rows) {
  const auto word = reinterpret_cast<typename V::Ints>(next_random(state) >> 8);
  const auto row =
      __builtin_convertvector(__builtin_convertvector(word, typename V::Floats) * p.n_rows, typename V::Ints);
  __builtin_memcpy(rows, &row, sizeof row);
}

// kAtOnce vectors of rows go side by side: a step is a long chain of sums that wait for each other.
template <class V>
SONGSCAPE_INLINE void move_lanes(const Pace& p, int64_t first, Group& group) {
  Moving<V> g[kAtOnce];
  typename V::Words state[kAtOnce];
  __builtin_memcpy(state, group.state + first, sizeof state);
  for (int v = 0; v < kAtOnce; ++v) {
    __builtin_memcpy(&g[v].x, group.x + first + v * V::kWidth, sizeof g[v].x);
    __builtin_memcpy(&g[v].y, group.y + first + v * V::kWidth, sizeof g[v].y);
  }
  for (int64_t t = 0; t < group.due->n_pulls; ++t) {
    for (int v = 0; v < kAtOnce; ++v) {
      const int64_t lane = first + v * V::kWidth;
      for (int l = 0; l < V::kWidth; ++l)
        g[v].reach[l] = t < group.due->count[static_cast<size_t>(lane + l)] ? p.alpha : 0.0f;
      step<true>(p, group.due->target.data() + t * kLanes + lane, g[v]);
    }
    for (int i = 0; i < kPushes; ++i)
      for (int v = 0; v < kAtOnce; ++v) {
        int32_t rows[V::kWidth];
        draw_rows<V>(p, state[v], rows);
        step<false>(p, rows, g[v]);
      }
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
  check(map.n_rows == graph.n_nodes() && map.n_cols == 2 && map.n_rows < (1 << 24), "a place on the map for each node");
  UmapSchedule schedule(graph, options.n_epochs);
  const auto move = for_width(vector_width(), move_avx512, move_avx2, move_base);
  Matrix next = map;
  for (int epoch = 0; epoch < options.n_epochs; ++epoch) {
    const Pace pace{.map = map.values.data(),
                    .n_rows = static_cast<float>(map.n_rows) / (1 << 24),
                    .a = static_cast<float>(options.curve.a),
                    .b = static_cast<float>(options.curve.b),
                    .alpha = 1 - static_cast<float>(epoch) / static_cast<float>(options.n_epochs)};
    for_each_block(schedule.n_groups(), kGroupsAJob, [&](int64_t first, int64_t n) {
      Group group;
      for (int64_t g = first; g < first + n; ++g) {
        group.due = &schedule.take(g, epoch);
        Random random(options.seed, stream_id("umap", static_cast<uint64_t>(epoch), static_cast<uint64_t>(g)));
        const auto rows = schedule.rows(g);
        for (size_t l = 0; l < kLanes; ++l) {
          const int32_t row = l < rows.size() ? rows[l] : 0;
          group.x[l] = map(row, 0);
          group.y[l] = map(row, 1);
          group.state[l] = random.next_u32();
        }
        move(pace, group);
        for (size_t l = 0; l < rows.size(); ++l) {
          next(rows[l], 0) = group.x[l];
          next(rows[l], 1) = group.y[l];
        }
      }
    });
    std::swap(map.values, next.values);
  }
}

}  // namespace songscape
