// The agreement term that a training's settings ask for.
#pragma once

#include <optional>

#include "nn/agreement.h"
#include "train/train_config.h"

namespace songscape {

// Nothing where its weight is 0.  Error `usage` where the model's rows are not [bands, frames].
std::optional<Agreement> agreement_of(const TrainConfig& config, const Vae& model);

}  // namespace songscape
