#include "nn/output.h"

#include <ATen/TensorOperators.h>

#include "core/error.h"
#include "core/text.h"

namespace songscape {

at::Tensor to_output(const at::Tensor& last, const std::string& output) {
  const at::Tensor values = last.to(at::kFloat);
  return output == "sigmoid" ? values.sigmoid() : values;
}

at::Tensor bias_for_mean(const at::Tensor& mean, const std::string& output) {
  // Not nearer to 0 or 1: a saturated sigmoid learns nothing.
  return output == "sigmoid" ? mean.clamp(0.02, 0.98).logit() : mean;
}

void check_range_of_data(const Batch& sample, const std::string& output) {
  if (output != "sigmoid") return;
  const double low = sample.x.min().item<float>(), high = sample.x.max().item<float>();
  if (low >= 0 && high <= 1) return;
  fail(ExitCode::usage, {.what = "the data leave the range that this model's output covers",
                         .where = {},
                         .seen = format_number(low, 4) + " to " + format_number(high, 4),
                         .wanted = "0 to 1",
                         .fix = "scale the data, or pass --set output=linear"});
}

}  // namespace songscape
