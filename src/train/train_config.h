// Settings of training: section [train] of a preset.
#pragma once

#include "core/config.h"
#include "nn/agreement.h"

namespace songscape {

struct TrainConfig {
  int64_t epochs = 100;
  int64_t batch = 16;
  double lr = 1e-3;
  std::string lr_schedule = "constant";
  double lr_warm_up_epochs = 0;
  double weight_decay = 0;
  double max_grad_norm = 0;
  int64_t patience = 20;
  double min_improvement = 0;
  std::string precision = "auto";
  int64_t threads = 0;
  int64_t seed = 1;
  double checkpoint_sec = 60;
  bool binarise = false;
  AgreementConfig agreement;
  template <class V>
  void visit(V& v) {
    v("epochs", epochs, "passes over the training songs", Range{1, 1e6});
    v("batch", batch, "songs a step", Range{1, 65536});
    v("lr", lr, "learning rate of Adam", Range{1e-9, 1});
    v("lr_schedule", lr_schedule, "how it falls", OneOf{"constant", "cosine"});
    v("lr_warm_up_epochs", lr_warm_up_epochs, "epochs over which it rises from 0", Range{0, 1e6});
    v("weight_decay", weight_decay, "L2 penalty in Adam", Range{0, 1});
    v("max_grad_norm", max_grad_norm, "gradients above this norm are scaled down to it; 0: never", Range{0, 1e9});
    v("patience", patience, "epochs without a better validation loss before training stops; 0: never", Range{0, 1e6});
    v("min_improvement", min_improvement, "nats a song that count as better", Range{0, 1e9});
    v("precision", precision, "of matrix products", OneOf{"auto", "f32", "bf16"});
    v("threads", threads, "of LibTorch; 0: all cores that this process may use", Range{0, 4096});
    v("seed", seed, "of first weights, order and noise", Range{0, 9e15});
    v("checkpoint_sec", checkpoint_sec, "seconds between saves at most; 0: after every step", Range{0, 1e6});
    v("binarise", binarise, "take values on [0, 1] as probabilities and draw 0 or 1 anew at every step");
    v.section("agreement", agreement);
  }
  bool operator==(const TrainConfig&) const = default;
};

}  // namespace songscape
