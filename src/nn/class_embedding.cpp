#include "nn/class_embedding.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/bincount.h>
#include <ATen/ops/matmul.h>

#include <cmath>

#include "core/error.h"
#include "nn/noise.h"

namespace songscape {

ClassEmbedding::ClassEmbedding(const Scope& scope, int64_t n_classes, int64_t n_values)
    : values_(scope.uniform("embedding", {n_classes, n_values}, 1.0)),
      log_frequency_(scope.buffer("class_log_frequency", {n_classes}, -std::log(static_cast<double>(n_classes)))) {}

at::Tensor ClassEmbedding::operator()(const at::Tensor& labels, int64_t n) const {
  if (!labels.defined()) return at::matmul(log_frequency_.exp(), values_).expand({n, -1});
  check_labels(labels, n);
  return values_.index_select(0, labels);
}

void ClassEmbedding::measure(const at::Tensor& labels) {
  at::NoGradGuard no_grad;
  const at::Tensor counts = at::bincount(labels, {}, n_classes()).to(at::kFloat) + 1.0;
  log_frequency_.copy_((counts / counts.sum()).log());
}

at::Tensor ClassEmbedding::draw(int64_t n, at::Generator& noise) const {
  return drawn_places(log_frequency_.exp(), n, noise);
}

void ClassEmbedding::check_labels(const at::Tensor& labels, int64_t n) const {
  check(labels.defined() && labels.dim() == 1 && labels.size(0) == n, "a label for each song");
  // Those on a device were looked at before they went there (train/trainer.cpp), or were inferred.
  if (!labels.is_cpu()) return;
  check(labels.min().item<int64_t>() >= 0 && labels.max().item<int64_t>() < n_classes(),
        "labels are classes of the condition");
}

}  // namespace songscape
