// A model judged on songs that it did not train on, by the same loss.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "data/batch_source.h"
#include "nn/agreement.h"
#include "nn/collapse.h"
#include "nn/vae.h"

namespace songscape {

struct ValidationOptions {
  int64_t batch = 16;
  uint64_t seed = 0;  // of the one sample of z that each song gets, the same at every call
  double beta = 1.0;  // the schedule's end, so that epochs can be compared
  bool is_bf16 = false;
  std::span<const int64_t> labels = {};  // as TrainJob's
  const Agreement* agreement = nullptr;  // added to the loss
  bool is_binarised = false;             // the same draw of each row at every call
};

struct Validation {
  std::map<std::string, double> means;  // "loss", each term, "mse" (of the sample): means over songs
  double mse = 0;                       // from the posterior's mean, over valid values, then songs; summed in f32
  CollapseReport collapse;
};

// Where the model is, in evaluation mode, without gradients.  rows: at least one.
Validation validate(Vae& model, const BatchSource& source, const std::vector<int64_t>& rows,
                    const ValidationOptions& options);

}  // namespace songscape
