// The class that a conditional model is told, as values that its layers see.
#pragma once

#include "nn/layers.h"

namespace songscape {

class ClassEmbedding {
 public:
  // Registers "embedding" and, as a buffer, "class_log_frequency" under `scope`.
  ClassEmbedding(const Scope& scope, int64_t n_classes, int64_t n_values);

  int64_t n_classes() const { return values_.size(0); }
  int64_t n_values() const { return values_.size(1); }
  // labels [batch] int64 → [batch, n_values]; undefined: the mean over classes by their frequency, for n songs.
  at::Tensor operator()(const at::Tensor& labels, int64_t n) const;
  // log p(y), from measure(): of the training songs, each class counted once more than it occurs.
  const at::Tensor& log_frequency() const { return log_frequency_; }  // [n_classes]
  void measure(const at::Tensor& labels);
  // n labels drawn by frequency.
  at::Tensor draw(int64_t n, at::Generator& noise) const;
  // Fails (a fault of the caller) unless there is a label for each of n songs, each a class.
  void check_labels(const at::Tensor& labels, int64_t n) const;

 private:
  at::Tensor values_;         // [n_classes, n_values]
  at::Tensor log_frequency_;  // [n_classes]
};

}  // namespace songscape
