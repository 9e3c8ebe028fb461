#include "nn/product_count.h"

namespace songscape {
namespace {

thread_local ProductCount* counting = nullptr;

}  // namespace

ProductCount::ProductCount() { counting = this; }
ProductCount::~ProductCount() { counting = nullptr; }

void ProductCount::add(int64_t n, bool input_has_gradient) {
  if (counting) counting->n_ += n * (input_has_gradient ? 3 : 2);
}

}  // namespace songscape
