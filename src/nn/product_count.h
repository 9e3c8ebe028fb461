// How many multiply-adds the layers of this thread do: what a step's arithmetic is measured by.
#pragma once

#include <cstdint>

namespace songscape {

// Counts while it lives; one at a time on a thread.
class ProductCount {
 public:
  ProductCount();
  ~ProductCount();
  ProductCount(const ProductCount&) = delete;
  ProductCount& operator=(const ProductCount&) = delete;

  // Forward, towards the weights, and, of layers whose input has a gradient, towards the input.
  int64_t n_products() const { return n_; }

  // n: of a forward pass.  Does nothing where nobody counts.
  static void add(int64_t n, bool input_has_gradient);

 private:
  int64_t n_ = 0;
};

}  // namespace songscape
