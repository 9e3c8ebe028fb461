#include "nn/packed_weights.h"

#include <ATen/ops/empty.h>

#include "core/error.h"
#include "nn/units.h"

namespace songscape {

void WeightPacker::add(const at::Tensor& weight, Panels& out, bool is_forward) {
  check(weight.is_contiguous() && weight.scalar_type() == at::kFloat, "weights are f32 in order");
  const WeightView view{weight.const_data_ptr<float>(), weight.size(0), weight.size(1)};
  out = is_forward ? Panels(view.n_in, view.n_out) : Panels(view.n_out, view.n_in);
  for (int64_t p = 0; p < out.size(); ++p) jobs_.push_back({view, &out, is_forward, p});
}

void WeightPacker::run() const {
  for_units(static_cast<int64_t>(jobs_.size()), [&](int64_t i) {
    const Job& job = jobs_[static_cast<size_t>(i)];
    (job.is_forward ? pack_forward : pack_backward)(job.weight, job.panel, *job.out);
  });
}

at::Tensor PanelProducts::add(const Panels& dy, const Panels& x) {
  const at::Tensor out = at::empty({dy.n_columns(), x.n_columns()}, at::kFloat);
  for (int64_t p = 0; p < dy.size(); p += kGradientPanels) jobs_.push_back({&dy, &x, p, out.data_ptr<float>()});
  return out;
}

void PanelProducts::run() const {
  for_units(static_cast<int64_t>(jobs_.size()), [&](int64_t i) {
    const Job& job = jobs_[static_cast<size_t>(i)];
    multiply_panels(*job.dy, *job.x, job.panel, job.out);
  });
}

}  // namespace songscape
