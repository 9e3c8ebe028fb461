#include "cluster/tsne_forces.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/vector_width.h"
#include "stats/pairwise.h"

namespace songscape {
namespace {

constexpr int64_t kLanes = 16;
constexpr int64_t kBlock = 512;
constexpr int64_t kFewPoints = 4096;  // a job of fewer would cost a thread more than it saves

struct Edges {
  const int32_t* neighbour;
  const float* weight;
  int64_t n;
};
struct Force {
  float x = 0, y = 0, sum = 0;
};

SONGSCAPE_INLINE Force attract(const float* xs, const float* ys, float x, float y, const Edges& edges) {
  float sum_x[kLanes] = {}, sum_y[kLanes] = {};
  for (int64_t e = 0; e < edges.n; e += kLanes)
    for (int64_t l = 0; l < kLanes; ++l) {
      const int32_t j = edges.neighbour[e + l];
      const float dx = x - xs[j], dy = y - ys[j];
      const float pull = edges.weight[e + l] / (1 + dx * dx + dy * dy);
      sum_x[l] += pull * dx;
      sum_y[l] += pull * dy;
    }
  Force force;
  for (int64_t l = 0; l < kLanes; ++l) {
    force.x += sum_x[l];
    force.y += sum_y[l];
  }
  return force;
}

// n: a multiple of kLanes.
SONGSCAPE_INLINE Force repel(const float* xs, const float* ys, float x, float y, int64_t n) {
  float sum_x[kLanes] = {}, sum_y[kLanes] = {}, sum[kLanes] = {};
  for (int64_t j = 0; j < n; j += kLanes)
    for (int64_t l = 0; l < kLanes; ++l) {
      const float dx = x - xs[j + l], dy = y - ys[j + l];
      const float k = 1 / (1 + dx * dx + dy * dy);
      sum[l] += k;
      sum_x[l] += k * k * dx;
      sum_y[l] += k * k * dy;
    }
  Force force;
  for (int64_t l = 0; l < kLanes; ++l) {
    force.x += sum_x[l];
    force.y += sum_y[l];
    force.sum += sum[l];
  }
  return force;
}

struct Kernels {
  Force (*attract)(const float*, const float*, float, float, const Edges&);
  Force (*repel)(const float*, const float*, float, float, int64_t);
};

#define SONGSCAPE_FORCES(suffix, target)                                                              \
  target Force attract_##suffix(const float* xs, const float* ys, float x, float y, const Edges& e) { \
    return attract(xs, ys, x, y, e);                                                                  \
  }                                                                                                   \
  target Force repel_##suffix(const float* xs, const float* ys, float x, float y, int64_t n) {        \
    return repel(xs, ys, x, y, n);                                                                    \
  }                                                                                                   \
  constexpr Kernels kernels_##suffix = {attract_##suffix, repel_##suffix};
SONGSCAPE_FORCES(avx512, SONGSCAPE_AVX512)
SONGSCAPE_FORCES(avx2, SONGSCAPE_AVX2)
SONGSCAPE_FORCES(base, )
#undef SONGSCAPE_FORCES

const Kernels& kernels() { return *for_width(vector_width(), &kernels_avx512, &kernels_avx2, &kernels_base); }

struct Box {
  float low_x, low_y, high_x, high_y;
  float width() const { return std::max(high_x - low_x, high_y - low_y); }
};

Box box_around(const PlanePoints& at) {
  const auto [low_x, high_x] = std::minmax_element(at.x.begin(), at.x.end());
  const auto [low_y, high_y] = std::minmax_element(at.y.begin(), at.y.end());
  return {*low_x, *low_y, *high_x, *high_y};
}

constexpr int64_t kReach = 3;  // nodes a side that a point is spread over
constexpr double kSpacing = .4;
constexpr int64_t kFewestNodes = 192, kMostNodes = 3072;  // a side

// kSpacing, or √2 and 2 and so on times smaller where kFewestNodes hold the map, larger where kMostNodes would not.
double node_spacing(double width) {
  const auto rounded_up = [](double ratio) {
    return std::pow(2.0, std::ceil(2 * std::log2(std::max(1e-30, ratio))) / 2);
  };
  const double finest = rounded_up(width / (kSpacing * static_cast<double>(kFewestNodes - kReach)));
  const double coarsest = rounded_up(width / (kSpacing * static_cast<double>(kMostNodes - kReach)));
  return kSpacing * std::max(coarsest, std::min(1.0, finest));
}

// The quadratic B-spline's shares of the three nodes around a point that lies `from_middle` of the middle one, on
// [−1/2, 1/2].
void spline_shares(float from_middle, float* shares) {
  const float low = .5f - from_middle, high = .5f + from_middle;
  shares[0] = .5f * low * low;
  shares[1] = .75f - from_middle * from_middle;
  shares[2] = .5f * high * high;
}

// Transforms' lengths: 2ᵃ and 3 · 2ᵃ.
int64_t length_for(int64_t n_nodes) {
  int64_t power = 128;
  while (power < 2 * n_nodes) power *= 2;
  return power / 4 * 3 >= 2 * n_nodes ? power / 4 * 3 : power;
}

}  // namespace

TsneAttraction::TsneAttraction(const Graph& affinities) {
  first_.push_back(0);
  for (int64_t i = 0; i < affinities.n_nodes(); ++i) {
    const auto neighbours = affinities.neighbours_of(i);
    const auto weights = affinities.weights_of(i);
    neighbour_.insert(neighbour_.end(), neighbours.begin(), neighbours.end());
    weight_.insert(weight_.end(), weights.begin(), weights.end());
    const size_t filled = (neighbour_.size() + kLanes - 1) / kLanes * kLanes;
    neighbour_.resize(filled, static_cast<int32_t>(i));
    weight_.resize(filled, 0);
    first_.push_back(static_cast<int64_t>(filled));
  }
}

void TsneAttraction::add(const PlanePoints& at, int64_t first, int64_t n, float factor, PlanePoints& force) const {
  const auto kernel = kernels().attract;
  for (int64_t i = first; i < first + n; ++i) {
    const size_t row = static_cast<size_t>(i);
    const int64_t start = first_[row];
    const Force pull = kernel(at.x.data(), at.y.data(), at.x[row], at.y[row],
                              {neighbour_.data() + start, weight_.data() + start, first_[row + 1] - start});
    force.x[row] += factor * pull.x;
    force.y[row] += factor * pull.y;
  }
}

double exact_repulsion(const PlanePoints& at, PlanePoints& force) {
  // What fills the last vector lies so far away that it neither pushes nor counts.
  constexpr float kFar = 1e15f;
  const int64_t n = at.size(), filled = (n + kLanes - 1) / kLanes * kLanes;
  PlanePoints points = at;
  points.x.resize(static_cast<size_t>(filled), kFar);
  points.y.resize(static_cast<size_t>(filled), kFar);
  std::vector<double> sums(static_cast<size_t>(n));
  const auto kernel = kernels().repel;
  for_each_block(n, kBlock, [&](int64_t first, int64_t n_own) {
    for (size_t i = static_cast<size_t>(first); i < static_cast<size_t>(first + n_own); ++i) {
      const Force push = kernel(points.x.data(), points.y.data(), at.x[i], at.y[i], filled);
      force.x[i] = push.x;
      force.y[i] = push.y;
      sums[i] = double{push.sum} - 1;
    }
  });
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

double GridRepulsion::operator()(const PlanePoints& at, PlanePoints& force) {
  const Box box = box_around(at);
  const double spacing = node_spacing(box.width());
  const int64_t length = length_for(std::max(kFewestNodes, static_cast<int64_t>(box.width() / spacing) + kReach));
  if (!grid_ || grid_->n() != length || grid_->spacing() != spacing) grid_.emplace(length, spacing);
  const int64_t side = grid_->n_nodes();
  const double middle = static_cast<double>(side - 1) / 2;
  const double origin_x = (double{box.low_x} + box.high_x) / 2 - middle * spacing;
  const double origin_y = (double{box.low_y} + box.high_y) / 2 - middle * spacing;
  places_.resize(at.x.size());
  for_each_block(at.size(), kFewPoints, [&](int64_t first, int64_t n) {
    for (size_t i = static_cast<size_t>(first); i < static_cast<size_t>(first + n); ++i) {
      const double x = (at.x[i] - origin_x) / spacing, y = (at.y[i] - origin_y) / spacing;
      const int64_t column = std::clamp<int64_t>(static_cast<int64_t>(x + .5), 1, side - 2);
      const int64_t row = std::clamp<int64_t>(static_cast<int64_t>(y + .5), 1, side - 2);
      places_[i].node = static_cast<int32_t>((row - 1) * side + column - 1);
      spline_shares(static_cast<float>(x - static_cast<double>(column)), places_[i].x);
      spline_shares(static_cast<float>(y - static_cast<double>(row)), places_[i].y);
    }
  });
  charges_.assign(static_cast<size_t>(side * side), 0);
  for (const Place& p : places_)
    for (int64_t r = 0; r < kReach; ++r)
      for (int64_t c = 0; c < kReach; ++c) charges_[static_cast<size_t>(p.node + r * side + c)] += p.y[r] * p.x[c];
  const double sum = grid_->convolve(charges_, down_, across_);
  for_each_block(at.size(), kFewPoints, [&](int64_t first, int64_t n) {
    for (size_t i = static_cast<size_t>(first); i < static_cast<size_t>(first + n); ++i) {
      const Place& p = places_[i];
      float x = 0, y = 0;
      for (int64_t r = 0; r < kReach; ++r)
        for (int64_t c = 0; c < kReach; ++c) {
          const size_t node = static_cast<size_t>(p.node + r * side + c);
          x += p.y[r] * p.x[c] * across_[node];
          y += p.y[r] * p.x[c] * down_[node];
        }
      force.x[i] = x;
      force.y[i] = y;
    }
  });
  return sum - static_cast<double>(at.size());
}

}  // namespace songscape
