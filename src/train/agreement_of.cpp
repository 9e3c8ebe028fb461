#include "train/agreement_of.h"

#include "core/error.h"

namespace songscape {

std::optional<Agreement> agreement_of(const TrainConfig& config, const Vae& model) {
  if (config.agreement.weight == 0) return std::nullopt;
  if (model.input_shape().size() != 2)
    fail(ExitCode::usage, {.what = "views of a song are made of mel clips",
                           .where = "train.agreement.weight",
                           .seen = format_value(model.input_shape()) + " values a row",
                           .wanted = "[bands, frames]",
                           .fix = "set train.agreement.weight to 0"});
  return Agreement(config.agreement, model.input_shape().front());
}

}  // namespace songscape
