#include "train/finite_guard.h"

#include <cmath>

#include "core/error.h"
#include "core/text.h"

namespace songscape {
namespace {

constexpr size_t kMostNames = 8;

std::string names_of(const std::vector<int64_t>& rows, const BatchSource& source) {
  std::vector<std::string> names;
  for (size_t i = 0; i < rows.size() && i < kMostNames; ++i)
    names.push_back(escape_for_terminal(source.row_name(rows[i])));
  if (rows.size() > kMostNames) names.push_back("and " + std::to_string(rows.size() - kMostNames) + " more");
  return join(names, ", ");
}

[[noreturn]] void fail_at(const std::string& what, const std::string& seen, const StepPlace& place,
                          const std::vector<int64_t>& rows) {
  fail(ExitCode::failed, {.what = what + " is not finite",
                          .where = "epoch " + std::to_string(place.epoch) + ", step " + std::to_string(place.n_step) +
                                   ", songs " + names_of(rows, place.source),
                          .seen = seen,
                          .wanted = {},
                          .fix = "the weights before this step are kept; try a smaller train.lr or "
                                 "train.max_grad_norm, and look at these songs"});
}

// The rows at which `is_finite` [batch] is false.
std::vector<int64_t> not_finite(const at::Tensor& is_finite, const std::vector<int64_t>& rows) {
  std::vector<int64_t> bad;
  for (int64_t i = 0; i < is_finite.numel(); ++i)
    if (!is_finite[i].item<bool>()) bad.push_back(rows[static_cast<size_t>(i)]);
  return bad;
}

}  // namespace

void check_loss_is_finite(const VaeLoss& loss, const Batch& batch, const StepPlace& place) {
  if (std::isfinite(loss.total.item<double>())) return;
  std::vector<int64_t> bad = not_finite(batch.x.flatten(1).isfinite().all(1), place.rows);
  if (bad.empty()) bad = not_finite(loss.mse.isfinite(), place.rows);
  if (bad.empty()) bad = place.rows;
  for (const LossTerm& t : loss.terms)
    if (const double v = t.value.item<double>(); !std::isfinite(v))
      fail_at("loss term '" + t.name + "'", format_number(v), place, bad);
  fail_at("the total loss", format_number(loss.total.item<double>()), place, bad);
}

void fail_on_gradient(const std::string& parameter, const StepPlace& place) {
  fail_at(parameter.empty() ? "the gradient's norm" : "the gradient of " + parameter, {}, place, place.rows);
}

}  // namespace songscape
